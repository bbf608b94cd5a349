"""What a journal tells, entry by entry."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core.journal.entries import unusable
from reconciler.core.journal.record import Record
from reconciler.core.journal.snapshot import dump_state, fold, load_state
from reconciler.core.journal.state import State, canonical, digest, moved, seal
from reconciler.errors import StateError
from tests.core.entries import (
    FACTS,
    ID,
    OPERATION,
    OTHER,
    SPACE,
    Entry,
    at,
    declared,
    forgotten,
    intent,
    opened,
    outcome,
    run,
    sealed,
    settled,
    told,
)

BEGUN = [opened(), run(), declared()]
READ, DAILY = "ListMessageContacts", "contact_messages_per_day"
CARRIED: Entry = {
    "type": "carried",
    "id": ID,
    "address": ID,
    "on_remove": "refuse",
    "record": {"id": ID, "address": ID, "kind": "contact", "key": "tom", "phase": "added", "facts": FACTS},
}


def test_the_first_entry_says_whose_journal_it_is() -> None:
    """Its space, by name and id, its cloud and its identity; a later run may know another name."""
    state = told(opened(), {**run(), "name": "renamed"})
    assert (state.space_id, state.name, state.lineage, state.endpoint) == (SPACE, "renamed", "l1", "loopback")
    assert (told(opened()).name, told(opened()).run) == ("acme", None)


@pytest.mark.parametrize(
    ("entry", "code", "what", "found"),
    [
        (opened(format=2), "state-newer", "format 2 is newer than this program reads", None),
        (opened(space_id="cams-globex"), "state-foreign", "this is the journal of cams-globex", None),
        ({"type": "dreamt"}, "state-newer", "entry 1 is of an unknown type", "dreamt"),
        ({"type": 3}, "state-unreadable", "entry 1 cannot be read", ...),
        ({"type": "alive", "at": "soon"}, "state-unreadable", "entry 1 cannot be read", ...),
        ({"type": "alive", "dreamt": 1}, "state-newer", "entry 1 says more than this program knows", ...),
        (outcome("unknown"), "state-unreadable", "entry 1 cannot be read", f"{ID} is not recorded"),
        (outcome(), "state-unreadable", "entry 1 cannot be read", f"{ID} is not recorded"),
        (intent(), "state-unreadable", "entry 1 cannot be read", f"{ID} is not recorded"),
        (settled(), "state-unreadable", "entry 1 cannot be read", f"{ID} is not recorded"),
        *(
            ({**outcome(), field: None}, "state-unreadable", "entry 1 cannot be read", ...)
            for field in ("phase", "learned", "final")
        ),
        (outcome("code_refused"), "state-unreadable", "entry 1 cannot be read", ...),
        (outcome("refused", capped=DAILY), "state-unreadable", "entry 1 cannot be read", ...),
        ({"type": "alive", "serial": 2}, "state-gap", "entry 1 is missing", "2"),
        ({"type": "dreamt", "serial": 2}, "state-gap", "entry 1 is missing", "2"),
        ({"type": "alive", "previous": "00"}, "state-edited", "the entry before 1 is not what was written", None),
    ],
)
def test_what_cannot_follow_is_refused_by_name(entry: dict[str, Any], code: str, what: str, found: Any) -> None:
    """And leaves the state as it was."""
    state = State(SPACE)
    with pytest.raises(StateError) as refused:
        state.advance(canonical({"at": at(0), "run": "", "serial": 1, "previous": "", **entry}))
    (problem,) = refused.value.problems
    assert (problem.code, problem.what) == (code, f"{SPACE}: {what}")
    assert bool(problem.found) if found is ... else problem.found == found
    assert state == State(SPACE)


def test_a_run_holds_the_space_until_it_ends() -> None:
    """Its settings stay until another one has some, its account for ever, and so does where the journal went."""
    first = run(account="1" * 16, settings={"adopt": True})
    state = told(opened(), first)
    assert (state.run and state.run.id, state.settings) == ("r1", {"at": at(1), "adopt": True})
    later = told(opened(), first, {"type": "run_closed", "results": {}})
    assert (later.run, later.settings, later.account) == (None, state.settings, "1" * 16)
    again = told(opened(), first, run("r2"), {"type": "alive"})
    assert (again.run and again.run.id, again.settings, again.account) == ("r2", state.settings, "1" * 16)
    other = told(opened(), first, run("r3", account="2" * 16, settings={"resend": True}))
    assert (other.settings, other.account) == ({"at": at(2), "resend": True}, "2" * 16)
    gone = told(opened(), run(), {"type": "moved", "to": "sqlite:new.db"})
    assert (gone.run, gone.moved_to) == (None, "sqlite:new.db")
    assert moved(gone).what == "acme: its journal continues in sqlite:new.db"


def of(*entries: dict[str, Any]) -> Record:
    return told(*entries).records[ID]


def test_a_record_says_by_whom_and_by_what_it_was_changed() -> None:
    """By the run and its plan, with the version that it had before that plan; a verify changes no plan's version."""
    first = of(opened(), run(plan="p1"), declared())
    assert (first.changed_at, first.changed_by, first.version) == (at(2), "amy@desk", 3)
    assert (first.plan, first.base) == ("p1", 0)
    same = of(opened(), run(plan="p1"), declared(), intent(), outcome())
    assert (same.changed_at, same.version, same.plan, same.base) == (at(4), 5, "p1", 0)
    other = of(opened(), run(plan="p1"), declared(), run("r2", plan="p2", who="eve"), intent(), outcome())
    assert (other.changed_by, other.version, other.plan, other.base) == ("eve@desk", 6, "p2", 3)
    for verb in ("verify", "recover"):
        beside = of(opened(), run(plan="p1"), declared(), run("r2", verb=verb, plan="p2"), intent(), outcome())
        assert (beside.changed_at, beside.version, beside.plan, beside.base) == (at(5), 3, "p1", 0)
    came = {**CARRIED, "record": {**CARRIED["record"], "version": 9, "base": 8, "plan": "p1"}}
    carried = of(opened(), run(plan="p1"), came)
    assert (carried.version, carried.plan, carried.base) == (3, "p1", 0)
    bare = of(opened(), declared())
    assert (bare.changed_at, bare.changed_by, bare.version, bare.plan) == (at(1), "", 0, "")


def test_a_version_is_known_after_its_record_is_gone() -> None:
    """Until it is recorded again; its address for ever."""
    there, gone = told(*BEGUN), told(*BEGUN, forgotten())
    assert (there.version(ID), gone.version(ID), gone.version(OTHER)) == (3, 4, 0)
    assert (gone.records, gone.forgotten, gone.gone) == ({}, {ID: 4}, {ID: ID})
    back = told(*BEGUN, forgotten(), declared())
    assert (back.version(ID), back.forgotten, back.gone) == (5, {}, {ID: ID})
    nobody = told(opened(), run(), forgotten())
    assert (nobody.forgotten, nobody.gone) == ({ID: 3}, {})
    assert told(opened(), run(), forgotten(aside=True)).aside == {}


@pytest.mark.parametrize(
    ("then", "stays"),
    [
        ([declared()], True),
        ([declared(), intent()], True),
        ([declared(), outcome("refused", code="X", status=400)], True),
        ([declared(), outcome("unknown")], True),
        ([declared(), settled(READ)], True),
        ([declared(), settled(READ, final=True)], False),
        ([declared(), settled()], False),
        ([declared(), outcome()], False),
        ([CARRIED], False),
        ([declared(), forgotten()], False),
        ([{"type": "alive"}], True),
    ],
)
def test_what_was_set_aside_stays_until_it_went_on_otherwise(then: list[dict[str, Any]], stays: bool) -> None:
    """By a call that succeeded, by what was found done, or from another space; a mere read is no progress."""
    before = told(*BEGUN).records[ID]
    assert told(*BEGUN, forgotten(aside=True)).aside == {ID: before}
    assert told(*BEGUN, forgotten(aside=True), *then).aside == ({ID: before} if stays else {})
    assert told(*BEGUN, forgotten()).aside == {}


@pytest.mark.parametrize(
    ("entry", "ended"),
    [
        (outcome(final=True), True),
        (settled(final=True), True),
        (outcome(), False),
        (settled(), False),
        (outcome("unknown"), False),
        (intent(), False),
    ],
)
def test_an_end_is_known_by_its_time(entry: dict[str, Any], ended: bool) -> None:
    """Also after the record is forgotten."""
    assert told(*BEGUN, entry).ended_at == told(*BEGUN, entry, forgotten()).ended_at == ({ID: at(3)} if ended else {})


SENDS = "SendEmailVerificationForMessageContact"
MESSAGE = intent(SENDS, "N", daily=DAILY, cloud_time=at(30))


@pytest.mark.parametrize(
    ("then", "counted", "capped"),
    [
        ([], True, False),
        ([outcome("unknown", SENDS)], True, False),
        ([outcome("ok", SENDS)], True, False),
        ([outcome("not_sent", SENDS)], False, False),
        ([outcome("refused", SENDS, code="X", status=400)], False, False),
        ([outcome("refused", SENDS, code="X", status=400, cloud_time=at(40))], False, False),
        ([outcome("refused", SENDS, code="X", status=400, capped=DAILY, cloud_time=at(40))], False, True),
        ([outcome("unknown", SENDS, capped=DAILY, cloud_time=at(40))], True, False),
        ([outcome("refused", OPERATION, code="X", status=400)], True, False),
    ],
)
def test_a_message_counts_unless_it_was_certainly_not_sent(
    then: list[dict[str, Any]], counted: bool, capped: bool
) -> None:
    """By the cloud's clock; and so is a day that the cloud itself has closed."""
    state = told(*BEGUN, MESSAGE, *then)
    assert state.messages == ([(at(30), DAILY)] if counted else [])
    assert state.capped == ({DAILY: at(40)} if capped else {})
    assert told(*BEGUN, intent(cloud_time=at(30)), *then).messages == []


def test_a_day_holds_the_messages_of_all_limits() -> None:
    """In order of the cloud's time; those that went out at the same moment are counted each."""
    later, same = {**MESSAGE, "cloud_time": at(31)}, {**MESSAGE, "daily": "code_messages_per_day"}
    state = told(*BEGUN, later, MESSAGE, same)
    assert state.messages == [(at(30), MESSAGE["daily"]), (at(30), same["daily"]), (at(31), MESSAGE["daily"])]


def test_a_line_tells_which_record_it_is_about() -> None:
    """None, if it is about the run alone."""
    state = State(SPACE)
    assert [state.advance(line) for line in sealed([*BEGUN, {"type": "alive"}])] == ["", "", ID, ""]
    assert state.serial == 4


def test_equal_entries_are_equal_lines() -> None:
    """Names in order, no blanks, each character as it is; a number that is none cannot be written."""
    assert canonical({"b": "é", "a": [1, {"d": None, "c": True}]}) == '{"a":[1,{"c":true,"d":null}],"b":"é"}'
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError):
            canonical({"a": number})
    state = State(SPACE, serial=4, hash="ab")
    assert seal(state, {"type": "alive"}) == '{"previous":"ab","serial":5,"type":"alive"}'
    assert digest("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def record(phase: str, kind: str = "contact", **facts: Any) -> Record:
    return Record(ID, ID, kind, "tom", phase, facts)


@pytest.mark.parametrize(
    ("found", "lacks"),
    [
        (record("declared", **FACTS), ""),
        (record("added", **FACTS), "contact_id"),
        (record("added", **FACTS, contact_id="c-1"), ""),
        (record("confirmed", **FACTS, contact_id="c-1"), ""),
        (record("gone", **FACTS, contact_id="c-1"), ""),
        (record("dreamt", **FACTS, contact_id="c-1"), "phase dreamt"),
        (record("declared", name="tom", title="CEO"), "email, message_types"),
        (record("added", "register", number="+8613800001234", display_name="A", method="sms", locale="en"), ""),
    ],
)
def test_what_lacks_a_fact_cannot_be_gone_on_with(found: Record, lacks: str) -> None:
    """Nor what is in a phase of a newer program; and such a journal is not read as if nothing were the matter."""
    assert unusable(found) == lacks
    lines = sealed([opened(), declared(phase=found.phase, facts=found.facts, kind=found.kind)])
    if lacks:
        with pytest.raises(StateError) as refused:
            fold(SPACE, lines)
        (problem,) = refused.value.problems
        assert (problem.code, problem.found) == ("state-newer", lacks)
    else:
        assert fold(SPACE, lines).records[ID].phase == found.phase


def test_a_checkpoint_that_is_none_is_called_what_it_is() -> None:
    """No JSON, no checkpoint, and one whose messages stand in no order, which an earlier program may have written."""
    for text, code in (("{", "state-unreadable"), ("{}", "state-edited"), ("", "state-unreadable")):
        with pytest.raises(StateError) as refused:
            load_state(text, SPACE)
        assert refused.value.problems[0].code == code
    state = told(*BEGUN)
    state.messages = [(at(31), "b"), (at(30), "b"), (at(30), "a")]
    assert load_state(dump_state(state), SPACE).messages == [(at(30), "b"), (at(30), "a"), (at(31), "b")]
