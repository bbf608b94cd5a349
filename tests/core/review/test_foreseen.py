"""What is foreseen of a change by reads alone: what is certain is called so, and what is not is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.outcome import Awaits, Challenge, Outcome, Result
from reconciler.core.plan.change import Change, Removal
from reconciler.core.review.preflight import Foreseen, PreflightReport, Walked, foreseen
from reconciler.errors import ERRORS, Problem

AT, CALL = "acme/phone_number/support", "AddChatappPhoneNumber"
CHANGE = Change(AT, "register", "+8613800001234", "create", "")
SURE = Problem("no-account", f"{AT}: there is no account", found="NONE", address=AT)
UNSURE = Problem("status-unclear", "the status says nothing")


def told(
    result: Result, call: str = "", problem: Problem | None = None, more: tuple[Problem, ...] = (), unread: bool = False
) -> Foreseen:
    return foreseen(CHANGE, Walked(Outcome(AT, "create", result, problem), call, unread), more)


@pytest.mark.parametrize(
    ("result", "call", "problem", "unread", "verdict"),
    [
        ("not_started", CALL, None, False, "will_succeed"),
        ("unknown", CALL, None, False, "will_succeed"),
        ("done", "", None, False, "will_succeed"),
        ("unknown", "", None, False, "unknown"),
        ("unknown", "", SURE, False, "unknown"),
        ("blocked", "", SURE, False, "will_fail"),
        ("blocked", "", SURE, True, "will_fail"),
        ("blocked", "", UNSURE, False, "unknown"),
        ("failed", "", SURE, False, "will_fail"),
        ("failed", "", SURE, True, "unknown"),
        ("paused", "", SURE, False, "unknown"),
        ("not_started", "", SURE, False, "unknown"),
    ],
)
def test_what_apply_will_meet(result: Result, call: str, problem: Problem | None, unread: bool, verdict: str) -> None:
    """It fails if it ends so whatever it reads next time; where a read failed, or a status says nothing, nobody
    knows."""
    assert told(result, call, problem, unread=unread).verdict == verdict


@pytest.mark.parametrize(
    ("more", "unread", "verdict", "code"),
    [
        ((), True, "will_succeed", ""),
        ((SURE,), False, "will_fail", "no-account"),
        ((SURE,), True, "unknown", "no-account"),
        ((UNSURE,), False, "unknown", "status-unclear"),
        ((UNSURE, SURE), False, "will_fail", "no-account"),
        ((SURE, UNSURE), False, "will_fail", "no-account"),
        ((Problem("business-not-verified", ""), SURE), False, "will_fail", "no-account"),
        ((Problem("sms-to-landline", ""),), False, "unknown", "sms-to-landline"),
    ],
)
def test_what_else_is_in_its_way(more: tuple[Problem, ...], unread: bool, verdict: str, code: str) -> None:
    """Of several obstacles to a call that can be made, one that is certain counts. How the walk ended does not."""
    found = told("blocked", CALL, Problem("bug", "not this one"), more, unread)
    assert (found.call, found.verdict, found.code) == (CALL, verdict, code)


def test_a_problem_is_told_whole() -> None:
    """Without its address, which is there already; with what was found, and what to do. What is behind a call is
    behind it."""
    found = told("blocked", "", SURE, (UNSURE,))
    hint = ERRORS["no-account"].hint.replace("ADDRESS", AT)
    assert (found.code, found.because, found.hint) == ("no-account", "there is no account: NONE", hint)
    assert told("blocked", "", UNSURE).because == "the status says nothing"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("time", "unknown"), ("refusal", "unknown"), ("code", "will_succeed"), ("confirmation", "will_succeed")],
)
def test_what_it_waits_for(kind: Awaits, verdict: str) -> None:
    """A person can act; how the cloud decides, or whether a refusal lasts, nobody knows. Before a call it does not
    wait."""
    waits = Challenge(AT, "+8613800001234", kind, CALL, reason="name")
    outcome = Outcome(AT, "create", "paused", challenge=waits)
    found = foreseen(CHANGE, Walked(outcome, "", False))
    assert (found.awaits, found.reason, found.verdict) == (kind, "name", verdict)
    ahead = foreseen(CHANGE, Walked(outcome, CALL, False))
    assert (ahead.awaits, ahead.reason, ahead.verdict) == ("", "", "will_succeed")


GONE = Removal("phone_number/+8613800001234", AT, "register", "+8613800001234", 1, "", door="retired")
HIDDEN = ("unknown", "what follows can be read only after ChatappPhoneNumberDeregister")
PLAIN = ("will_succeed", "")


@pytest.mark.parametrize(
    ("change", "call", "verdict"),
    [
        ({"removal": GONE}, True, HIDDEN),
        ({"removal": GONE}, False, PLAIN),
        ({"removal": replace(GONE, door="")}, True, PLAIN),
        ({"removal": replace(GONE, after=("cams-1", "phone_number/+8613800005678"))}, True, PLAIN),
        ({"removal": None}, True, PLAIN),
        ({"removal": GONE, "action": "delete"}, True, PLAIN),
    ],
    ids=["removed first", "no call", "forgotten first", "new first", "nothing removed", "a removal alone"],
)
def test_what_a_removal_hides(change: dict[str, Any], call: bool, verdict: tuple[str, str]) -> None:
    """What is made again after a call removed the old one can be read only then."""
    made = replace(CHANGE, **{"action": "replace", **change})
    walked = Walked(Outcome(AT, "replace", "not_started"), "ChatappPhoneNumberDeregister" if call else "", False)
    found = foreseen(made, walked)
    assert (found.verdict, found.because) == verdict


def test_a_report_counts_its_verdicts() -> None:
    """And is no refusal, unless it says so."""
    report = PreflightReport("2026-11-20T10:31:00.000Z", 3, (told("done"), told("unknown"), told("unknown")))
    assert (report.tally, report.refused) == ({"will_succeed": 1, "unknown": 2}, False)
