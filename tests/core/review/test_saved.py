"""A plan in a file: read as it was written, or refused by the name of what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler import __version__ as HERE
from reconciler.core.model import Project
from reconciler.core.plan.basis import Basis, Scope
from reconciler.core.plan.change import Plan, SpacePlan, Unchanged
from reconciler.core.plan.settings import in_force
from reconciler.core.review.saved import dump_plan, load_plan
from reconciler.errors import Place, Problem, Stale
from tests.core.plan.test_change import NEW

PROBLEM = Problem("too-many-messages", "x", Place("acme.yaml", 3, 5), hint="y", address=NEW.address)
BARE = Problem("bug", "x")
PLAN = Plan(
    "loopback",
    (SpacePlan("acme", "cams-1", "line", "digest", (NEW,), 1, 2, "2026-11-20T10:00:00.000Z", 3, "ab" * 32),),
    (PROBLEM, BARE),
    Basis("ab" * 20),
    Unchanged("main", 3, 1),
    (BARE,),
    settings=in_force(Project("", ())),
    sent={"code_messages_per_day": 2},
    left_out=(PROBLEM,),
    account="1000000000000001",
    contacts_account="1000000000000002",
    environment="live",
    scope=Scope(targets=("acme",)),
)


def test_it_is_read_as_it_was_written() -> None:
    """With all that is told beside; consent is never in it."""
    assert load_plan(dump_plan(PLAN)) == PLAN
    assert load_plan(dump_plan(replace(PLAN, allowed=(BARE,)))) == PLAN
    plain = Plan("loopback", PLAN.spaces)
    assert load_plan(dump_plan(plain)) == plain
    assert [*json.loads(dump_plan(plain))][:5] == ["type", "format", "version", "digest", "endpoint"]


def edited(**fields: Any) -> bytes:
    document = json.loads(dump_plan(PLAN))
    return json.dumps({**document, **fields}).encode()


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        (edited(format=3), "plan-newer", "the plan's format is 3, and this program reads 2"),
        (edited(format=1), "plan-unreadable", "the plan's format is 1, and this program reads 2"),
        (
            edited(version="0.0.1"),
            "plan-other-version",
            f"the plan was made by version 0.0.1, and this is {HERE}",
        ),
        (edited(endpoint="other"), "plan-edited", "the plan is not what its digest says: it was edited or cut"),
        (edited(digest="cd" * 32), "plan-edited", "the plan is not what its digest says: it was edited or cut"),
        (edited(more=1), "plan-unreadable", "the plan file holds no plan that can be read"),
        (edited(type="report"), "plan-unreadable", "the plan file holds no plan that can be read"),
        (edited(spaces={}), "plan-unreadable", "the plan file holds no plan that can be read"),
        (dump_plan(PLAN)[:-9], "plan-unreadable", "the plan file holds no plan that can be read"),
        (b"", "plan-unreadable", "the plan file holds no plan that can be read"),
        (b"[]", "plan-unreadable", "the plan file holds no plan that can be read"),
        (b"\xff", "plan-unreadable", "the plan file holds no plan that can be read"),
    ],
)
def test_what_is_no_plan_of_this_program(text: bytes, code: str, what: str) -> None:
    """Another form, another version, another digest, or no plan at all: nothing of it is used."""
    with pytest.raises(Stale) as refused:
        load_plan(text)
    (problem,) = refused.value.problems
    assert (problem.code, problem.what[: len(what)]) == (code, what)


def test_a_change_whose_calls_cannot_be_told_is_no_plan() -> None:
    """As of a kind that has no such phase, or without a fact that a message needs."""
    for other in ({"phase": "no_such"}, {"after": {"number": "+8613800001234"}}):
        document = json.loads(dump_plan(PLAN))
        document["spaces"][0]["changes"][0].update(other)
        with pytest.raises(Stale) as refused:
            load_plan(json.dumps(document).encode())
        assert [each.code for each in refused.value.problems] == ["plan-unreadable"]
