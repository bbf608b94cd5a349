"""What a run knows of one resource from move to move."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.code import Code
from reconciler.core.lifecycle.moves import Call, Read, Stop, Turn, Write
from reconciler.core.outcome import Challenge, Outcome, Result
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.refusals import Meaning

NOW, LATER = "2026-11-20T10:31:00.000Z", "2026-11-20T10:32:00.000Z"
READ, SENDS, MADE = "QueryChatappPhoneNumbers", "GetChatappVerifyCode", "AddChatappPhoneNumber"
LOST, REFUSED = Unknown("cut"), Error("X", Meaning.PARAMETER)
FRESH = Turn("cams-acme", "acme/phone_number/support", "create", NOW)
# Everything that a turn may hold, so that what a move leaves of it is seen.
FULL = replace(
    FRESH,
    adopt=True,
    importing=True,
    allow_metered=True,
    resend=True,
    code=Code("730519"),
    seen={READ: Ok()},
    read_at={READ: 2},
    called_at=3,
    removed_at=4,
    refused=(MADE, REFUSED),
    back=True,
    reviewed=True,
    sent=True,
    lost=((MADE, LOST),),
)


def changed(before: Turn, after: Turn) -> dict[str, Any]:
    """The fields that a move changed."""
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Turn))
    return {name: now for name, was, now in pairs if was is not now and was != now}


MOVED = {"now": LATER, "seen": {}, "code": None, "resend": False, "refused": None, "back": False, "sent": False}


def test_a_read_adds_its_answer_and_when_it_came() -> None:
    """To those before it."""
    seen = FULL.saw("ListMessageContacts", LOST, 5)
    assert changed(FULL, seen) == {
        "seen": {READ: Ok(), "ListMessageContacts": LOST},
        "read_at": {READ: 2, "ListMessageContacts": 5},
    }
    assert FRESH.saw(READ, LOST).read_at == {READ: 0}


@pytest.mark.parametrize(
    ("answer", "operation", "adds"),
    [
        (Ok(), MADE, {}),
        (Ok(), SENDS, {"sent": True}),
        (REFUSED, MADE, {"refused": (MADE, REFUSED)}),
        (NotSent("away"), MADE, {"refused": (MADE, NotSent("away"))}),
        (LOST, SENDS, {"lost": ((MADE, LOST), (SENDS, LOST))}),
    ],
)
def test_a_call_outdates_what_was_read(answer: Answer, operation: str, adds: dict[str, Any]) -> None:
    """And uses the code and the wish for one more message up; consent, and what was lost, stay for the run."""
    expected = {**MOVED, "called_at": 7, **adds}
    found = changed(FULL, FULL.called(operation, answer, LATER, 7))
    assert found == {name: value for name, value in expected.items() if getattr(FULL, name) != value}
    assert FRESH.called(operation, answer, LATER).called_at == 0


def test_an_entry_outdates_it_too() -> None:
    """What the last call was refused for is remembered where the record went back for it, a review until the end."""
    assert changed(FULL, FULL.written(LATER, back=False)) == MOVED
    back = {name: value for name, value in MOVED.items() if name not in ("refused", "back")}
    assert changed(FULL, FULL.written(LATER, back=True)) == back
    reviewed = [FRESH.written(NOW, False, over).written(NOW, False).reviewed for over in (False, True)]
    assert reviewed == [False, True]
    assert FRESH.written(NOW, back=True).back


def test_losses_are_of_one_operation() -> None:
    """In the order in which they came."""
    other = Unknown("again")
    turn = FRESH.called(MADE, LOST, NOW).called(SENDS, LOST, NOW).called(MADE, other, NOW)
    assert (turn.losses(MADE), turn.losses(SENDS), turn.losses(READ)) == ([LOST, other], [LOST], [])


WAITS = Challenge("acme/phone_number/support", "+8613800001234", "code", SENDS)


@pytest.mark.parametrize(
    ("result", "code", "ends"),
    [
        ("paused", "operation-stopped", "unknown"),
        ("paused", "code-refused", "paused"),
        ("paused", None, "paused"),
        ("failed", "operation-stopped", "failed"),
        ("blocked", "operation-stopped", "blocked"),
        ("done", None, "done"),
    ],
)
def test_a_stop_names_its_change(result: Result, code: str | None, ends: Result) -> None:
    """A pause in which nobody can just answer is unknown; the problem is about this resource."""
    problem = Problem(code, "so it is") if code else None
    told = Problem(code, "so it is", address=FRESH.address) if code else None
    assert FRESH.stop(result, problem, WAITS) == Stop(Outcome(FRESH.address, "create", ends, told, WAITS))


def test_a_code_is_in_the_request_alone() -> None:
    """A call without one is sent as it is."""
    step = KINDS["register"].steps["code_requested"]
    assert Call(step, {"PhoneNumber": "1"}, {}).request == {"PhoneNumber": "1"}
    assert Call(step, {"PhoneNumber": "1"}, {}, Code("730519")).request == {"PhoneNumber": "1", "VerifyCode": "730519"}
    assert (Read(READ, {}, True).newer, Write({}).back) == (False, False)
