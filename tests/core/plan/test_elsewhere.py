"""What of other spaces a space's plan has to do with: records that moved, and words that fit no kind."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.make import plan
from reconciler.core.plan.match import elsewhere, outdated, wanted
from reconciler.core.plan.removal import removed
from reconciler.core.plan.rename_and_move import carried, left, no_move, renamed, was_carried
from reconciler.errors import Problem
from reconciler.kinds import KINDS

TOM: dict[str, Any] = {"name": "tom", "email": "t@example.com", "title": "CEO", "message_types": ("FaultMessage",)}
RECORD = Record("contact/tom", "contact/tom", "contact", "tom", "confirmed", {**TOM, "contact_id": "c-1"})
NUMBER = Record("phone_number/+8613800001234", "phone_number/one", "register", "+8613800001234", "registered", {})

INTENT = Intent(*("2026-11-20T10:00:00.000Z",) * 2, 1, "declared", {}, "", 0, 0)


def space(name: str, *resources: Resource) -> Space:
    return Space(name, f"cams-{name}", f"spaces/{name}.yaml", resources)


def test_a_record_of_the_space_that_wants_it_is_not_elsewhere() -> None:
    """Only what another journal has of it is."""
    tom = Resource("acme", "contact", "tom", "contact", "tom", TOM)
    acme, other = State("cams-acme", "acme"), State("cams-other", "other", records={RECORD.id: RECORD})
    asked = wanted([space("acme", tom)])
    assert elsewhere([State("cams-acme", "acme", records={RECORD.id: RECORD})], asked) == {}
    assert elsewhere([acme, other], asked) == {RECORD.id: ("cams-other", RECORD)}


@pytest.mark.parametrize(
    ("record", "word", "hint"),
    [(NUMBER, "delete", "Say forget or deregister."), (RECORD, "deregister", "Say forget, detach or delete.")],
)
def test_a_word_that_fits_no_such_thing_is_refused(record: Record, word: str, hint: str) -> None:
    """With the words that do."""
    said = Space("acme", "cams-acme", "spaces/acme.yaml", removed={record.address: word})  # type: ignore[dict-item]
    found = removed(said, record)
    assert isinstance(found, Problem)
    assert (found.code, found.hint) == ("no-such-way-out", hint)


def test_a_move_goes_on_only_to_where_it_went() -> None:
    """A contact that is there already is the one that a killed move brought, at the very address, or in the way."""
    source = State("cams-acme", "acme", records={RECORD.id: RECORD})
    facts = {**RECORD.facts, "moved_from": "cams-acme", "moves": 1}
    brought = Record("contact/tom", "contact/tom", "contact", "tom", "confirmed", facts)
    target = State("cams-other", "other", records={brought.id: brought})
    assert no_move(source, target, RECORD, "contact/tom") is None
    elsewhere_there = no_move(source, target, RECORD, "contact/thomas")
    assert elsewhere_there and elsewhere_there.code == "address-taken"
    stranger = State("cams-other", "other", records={RECORD.id: RECORD})
    in_the_way = no_move(source, stranger, RECORD, "contact/tom")
    assert in_the_way and in_the_way.code == "address-taken"


@pytest.mark.parametrize(
    ("left", "problems"),
    [
        pytest.param({}, ["move-first"], id="its older record is there still"),
        pytest.param({"moved_from": "cams-other", "moves": 2}, [], id="it moved back since"),
        pytest.param(None, [], id="it left"),
    ],
)
def test_a_move_that_is_not_finished_is_not_taken_back(left: dict[str, Any] | None, problems: list[str]) -> None:
    """A contact came here, and its file would have it there again: first the move ends, unless it did."""
    tom = Resource("acme", "contact", "tom", "contact", "tom", TOM)
    came = replace(RECORD, facts={**RECORD.facts, "moved_from": "cams-acme", "moves": 1})
    old = {} if left is None else {RECORD.id: replace(RECORD, facts={**RECORD.facts, **left})}
    states = {
        "cams-acme": State("cams-acme", "acme", records=old),
        "cams-other": State("cams-other", "other", records={came.id: came}),
    }
    made = plan(Project("", (space("acme", tom), space("other"))), states, "loopback", "2026-11-20T10:31:00.000Z")
    assert [problem.code for problem in made.left_out] == problems


ASIDE = replace(NUMBER, phase="code_requested", changed_at="2026-11-20T10:00:00.000Z")


@pytest.mark.parametrize(
    ("there", "is_outdated"),
    [
        pytest.param({}, False, id="unknown there"),
        pytest.param({"records": {NUMBER.id: NUMBER}}, True, id="in service"),
        pytest.param({"records": {NUMBER.id: ASIDE}}, False, id="halfway"),
        pytest.param({"ended_at": {NUMBER.id: "2026-11-20T11:00:00.000Z"}}, True, id="came into service since"),
        pytest.param({"ended_at": {NUMBER.id: "2026-11-20T09:00:00.000Z"}}, False, id="left before"),
        pytest.param({"aside": {NUMBER.id: ASIDE}}, False, id="given up halfway"),
        pytest.param(
            {"aside": {NUMBER.id: replace(ASIDE, phase="callbacks_sent", changed_at="2026-11-20T11:00:00.000Z")}},
            True,
            id="given up in service, before its settings were sent",
        ),
    ],
)
def test_what_was_set_aside_is_outdated_by_service_elsewhere(there: dict[str, Any], is_outdated: bool) -> None:
    """By one that came after it, even if nothing is recorded of that any more."""
    assert outdated(ASIDE, [State("cams-other", "other", **there)]) is is_outdated


def test_a_record_is_renamed_as_it_is() -> None:
    """All that is declared of it, in its phase, at another address."""
    record = replace(RECORD, phase="changed", door="update", on_remove="delete", ends=True)
    whole = {
        name: getattr(record, name) for name in ("id", "key", "kind", "phase", "door", "facts", "on_remove", "ends")
    }
    assert renamed(record, "contact/thomas") == {"type": "declared", **whole, "address": "contact/thomas"}


@pytest.mark.parametrize(("so_far", "then"), [({}, 1), ({"moves": 4}, 5)])
def test_a_record_that_is_carried_knows_where_from(so_far: dict[str, Any], then: int) -> None:
    """And how often it moved: so a move that was killed goes on, and one that was taken back since does not."""
    record = replace(RECORD, facts={**RECORD.facts, **so_far}, on_remove="delete", ends=True)
    entry = carried(record, "cams-acme", "contact/thomas")
    facts = {**record.facts, "moved_from": "cams-acme", "moves": then}
    asked = {"id": record.id, "address": "contact/thomas", "on_remove": "delete", "ends": True}
    assert entry == {"type": "carried", **asked, "record": to_builtins(replace(record, facts=facts))}
    there = replace(record, facts=facts)
    assert was_carried(there, record, "cams-acme")
    assert not was_carried(there, record, "cams-other")
    assert not was_carried(there, there, "cams-acme")
    assert not was_carried(record, record, "cams-acme")


def test_what_is_let_go_by_hand_leaves_something() -> None:
    """As a plan would have it: the phase's own words, or that a call may have done something; nothing of what was never
    begun."""
    acme, begun = State("cams-acme", "acme"), replace(NUMBER, phase="declared")
    called = replace(begun, intents={"AddChatappPhoneNumber": INTENT})
    assert [left(acme, each) for each in (NUMBER, begun, called)] == [
        KINDS["register"].left["registered"],
        "",
        "it may have been created: a call was made and its answer is not known",
    ]


@pytest.mark.parametrize(
    ("address", "of", "code", "text"),
    [
        ("phone_number/tom", {}, "address-unfit", "acme/contact/tom keeps its type, contact"),
        ("contact/amy", {}, "address-taken", "other/contact/amy is already another contact"),
        ("contact/tom", {"door": "delete"}, "removal-first", "acme/contact/tom is being removed"),
        ("contact/thomas", {}, "", ""),
    ],
)
def test_why_a_record_cannot_go_there(address: str, of: dict[str, Any], code: str, text: str) -> None:
    """Each reason by its name."""
    amy = replace(RECORD, id="contact/amy", address="contact/amy", key="amy")
    ben = replace(RECORD, id="contact/ben", address="contact/ben", key="ben")
    target = State("cams-other", "other", records={each.id: each for each in (amy, ben)})
    found = no_move(State("cams-acme", "acme"), target, replace(RECORD, **of), address)
    assert (found.code, found.what) == (code, text) if found else not code
    assert not found or found.found == (f"other/{address}" if code == "address-unfit" else None)


def test_a_number_migrates() -> None:
    """Between spaces; within one it is renamed, also to the address that it has."""
    acme, other = State("cams-acme", "acme", records={NUMBER.id: NUMBER}), State("cams-other", "other")
    found = no_move(acme, other, NUMBER, "phone_number/one")
    assert found and found.code == "number-migrates"
    assert found.hint.startswith("Move its block to the file of other: ")
    assert no_move(acme, acme, NUMBER, "phone_number/one") is no_move(acme, acme, NUMBER, "phone_number/two") is None
