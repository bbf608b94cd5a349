"""The report as a document: whoever reads it again, maybe from a job that nobody trusts, reads the same or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.rehearsal.report import (
    Guard,
    Pause,
    RefusedCall,
    Report,
    Unfinished,
    dump_report,
    load_report,
    rehearsal_exit_code,
)
from reconciler.errors import Stale
from reconciler.render.text.rehearsal import MOST, last_line, rehearsal_text, report_lines

REPORT = Report(
    digest="ab" * 32,
    from_plan=True,
    calls={"AddChatappPhoneNumber": 2, "GetChatappVerifyCode": 1},
    messages={"sms": 1},
    expected_messages={"sms": 2},
    seconds=12.5,
    expected_seconds=10.0,
    waited=86400.0,
    guards=(Guard("too-many-messages", "up to 2 messages would be sent, and max_messages is 1"),),
    refusals=(RefusedCall("AddChatappPhoneNumber", "+86 138****1234", "PhoneNumber.AlreadyExists"),),
    pauses=(
        Pause("acme/phone_number/a", "+86 138****1234", "code", "sms"),
        Pause("acme/phone_number/b", "+86 138****1235", "code", "voice", parked=True),
        Pause("acme/phone_number/c", "+65 812****4567", "code"),
        Pause("acme/contact/tom", "tom@example.com", "confirmation", "email"),
        Pause("acme/contact/王小明", "", "time"),
    ),
    unfinished=(Unfinished("acme/phone_number/b", "paused", "parked", "3 codes were tried since the last message"),),
    broken=("I1: a message that was neither due nor allowed (+86 138****1234)",),
    differences=("messages by sms: at most 2 in the forecast, 1 sent",),
    changes=6,
    done=5,
)
TEXT = """\
Seeded from:  what the plan tells: recorded state was not read
Calls:        3
              2 AddChatappPhoneNumber
              1 GetChatappVerifyCode
Messages:     1 (1 sms)
Takes:        12 seconds, plus waiting for people
              and 24 h 0 min until the daily limits allow the rest
Pauses:       acme/phone_number/a waits for the code sent by sms to +86 138****1234
              acme/phone_number/b is parked: too many codes were tried for +86 138****1235; only --resend continues
              acme/phone_number/c waits for the purchase code of +65 812****4567
              acme/contact/tom waits for the links sent to be followed
              acme/contact/王小明 waits for the cloud to finish
Refused:      by a guard, before any call: too-many-messages: up to 2 messages would be sent, and max_messages is 1
              by the cloud: AddChatappPhoneNumber for +86 138****1234: PhoneNumber.AlreadyExists
Unfinished:   acme/phone_number/b: paused: 3 codes were tried since the last message
Broken:       I1: a message that was neither due nor allowed (+86 138****1234)
Differences:  messages by sms: at most 2 in the forecast, 1 sent

Rehearsal refused: 5 of 6 changes done."""


def document(**changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dump_report(REPORT)))
    return {**found, **changed}


def test_all_that_can_be_told_is_told() -> None:
    """The whole text, with each kind of line that there is."""
    assert rehearsal_text(REPORT) == TEXT


def test_written_and_read_again_it_is_the_same() -> None:
    """As JSON and back; the exit code is in it for tools, and derived anew for us."""
    assert load_report(document()) == REPORT
    assert load_report(document(exit_code=0)) == REPORT
    assert document()["exit_code"] == rehearsal_exit_code(REPORT) == 6


PAUSED = Unfinished("acme/phone_number/b", "paused")
FAILED = replace(PAUSED, result="failed")
NO_GUARD: dict[str, Any] = {"guards": (), "broken": (), "unfinished": ()}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"guards": REPORT.guards, "broken": ("I1",)}, 6),
        ({"broken": ("I1",)}, 1),
        ({"unfinished": (PAUSED, FAILED)}, 1),
        ({"unfinished": (replace(PAUSED, result="unknown"),)}, 1),
        ({"unfinished": (PAUSED, replace(PAUSED, result="not_started"))}, 3),
        ({}, 0),
    ],
)
def test_a_pipeline_goes_by_the_exit_code(fields: dict[str, Any], code: int) -> None:
    """A guard refuses before anything; what would fail is an error; what no rehearsal can decide is neither."""
    assert rehearsal_exit_code(replace(REPORT, **{**NO_GUARD, **fields})) == code


def test_what_is_no_document_is_no_report() -> None:
    """Whatever JSON there is in its place."""
    documents: list[Any] = [{}, {"format": 1}, [], "x", None, 1]
    for other in documents:
        with pytest.raises(Stale) as refused:
            load_report(other)
        assert [each.code for each in refused.value.problems] == ["plan-unreadable"]


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": "x"},
        {"from_plan": 1},
        {"calls": {"rm -rf": 1}},
        {"calls": {"AddChatappPhoneNumber": -1}},
        {"messages": {"<b>": 1}},
        {"seconds": "1"},
        {"seconds": -1},
        {"waited": True},
        {"guards": [{"code": "no-such-code", "what": ""}]},
        {"refusals": [{"operation": "x", "whom": "", "code": "A"}]},
        {"refusals": [{"operation": "AddMessageContact", "whom": "a b", "code": "A"}]},
        {"refusals": [{"operation": "AddMessageContact", "whom": "+8613800001234", "code": "A"}]},
        {"pauses": [{"address": "no address", "whom": "", "waits_for": "code", "channel": "sms", "parked": False}]},
        {"pauses": [{"address": "acme/contact/tom"}]},
        {"pauses": {}},
        {"unfinished": [{"address": "acme/contact/tom", "result": "fine", "code": "", "what": ""}]},
        {"differences": [1]},
        {"differences": "abc", "changes": None},
        {"more": 1},
        {"format": 2},
        {"format": None},
    ],
)
def test_what_has_another_form_is_no_report(changed: dict[str, Any]) -> None:
    """Refused as a plan would be: 5, and nothing of it is shown."""
    with pytest.raises(Stale):
        load_report(document(**changed))


def test_hostile_text_does_nothing() -> None:
    """Lines stay lines: what could move a cursor, start another line or hide is escaped, and numbers are masked."""
    evil = "a\n::error::b\x1b[2J \u202e +8613800001234 " + "x" * 5000
    lines = report_lines(
        load_report(document(differences=[evil], broken=[evil], guards=[{"code": "bug", "what": evil}]))
    )
    assert all(line.isprintable() and len(line) < 300 for line in lines)
    assert not [line for line in lines if "13800001234" in line]
    assert {line[:14].strip(" :") for line in lines} <= {line[:14].strip(" :") for line in TEXT.splitlines()}


def test_long_lists_are_cut_and_say_so() -> None:
    """Five hundred pauses are ten lines and a count."""
    pause = document()["pauses"][0]
    report = load_report(document(pauses=[pause] * 500))
    lines = report_lines(report)
    assert sum("waits for the code" in line for line in lines) == MOST
    assert f"              and {500 - MOST} more" in lines
    assert last_line(report) == "Rehearsal refused: 5 of 6 changes done."
