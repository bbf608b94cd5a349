"""How long a plan's runs take at least: the calls before somebody has to go on, and those that follow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import least, least_time, legs
from reconciler.core.plan.make import plan
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS

FACTS: dict[str, dict[str, Any]] = {
    "number": {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"},
    "name": {"name": "tom", "email": "t@example.com", "title": "CEO", "message_types": ("FaultMessage",)},
    "space_id": {"space_id": "cams-acme", "url": "https://hooks.example.com/account"},
}


def created(kind: str, count: int = 1) -> Plan:
    """A plan of so many of a kind, none of which is recorded."""
    row = KINDS[kind].row
    facts = [{**FACTS[row.key], row.key: f"{FACTS[row.key][row.key]}{n}"} for n in range(count)]
    blocks = tuple(Resource("acme", row.name, f"n{n}", kind, each[row.key], each) for n, each in enumerate(facts))
    space = Space("acme", "cams-acme", "acme.yaml", blocks)
    return plan(Project("", (space,)), {}, "loopback", "2026-11-20T10:00:00.000Z")


@pytest.mark.parametrize("kind", KINDS)
def test_each_leg_has_its_calls(kind: str) -> None:
    """The first ends with the message; what takes the answer, and all after that, is in the second."""
    (change,) = created(kind).changes
    calls = [call for call in change.all_calls if not call.only_if]
    first = next((place for place, call in enumerate(calls) if call.ask not in ("", "time")), len(calls))
    now, later = legs(created(kind))
    acts = {call.operation for call in calls if OPERATIONS[call.operation].effect.name != "READ"}
    assert {name for name in now if name in acts} == {call.operation for call in calls[:first]} & acts
    assert {name for name in later if name in acts} == {call.operation for call in calls[first:]} & acts


def test_what_serves_a_whole_space_is_not_counted_for_each() -> None:
    """A hundred numbers list once: their own reads and calls make the time."""
    now, later = legs(created("register", 100))
    assert now["AddChatappPhoneNumber"] == now["GetChatappVerifyCode"] == later["ChatappVerifyAndRegister"] == 100
    assert {name for name, count in (now + later).items() if count % 100} == set()
    assert "QueryChatappPhoneNumbers" not in now


def test_the_busiest_operation_makes_the_time() -> None:
    """At ten a second a hundred calls of one operation take 9.9 seconds, beside whatever fewer calls there are."""
    assert least(Counter(AddChatappPhoneNumber=100, GetChatappVerifyCode=7), 10) == 9.9
    assert (least(Counter(), 10), least(Counter(AddChatappPhoneNumber=100), 0)) == (0.0, 0.0)
    assert least_time(created("register", 100), 10) == 19.8
