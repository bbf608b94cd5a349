"""What a scenario expects beside what came of it: each difference is a line, and what nobody expects anything of is
none."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core.rehearsal.expectations import StepResult, mismatches
from reconciler.core.rehearsal.scenario import Expected, Mismatch, Verdict

A, B, C = "acme/phone_number/a", "acme/phone_number/b", "acme/contact/c"
FOUND = StepResult(
    plan={A: ("resume", "create"), C: ("update",)},
    planned_messages={"sms": 1},
    refused=("too-many-messages",),
    exit=3,
    calls=(("ListMessageContacts", ""), ("AddMessageContact", C), ("GetMessageContact", C), ("AddMessageContact", C)),
    messages=(("sms", A), ("sms", A), ("email", C)),
    phases={A: ("code_requested",), C: ("confirmed", "ready")},
    waits={A: "code"},
    errors={C: "bug"},
)


@pytest.mark.parametrize(
    ("expected", "missing", "besides"),
    [
        ({"plan": {"acme/*": "create", C: "update"}}, (), ()),
        ({"plan": {"*": "update", "acme/phone_*": "resume"}}, (), ()),
        ({"plan": {A: "create"}}, (), (f"{C}: update",)),
        ({"plan": {A: "update", C: "update"}}, (f"{A}: update",), (f"{A}: resume",)),
        ({"plan": {A: "create", C: "update", B: "create"}}, (f"{B}: create",), ()),
        ({"plan": {"*": "update", A: "resume", C: "update"}}, (), ()),
        ({"plan": {"globex/*": "update", A: "resume", C: "update"}}, ("globex/*: update",), ()),
        ({"phases": {A: ("added", "code_requested")}}, (), ()),
        ({"phases": {C: "ready", B: "absent"}}, (), ()),
        ({"phases": {"acme/contact/*": "added", C: "ready"}}, (), ()),
        ({"phases": {A: ("added", "verified")}}, (f"{A}: added or verified",), (f"{A}: code_requested",)),
        ({"phases": {B: "added"}}, (f"{B}: added",), (f"{B}: absent",)),
        ({"phases": {"globex/*": "added"}}, ("globex/*: added",), ()),
        ({"waits": {A: "code"}, "errors": {C: "bug"}}, (), ()),
        ({"waits": {}}, (), (f"{A}: code",)),
        ({"errors": {}}, (), (f"{C}: bug",)),
        ({"planned_messages": {"sms": 1}}, (), ()),
        ({"planned_messages": {"email": 1}}, ("email: 1", "sms: 0"), ("email: 0", "sms: 1")),
        ({"calls": {"AddMessageContact": 2}}, (), ()),
        ({"calls": {"AddMessageContact": 2, "GetMessageContact": 1}}, (), ()),
        (
            {"calls": {"AddMessageContact": 2, "GetMessageContact": 2}},
            ("GetMessageContact: 2",),
            ("GetMessageContact: 1",),
        ),
        ({"calls": {}}, ("AddMessageContact: 0",), ("AddMessageContact: 2",)),
        ({"messages": {"sms": 2, "email": 1}}, (), ()),
        ({"messages": {A: 2, C: 1}}, (), ()),
        ({"messages": {"*": 3}}, (), ()),
        ({"messages": {"*": 2, C: 1}}, (), ()),
        ({"messages": {"sms": 2}}, (f"{C}: 0",), (f"{C}: 1",)),
        ({"messages": {"voice": 0, "*": 3}}, (), ()),
        ({"messages_at_most": {"sms": 2, "email": 2}}, (), ()),
        ({"messages_at_most": {"sms": 1, "*": 1}}, ("sms: at most 1",), ("sms: 2",)),
        ({"messages_at_most": {A: 2}}, (f"{C}: at most 0",), (f"{C}: 1",)),
        ({"refused": ("too-many-messages",), "exit": 3}, (), ()),
        ({"refused": ("bug",)}, ("bug",), ("too-many-messages",)),
        ({"exit": 0}, ("0",), ("3",)),
    ],
    ids=str,
)
def test_every_difference_is_a_line(
    expected: dict[str, Any], missing: tuple[str, ...], besides: tuple[str, ...]
) -> None:
    """Of addresses the last line that matches counts, and any of its words will do; of calls those that do something,
    and reads that are named; of messages those of a channel that is named, then those of an address."""
    found = [*mismatches(2, Expected(**expected), FOUND)]
    lines = [Mismatch(2, next(iter(expected)), missing, besides)] if missing or besides else []
    assert found == lines


def test_calls_in_their_order_are_compared_as_a_diff() -> None:
    """One more does not make those that follow it others."""
    exact = ("ListMessageContacts", f"GetMessageContact {C}", f"AddMessageContact {C}")
    (found,) = mismatches(1, Expected(exact_calls=exact), FOUND)
    assert (found.expected, found.found) == ((), (f"AddMessageContact {C}",))
    (found,) = mismatches(1, Expected(exact_calls=("ListMessageContacts",)), FOUND._replace(calls=()))
    assert (found.expected, found.found) == (("ListMessageContacts",), ())


def test_a_broken_promise_is_always_a_difference() -> None:
    """Whatever is expected."""
    broken = Mismatch(1, "promises", (), ("I1: a message",))
    assert [*mismatches(1, Expected(), FOUND._replace(broken=("I1: a message",)))] == [broken]
    assert [Verdict("a.yaml", "x", 0.1, each).passed for each in ((), (broken,))] == [True, False]
