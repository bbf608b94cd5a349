"""What is declared beside what is recorded: by what the cloud knows it by, not by its key in the file."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.match import (
    Pair,
    in_use,
    is_whole,
    leaving_for,
    outdated,
    pairs,
    serves,
    successors,
    unfinished_move,
    vanished,
    wanted,
)


def number(key: str, name: str) -> Record:
    facts = {"number": key}
    return Record(f"phone_number/{key}", f"phone_number/{name}", "register", key, "registered", facts)


def test_a_key_that_passes_from_one_number_to_another_replaces_nothing() -> None:
    """Where the new holder is recorded under another key: it is renamed, and the old holder goes by itself."""
    main, support = number("+8613800001234", "main"), number("+8613800005678", "support")
    state = State("cams-acme", records={each.id: each for each in (main, support)})
    renamed = Resource("acme", "phone_number", "support", "register", main.key, main.facts)
    space = Space("acme", "cams-acme", "spaces/acme.yaml", (renamed,))
    assert pairs(space, state, {}, wanted([space])) == [Pair(renamed, main), Pair(None, support)]


READY = number("+8613800001234", "main")
CONTACT = Record("contact/tom", "contact/tom", "contact", "tom", "confirmed", {"name": "tom"})


@pytest.mark.parametrize(
    ("record", "serving", "used", "whole"),
    [
        (READY, True, True, True),
        (replace(READY, phase="connected"), True, True, False),
        (replace(READY, phase="verified"), False, False, False),
        (replace(READY, phase="reviewing"), True, True, False),
        (replace(READY, phase="reviewing", facts={"before_review": "added"}), False, False, False),
        (replace(READY, kind="prevalidated", phase="identified"), True, True, True),
        (replace(READY, kind="prevalidated", phase="declared"), False, False, False),
        (replace(READY, phase="retired", door="delete", facts={"was": "registered"}), True, True, False),
        (replace(READY, phase="retired", door="delete", facts={"was": "verified"}), False, False, False),
        (replace(READY, door="delete"), True, True, False),
        (replace(CONTACT, phase="changed", door="update"), True, True, False),
        (replace(CONTACT, phase="activated"), False, True, False),
        (replace(CONTACT, phase="added"), False, False, False),
    ],
)
def test_what_is_in_use(record: Record, serving: bool, used: bool, whole: bool) -> None:
    """Ready, or only its settings, its change or its removal still to come; in use as well once it is confirmed and on
    its way to its members. Whole is what is ready and not leaving."""
    assert (serves(record), in_use(record), is_whole(record)) == (serving, used, whole)
    standing_in = replace(record, facts={**record.facts, "instead_of": "phone_number/x"})
    assert leaving_for(standing_in) == ("" if serving else "phone_number/x")
    assert leaving_for(record) == ""


def test_what_was_set_aside_is_outdated_by_any_space() -> None:
    """By one of them, whatever the others have; not by its own last moment."""
    at = "2026-11-20T10:00:00.000Z"
    aside = replace(READY, phase="added", changed_at=at)
    serving, empty = State("a", records={READY.id: READY}), State("b")
    assert outdated(aside, [empty, serving])
    assert not outdated(aside, [empty, State("c", ended_at={READY.id: at})])
    later = replace(aside, changed_at="2026-11-20T11:00:00.000Z")
    assert not outdated(aside, [State("c", aside={READY.id: later})])
    assert outdated(aside, [State("c", aside={READY.id: replace(later, phase="connected")})])


def paired(*records: Record, blocks: Any = (), standing: Any = None, **fields: Any) -> list[tuple[str, str, str]]:
    """Of each pair the key of what is declared, recorded, and displaced."""
    space = Space("acme", "cams-acme", "a.yaml", tuple(blocks), **fields)
    state = State("cams-acme", records={each.id: each for each in records})
    asked = wanted([space])
    found = pairs(space, state, standing or {}, asked, successors([state], asked))
    keys = [(each.desired, each.record, each.displaced) for each in found]
    return [(a.key if a else "", b.key if b else "", c.key if c else "") for a, b, c in keys]


ONE, TWO, THREE = "+8613800000001", "+8613800000002", "+8613800000003"


def declared(key: str, name: str) -> Resource:
    return Resource("acme", "phone_number", name, "register", key, {"number": key})


def test_what_holds_the_address_is_displaced() -> None:
    """Under the key now, or one that it had; of several there, the one in service. What has no block is last, by
    address."""
    here, was = number(ONE, "a"), number(TWO, "old")
    assert paired(here, blocks=[declared(THREE, "a")]) == [(THREE, "", ONE)]
    assert paired(was, blocks=[declared(THREE, "a")]) == [(THREE, "", ""), ("", TWO, "")]
    assert paired(was, blocks=[declared(THREE, "a")], renamed={"old": "a"}) == [(THREE, "", TWO)]
    halfway = replace(number(TWO, "a"), phase="added")
    assert paired(here, halfway, blocks=[declared(THREE, "a")]) == [(THREE, "", ONE), ("", TWO, "")]
    assert paired(here, halfway, blocks=[declared(ONE, "a")]) == [(ONE, ONE, TWO)]
    assert paired(halfway, here, blocks=[declared(THREE, "a")]) == [(THREE, "", ONE), ("", TWO, "")]
    assert paired(number(ONE, "z"), number(TWO, "b")) == [("", TWO, ""), ("", ONE, "")]
    assert paired(here, number(THREE, "c"), blocks=[declared(THREE, "a")]) == [(THREE, THREE, ""), ("", ONE, "")]


def test_what_stands_in_for_another_keeps_it() -> None:
    """As long as it is not in service, by what is recorded, whatever the addresses are by then; where it is given up in
    its turn, what it was to replace is what is displaced."""
    old = number(ONE, "a")
    new = replace(number(TWO, "b"), phase="added", facts={"number": TWO, "instead_of": old.id})
    assert paired(old, new, blocks=[declared(TWO, "b")]) == [(TWO, TWO, ONE)]
    ready = replace(new, phase="registered")
    assert paired(old, ready, blocks=[declared(TWO, "b")]) == [(TWO, TWO, ""), ("", ONE, "")]
    assert paired(old, replace(new, address="phone_number/a"), blocks=[declared(THREE, "a")]) == [
        (THREE, "", ONE),
        ("", TWO, ""),
    ]
    both = [declared(TWO, "b"), declared(THREE, "a")]
    assert paired(old, new, blocks=both) == [(TWO, TWO, ONE), (THREE, "", "")]


def test_a_contact_that_is_carried_displaces_nothing() -> None:
    """It brings its own record; a number that comes from another space takes the place."""
    amy = replace(CONTACT, id="contact/amy", key="amy")
    block = Resource("acme", "contact", "tom", "contact", "tom", {"name": "tom"})
    standing = {CONTACT.id: ("cams-2", CONTACT)}
    assert paired(amy, blocks=[block], standing=standing) == [("tom", "", ""), ("", "amy", "")]
    assert paired(amy, blocks=[block]) == [("tom", "", "amy")]
    moved = {f"phone_number/{TWO}": ("cams-2", number(TWO, "a"))}
    assert paired(number(ONE, "a"), blocks=[declared(TWO, "a")], standing=moved) == [(TWO, "", ONE)]


@pytest.mark.parametrize(
    ("moved", "old", "unfinished"),
    [
        ({"moved_from": "there", "moves": 1}, {}, True),
        ({"moved_from": "there", "moves": 1}, {"moved_from": "here"}, True),
        ({"moved_from": "there", "moves": 3}, {"moved_from": "here", "moves": 2}, True),
        ({"moved_from": "there", "moves": 1}, {"moved_from": "here", "moves": 2}, False),
        ({"moved_from": "there", "moves": 2}, {"moved_from": "here", "moves": 2}, False),
        ({"moved_from": "there", "moves": 1}, {"moved_from": "third", "moves": 4}, True),
        ({"moved_from": "third", "moves": 1}, {}, False),
        ({}, {}, False),
        ({"moved_from": "there", "moves": 1}, None, False),
    ],
)
def test_a_move_is_unfinished_while_the_older_record_is_there(moved: Any, old: Any, unfinished: bool) -> None:
    """The one that moved less often is the older, where both came from one another."""
    there = None if old is None else replace(READY, facts=old)
    assert unfinished_move(replace(READY, facts=moved), there, "there", "here") is unfinished


def test_a_space_without_a_file_counts_while_something_is_recorded() -> None:
    """By its own name."""
    states = {"a": State("a", "acme", records={READY.id: READY}), "b": State("b", "old"), "c": State("c", "gone")}
    states["c"].records[READY.id] = READY
    declared = Project("", (Space("acme", "a", "a.yaml"),))
    assert vanished(declared, states) == [Space("gone", "c", "")]
