"""What a read tells of one resource, what it tells the call after it, and what one that failed comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as with_fields

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.journal.record import ABSENT, Intent, Record
from reconciler.core.lifecycle.look import (
    applies,
    further,
    known,
    may_lag,
    not_yet,
    read_data,
    read_well,
    stopped_by,
    told,
    unreadable,
    was_absent,
    what_it_says,
)
from reconciler.core.lifecycle.moves import Turn
from reconciler.kinds.table import Look, Step
from reconciler.refusals import Meaning

NOW = "2026-11-20T10:31:00.000Z"
TURN = Turn("cams-acme", "acme/contact/tom", "create", NOW)
FACTS = {"name": "tom"}
TOM = Record("contact/tom", "contact/tom", "contact", "tom", "added", FACTS)
CALL, SYNC, LIST = "AddMessageContact", "ChatappSyncPhoneNumber", "QueryChatappPhoneNumbers"


def says(facts: Any, data: Any) -> str:
    return f"{facts.get('title', '')}{data.get('Status', '')}"


def learns(facts: Any, data: Any) -> Any:
    return {"contact_id": data["Id"]} if "Id" in data else {}


BARE = Look(LIST, dict, says, learns)
LOOK = replace(BARE, after=Look(SYNC, dict, says), shows=says, tells=learns)
STEP = Step(CALL, dict, {"ok": "on"}, {"differs": "already-there"}, before=(LOOK,), already=frozenset(("Gone",)))


def seen(**answers: Answer) -> Turn:
    return replace(TURN, seen=answers)


BOTH = seen(**{LIST: Ok({"Id": "c-1", "Status": "x"}), SYNC: Ok({"Time": 3})})


def asked(seen: Any = "", operation: str = CALL) -> Record:
    return with_fields(TOM, intents={operation: Intent(NOW, NOW, 1, "declared", {}, "", 0, 0, seen=seen)})


@pytest.mark.parametrize(
    ("record", "begun", "absent"),
    [(TOM, False, False), (asked(), True, False), (asked(ABSENT), True, True), (asked(ABSENT, "X"), False, False)],
)
def test_what_a_look_is_asked_with(record: Record, begun: bool, absent: bool) -> None:
    """What is recorded, and what this run knows: whether the call may have been made, and what was there before it."""
    turn = replace(TURN, allow_metered=True)
    more = {"space_id": "cams-acme", "phase": "added", "was_absent": absent, "begun": begun, "allow_metered": True}
    assert known(record, turn, STEP) == {**FACTS, **more}
    assert was_absent(record, STEP) == absent


def test_the_data_of_a_look_are_its_own_and_those_before_it() -> None:
    """The earlier answer stands under its operation's name; one that failed is as if it had said nothing."""
    assert read_data(LOOK, BOTH) == {"Id": "c-1", "Status": "x", SYNC: {"Time": 3}}
    assert read_data(LOOK, seen(**{LIST: Ok({"Id": "c-1"}), SYNC: Unknown("cut")})) == {"Id": "c-1"}
    assert read_data(LOOK, seen(**{LIST: Unknown("cut"), SYNC: Ok({"Time": 3})})) == {SYNC: {"Time": 3}}


def test_a_call_is_told_what_the_reads_before_it_said() -> None:
    """Once all of them are made; nothing by one that was not needed."""
    assert told(TOM, BOTH, STEP) == {"contact_id": "c-1"}
    assert told(TOM, seen(**{LIST: Ok({"Id": "c-1"})}), STEP) == {}
    assert told(TOM, TURN, STEP) == {}
    unneeded = replace(STEP, before=(replace(LOOK, needed=lambda facts: False),))
    assert told(TOM, BOTH, unneeded) == {}


def test_a_status_may_be_from_before_the_last_message() -> None:
    """For a day."""
    times = ("", "2026-11-19T10:30:59.999Z", "2026-11-19T10:31:00.001Z", NOW)
    assert [may_lag(with_fields(TOM, requested_at=each), NOW) for each in times] == [False, False, True, True]


def test_what_is_late_is_said_where_its_step_has_a_word_for_it() -> None:
    """With what is shown instead."""
    assert not_yet(STEP, LOOK, FACTS, BOTH) is None
    late = not_yet(replace(STEP, late="settings-late"), LOOK, FACTS, BOTH)
    assert late and (late.code, late.found) == ("settings-late", "x")


def test_what_stops_is_said_with_what_was_found() -> None:
    """Where anything was."""
    stopped = stopped_by(LOOK, STEP, "differs", FACTS, BOTH)
    assert (stopped.code, stopped.what) == ("already-there", "it already exists in the cloud, with other values")
    found = [stopped_by(LOOK, STEP, "differs", FACTS, turn).found for turn in (BOTH, seen(**{LIST: Ok(), SYNC: Ok()}))]
    assert found == ["x", None]


@pytest.mark.parametrize(
    ("answer", "well", "result", "code", "put_back"),
    [
        (Ok(), True, "", "", ""),
        (Error("Gone", Meaning.ABSENT, "gone"), True, "failed", "gone-elsewhere", "put-back-unread"),
        (Error("Other", Meaning.ABSENT, "gone"), False, "failed", "gone-elsewhere", "put-back-unread"),
        (Error("Other", Meaning.PARAMETER, "no"), False, "failed", "parameter-refused", "put-back-unread"),
        (Error("Other", Meaning.PERMISSION, "no"), False, "failed", "permission-denied", "permission-denied"),
        (Error("Other", Meaning.THROTTLED, "no"), False, "failed", "throttled-too-long", "throttled-too-long"),
        (Unknown("400 `X`", "X", "no"), False, "failed", "unknown-answer", "put-back-unread"),
        (Unknown("400 `Gone`", "Gone", "no"), False, "failed", "unknown-answer", "put-back-unread"),
        (Unknown("cut"), False, "unknown", "unknown-answer", "unknown-answer"),
        (NotSent("away"), False, "failed", "cannot-reach", "cannot-reach"),
    ],
)
def test_a_read_that_failed_is_a_failure_or_unknown(
    answer: Answer, well: bool, result: str, code: str, put_back: str
) -> None:
    """An answer with a code is a failure; of a record that was put back, the refusal may be for what is gone since."""
    assert read_well(BARE, STEP, seen(**{LIST: answer})) is well
    if isinstance(answer, Ok):
        return
    for facts, expected in ((FACTS, code), ({**FACTS, "put_back": "added 0 0"}, put_back)):
        outcome = unreadable(with_fields(TOM, facts=facts), TURN, BARE, answer).outcome
        assert outcome.problem and (outcome.result, outcome.problem.code) == (result, expected)
        assert outcome.problem.found == (getattr(answer, "message", "") or None)


def test_a_look_says_a_word_and_teaches() -> None:
    """One that was refused because all is done says so, and teaches nothing."""
    assert what_it_says(BARE, known(TOM, BOTH, STEP), BOTH) == ("x", {"contact_id": "c-1"})
    gone = seen(**{LIST: Error("Gone", Meaning.ABSENT)})
    assert what_it_says(BARE, known(TOM, gone, STEP), gone) == ("ok", {})


def test_of_what_is_imported_the_cloud_says_how_it_is() -> None:
    """Until it is found: only what finds it is read, and then what else there is of it; afterwards it is as any."""
    finds = replace(BARE, holds=lambda facts, data: {"title": "CEO "}, also=(BARE, replace(BARE, needed=bool)))
    importing, declared = replace(BOTH, importing=True), with_fields(TOM, phase="declared")
    for record, turn, sought in ((declared, importing, True), (TOM, importing, False), (declared, BOTH, False)):
        facts = known(record, turn, STEP)
        assert [applies(look, facts, turn) for look in (BARE, finds)] == [not sought, True]
        held = {"title": "CEO "} if sought else {}
        word = "CEO x" if sought else "x"
        assert what_it_says(finds, facts, turn) == (word, {**held, "contact_id": "c-1"})
        assert what_it_says(BARE, facts, turn) == ("x", {"contact_id": "c-1"})
        assert further(finds, facts, turn) == (list(finds.also) if sought else [])
    facts = known(declared, importing, STEP)
    unneeded = replace(finds, needed=lambda facts: False, also=(replace(BARE, needed=lambda facts: False),))
    assert (applies(unneeded, facts, importing), further(unneeded, facts, importing)) == (False, [])
