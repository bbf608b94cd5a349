"""What each entry changes in its record, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import ABSENT, Intent, Record
from reconciler.core.refusal import Refusal
from tests.core.entries import (
    FACTS,
    ID,
    OPERATION,
    Entry,
    at,
    declared,
    forgotten,
    intent,
    opened,
    outcome,
    settled,
    told,
)

SENDS, TAKES = "GetChatappVerifyCode", "ChatappVerifyAndRegister"
MESSAGE = intent(SENDS, "N", phase="asked", learned={"channel": "sms"})
CODE = intent(TAKES, "C", phase="declared", metered=True)
REFUSED: Entry = {"code": "X", "status": 400, "message": "in its words", "meaning": "cap"}


def recorded(*entries: Entry) -> Record:
    """The record, by entries of which the first is the third of its journal."""
    return told(opened(), declared(), *entries).records[ID]


def changed(*entries: Entry, after: int = 0) -> dict[str, Any]:
    """Each field that is not as it was after so many of them, but for when it was."""
    before, now = recorded(*entries[:after]), recorded(*entries)
    names = (name for name in Record.__struct_fields__ if name != "changed_at")
    return {name: getattr(now, name) for name in names if getattr(now, name) != getattr(before, name)}


def asked(minute: int, **more: Any) -> Intent:
    """As the record was before a call of this minute, if nothing had come of it yet."""
    said = Intent(at(minute), at(0), 1, "declared", FACTS, "", 0, 0)
    return replace(said, **more) if more else said


def refusal(minute: int, often: int = 1) -> Refusal:
    return Refusal("X", 400, "in its words", at(minute), often, "cap")


def test_what_is_declared_is_recorded() -> None:
    """As it is, with nothing learned and nothing open."""
    record = Record(ID, ID, "contact", "tom", "declared", FACTS, changed_at=at(1))
    assert recorded() == record
    assert recorded(forgotten(), declared(phase="added")) == replace(record, phase="added", changed_at=at(3))


def test_what_is_declared_otherwise_keeps_what_was_done() -> None:
    """Its open calls and its messages; what was refused is as refused as before, unless its values are others."""
    others: Entry = {
        "address": "contact/thomas",
        "kind": "register",
        "phase": "added",
        "door": "update",
        "facts": {**FACTS, "title": "CTO"},
        "on_remove": "delete",
        "ends": True,
    }
    assert changed(MESSAGE, declared(**others), after=1) == others
    refused = outcome("refused", SENDS, **REFUSED)
    assert changed(MESSAGE, refused, declared(phase="added"), after=2) == {"phase": "added"}
    again = changed(MESSAGE, refused, declared(facts={**FACTS, "title": "CTO"}), after=2)
    assert again == {"facts": {**FACTS, "title": "CTO"}, "refusals": {}}


def test_what_is_carried_keeps_all_but_where_it_is() -> None:
    """Its address, and what becomes of it when its block is removed, are as declared here."""
    record = recorded(MESSAGE)
    row = {"id": ID, "address": ID, "kind": "contact", "key": "tom", "phase": "added", "facts": FACTS, "attempts": 2}
    entry = {"type": "carried", "id": ID, "address": "contact/thomas", "on_remove": "delete", "record": row}
    carried = recorded(MESSAGE, {**entry, "ends": True})
    assert carried == replace(
        Record(ID, "contact/thomas", "contact", "tom", "added", FACTS, "delete", attempts=2, ends=True),
        changed_at=at(3),
    )
    assert record.intents and not carried.intents


def test_what_is_entered_is_begun_anew() -> None:
    """In another phase, for another end, with more known; an old refusal is none of it."""
    entry = {"type": "entered", "id": ID, "phase": "deleting", "door": "delete", "learned": {"was": "declared"}}
    found = changed(MESSAGE, outcome("refused", SENDS, **REFUSED), {**entry, "why": "asked for"}, after=2)
    assert found == {"phase": "deleting", "door": "delete", "facts": {**FACTS, "was": "declared"}, "refusals": {}}


def test_a_call_is_open_until_it_is_answered() -> None:
    """With all that the record was before it, and what a read found; what its answer will teach is assumed."""
    call = intent(phase="added", learned={"contact_id": "c-1"}, seen=ABSENT, cloud_time=at(30))
    assert changed(call) == {
        "phase": "added",
        "facts": {**FACTS, "contact_id": "c-1"},
        "intents": {OPERATION: asked(2, cloud_time=at(30), seen=ABSENT)},
    }
    assert changed(intent(metered=True)) == {"intents": {OPERATION: asked(2)}, "metered": (at(2),)}


def test_a_message_counts_as_sent_and_a_code_as_tried() -> None:
    """From the moment that the call may have been made."""
    sent = changed(MESSAGE)
    facts = {**FACTS, "channel": "sms"}
    assert sent == {
        "phase": "asked",
        "facts": facts,
        "intents": {SENDS: asked(2)},
        "requested_at": at(2),
        "messages_sent": 1,
        "message": 3,
    }
    again = changed(MESSAGE, MESSAGE, after=1)
    before = asked(3, phase="asked", facts=facts, requested_at=at(2), messages_sent=1, message=3, tries=2)
    assert again == {"intents": {SENDS: before}, "requested_at": at(3), "messages_sent": 2, "message": 4}
    assert changed(CODE) == {"intents": {TAKES: asked(2)}, "attempts": 1, "metered": (at(2),)}
    twice = changed(CODE, CODE, after=1)
    before = asked(3, attempts=1, metered=(at(2),), tries=2)
    assert twice == {"intents": {TAKES: before}, "attempts": 2, "metered": (at(2), at(3))}


@pytest.mark.parametrize("call", [MESSAGE, CODE, intent(phase="added", metered=True)], ids=["N", "C", "K"])
def test_what_was_not_done_is_undone(call: Entry) -> None:
    """The record is as it was before; what was called before that, and never answered, stays open."""
    name = call["operation"]
    assert changed(call, outcome("not_sent", name)) == {}
    assert changed(call, outcome("refused", name, **REFUSED)) == {"refusals": {name: refusal(3)}}
    twice = changed(call, outcome("refused", name, **REFUSED), call, outcome("refused", name, **REFUSED))
    assert twice == {"refusals": {name: refusal(5, often=2)}}
    doubt = recorded(call, call, outcome("not_sent", name))
    assert doubt.intents[name].tries == 1
    assert replace(doubt, intents={}, changed_at="") == replace(recorded(call), intents={}, changed_at="")
    assert changed(outcome("not_sent", name)) == {}
    assert changed(call, outcome("unknown", name), after=1) == {}


def test_a_wrong_code_was_tried_and_registered_nothing() -> None:
    """So it counts as a code, and not as a registration."""
    wrong = outcome("code_refused", TAKES, phase="declared", **REFUSED)
    assert changed(CODE, wrong) == {"attempts": 1, "refusals": {TAKES: refusal(3)}}
    assert changed(CODE, {**wrong, "phase": "asked"})["phase"] == "asked"
    assert changed({**wrong, "phase": "asked"}) == {"phase": "asked", "refusals": {TAKES: refusal(2)}}
    doubt = recorded(CODE, CODE, wrong)
    assert (doubt.attempts, doubt.metered, doubt.intents[TAKES].tries) == (2, (at(2),), 1)


def test_what_is_done_is_closed() -> None:
    """With what it taught; another call stays open, with what was refused of it, until the end of the lifecycle."""
    done: Entry = {"phase": "added", "facts": {**FACTS, "channel": "sms", "contact_id": "c-1"}}
    before = [CODE, outcome("refused", TAKES, **REFUSED), CODE, MESSAGE]
    for entry in (outcome(), outcome("ok", SENDS), settled()):
        assert changed(*before, {**entry, "operation": SENDS}, after=4) == {
            **done,
            "intents": {TAKES: asked(4)},
            **({"attempts": 0} if entry["type"] == "outcome" else {}),
        }
    last = changed(*before, outcome("ok", SENDS, final=True), after=4)
    assert last == {**done, "intents": {}, "refusals": {}, "attempts": 0}


def test_what_a_read_leaves_where_it_is_stays_refused() -> None:
    """Another phase is a new beginning; the same one is not."""
    refused = [intent(), outcome("refused", **REFUSED)]
    same = settled(phase="declared", learned={})
    assert changed(*refused, same, after=2) == {}
    assert changed(*refused, {**same, "phase": "added"}, after=2) == {"phase": "added", "refusals": {}}
    assert changed(*refused, outcome(phase="declared", learned={}), after=2) == {"refusals": {}}


def test_only_a_message_that_was_certainly_sent_begins_the_tries_anew() -> None:
    """After one in doubt the code before may still be good; and another call's success sends none."""
    tried = [CODE, outcome("unknown", TAKES), MESSAGE]
    assert recorded(*tried).attempts == 1
    assert recorded(*tried, outcome("ok", SENDS)).attempts == 0
    assert recorded(*tried, settled(SENDS)).attempts == 1
    assert recorded(*tried, intent(), outcome()).attempts == 1
    assert recorded(CODE, outcome("ok", TAKES)).attempts == 1
