"""How what is recorded goes away: by the word for it, from where it is, and with what is left to do by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.model import Resource, Space
from reconciler.core.plan.change import Change, Removal
from reconciler.core.plan.removal import (
    destroyed,
    displaced,
    halfway,
    leaves_its_key,
    moved_already,
    moved_away,
    never_recorded,
    removed,
    said_for_all,
)
from reconciler.errors import Place, Problem
from reconciler.kinds import KINDS

AT = "2026-11-20T10:00:00.000Z"
KEY, OTHER = "+8613800001234", "phone_number/+8613800005678"
LEFT = KINDS["register"].left
INTENT = {"AddChatappPhoneNumber": Intent(AT, AT, 1, "declared", {}, "", 0, 0)}
DOUBT = "it may have been created: a call was made and its answer is not known"
NUMBER = Record(f"phone_number/{KEY}", "phone_number/a", "register", KEY, "registered", {"number": KEY}, version=3)
ADDED = replace(NUMBER, phase="added")
FRESH = replace(NUMBER, phase="declared")
CALLED = replace(FRESH, intents=INTENT)
TOM = Record("contact/tom", "contact/t", "contact", "tom", "confirmed", {"name": "tom"}, version=3, ends=True)
CALLBACK = Record("account_callback/cams-1", "account_callback/account", "account_callback", "cams-1", "accepted", {})


def space(file: str = "acme.yaml", **removed: Any) -> Space:
    return Space("acme", "cams-1", file, removed=removed)


@pytest.mark.parametrize(
    ("record", "space", "action", "door", "refused", "why", "left"),
    [
        (NUMBER, space(), "delete", "retired", True, "on_remove is refuse", ""),
        (NUMBER, space(a="forget"), "forget", "", False, "`removed` says forget", LEFT["registered"]),
        (NUMBER, space(a="deregister"), "delete", "retired", False, "`removed` says deregister", ""),
        (
            NUMBER,
            space(**{KEY: "deregister", "a": "forget"}),
            "delete",
            "retired",
            False,
            "`removed` says deregister",
            "",
        ),
        (
            NUMBER,
            space(**{"phone_number/a": "forget"}),
            "forget",
            "",
            False,
            "`removed` says forget",
            LEFT["registered"],
        ),
        (
            NUMBER,
            space(a="delete", **{"phone_number/a": "delete", KEY: "forget"}),
            "forget",
            "",
            False,
            "`removed` says forget",
            LEFT["registered"],
        ),
        (NUMBER, space(b="forget"), "delete", "retired", True, "on_remove is refuse", ""),
        (NUMBER, space(""), "delete", "retired", True, "on_remove is refuse, and there is no file of its space", ""),
        (replace(NUMBER, on_remove="forget"), space(), "forget", "", False, "on_remove is forget", LEFT["registered"]),
        (
            replace(ADDED, on_remove="deregister"),
            space(),
            "forget",
            "",
            False,
            "on_remove is deregister",
            LEFT["added"],
        ),
        (ADDED, space(), "forget", "", True, "on_remove is refuse", LEFT["added"]),
        (FRESH, space(), "forget", "", False, "it was never begun", ""),
        (
            replace(FRESH, phase="reviewing", facts={"before_review": "declared"}),
            space(),
            "forget",
            "",
            False,
            "it was never begun",
            "",
        ),
        (CALLED, space(), "forget", "", True, "on_remove is refuse", DOUBT),
        (
            replace(NUMBER, phase="reviewing", facts={"before_review": "added"}),
            space(a="deregister"),
            "forget",
            "",
            False,
            "`removed` says deregister",
            LEFT["added"],
        ),
        (replace(TOM, on_remove="delete"), space(), "delete", "dismissed", False, "on_remove is delete", ""),
        (
            replace(TOM, on_remove="delete", ends=False),
            space(),
            "delete",
            "retired",
            False,
            "on_remove is delete, recorded when that let its members keep messaging it",
            "",
        ),
        (
            replace(TOM, on_remove="detach"),
            space(),
            "delete",
            "retired",
            False,
            "on_remove is detach; its members keep messaging it",
            "",
        ),
        (replace(TOM, on_remove="refuse", ends=False), space(), "delete", "dismissed", True, "on_remove is refuse", ""),
        (TOM, space(t="forget"), "forget", "", False, "`removed` says forget", KINDS["contact"].left["confirmed"]),
        (TOM, space(t="deregister", tom="detach"), "delete", "retired", False, "`removed` says detach", ""),
        (CALLBACK, space(), "forget", "", False, "no operation undoes it", KINDS["account_callback"].left["accepted"]),
        (
            CALLBACK,
            space(""),
            "forget",
            "",
            False,
            "no operation undoes it",
            KINDS["account_callback"].left["accepted"],
        ),
    ],
)
def test_how_it_goes(record: Record, space: Space, action: str, door: str, refused: bool, why: str, left: str) -> None:
    """By the entry of `removed` for it, of several by the first that fits what it is, else by its recorded on_remove;
    what was never begun is forgotten, and what is halfway where no operation removes it. What that leaves is told."""
    found = removed(space, record)
    assert isinstance(found, Change)
    assert found.removal
    reason = f"it was removed from the YAML; {why}"
    assert (found.action, found.removal.door, found.removal.refused) == (action, door, refused)
    assert (found.reason, found.removal.reason, found.removal.left) == (reason, reason, left)
    assert (found.address, found.kind, found.key) == (f"acme/{record.address}", record.kind, record.key)
    assert (found.before, found.after, found.on_remove, found.version) == (
        record.facts,
        None,
        record.on_remove,
        record.version,
    )
    assert (found.removal.id, found.removal.version, found.removal.after) == (record.id, record.version, None)


def test_a_word_for_something_else_is_refused_where_it_is_alone() -> None:
    """With the words that fit, at the address."""
    what = "acme/phone_number/a: `delete` is not for a phone number"
    problem = Problem("no-such-way-out", what, hint="Say forget or deregister.", address="acme/phone_number/a")
    assert removed(space(a="delete"), NUMBER) == problem
    assert leaves_its_key(space(a="delete"), NUMBER, OTHER, "cams-2") == problem
    assert [*destroyed(space(a="delete"), state(NUMBER), {}, ["cams-1"])] == [problem]


def state(*records: Record, **fields: Any) -> State:
    return State("cams-1", "acme", hash="x", records={each.id: each for each in records}, **fields)


def block(record: Record, name: str, on_remove: Any, space: str = "acme") -> Resource:
    return Resource(space, record.type, name, record.kind, record.key, record.facts, on_remove)  # type: ignore[arg-type]


def test_what_is_destroyed() -> None:
    """All that is recorded, by address: by the on_remove of its block, which counts beside what is recorded; else by
    the entry for it. What another space declares is destroyed with that one, or has to arrive there first."""
    amy = replace(TOM, id="contact/amy", address="contact/amy", key="amy", on_remove="forget")
    here = Space(
        "acme",
        "cams-1",
        "acme.yaml",
        (block(NUMBER, "new", "deregister"), block(CALLBACK, "account", "refuse")),
        {"t": "detach"},
    )
    there = Space("globex", "cams-2", "g.yaml", (block(amy, "amy", "delete", "globex"),))
    wanted = {NUMBER.id: here, CALLBACK.id: here, amy.id: there}
    recorded = state(TOM, amy, NUMBER, CALLBACK)

    def found(*planned: str) -> list[Any]:
        return [
            (each.address, each.reason.partition("; ")[2]) if isinstance(each, Change) else each
            for each in destroyed(here, recorded, wanted, planned)
        ]

    own = [
        ("acme/account_callback/account", "no operation undoes it"),
        ("acme/contact/t", "`removed` says detach"),
        ("acme/phone_number/a", "on_remove is deregister"),
    ]
    assert found("cams-1", "cams-2") == [own[0], ("acme/contact/amy", "on_remove is delete"), *own[1:]]
    hint = "Run `reconciler apply` for the move first, or leave it out with --exclude acme/contact/amy."
    what = "acme/contact/amy is declared in globex, which is not to be destroyed"
    first = Problem("move-first", what, hint=hint, address="acme/contact/amy")
    assert found("cams-1") == [own[0], first, *own[1:]]


@pytest.mark.parametrize(
    ("record", "kind", "left"),
    [
        (ADDED, "", LEFT["added"]),
        (ADDED, "embedded", ""),
        (ADDED, "migrate", LEFT["added"]),
        (ADDED, "prevalidated", LEFT["added"]),
        (replace(ADDED, kind="migrate", phase="initiated"), "register", KINDS["migrate"].left["initiated"]),
        (replace(ADDED, kind="prevalidated", phase="identified"), "register", KINDS["prevalidated"].left["identified"]),
        (CALLBACK, "", ""),
    ],
)
def test_what_is_left_halfway(record: Record, kind: str, left: str) -> None:
    """What the new onboarding finds in the space is not left behind; a migration neither begins with it, nor is called
    off by another one. What no operation removes is set again."""
    found = halfway("acme", record, "because", kind)
    assert (found.reason, found.left, found.door, found.refused) == ("because", left, "", False)
    assert halfway("acme", NUMBER, "because", kind).door == "retired"
    assert halfway("acme", TOM, "because").door == "dismissed"


def test_what_moves_is_forgotten_where_it_was() -> None:
    """Once it is ready in the other space, or begun there if it was not ready; a contact takes its record along; what
    was never begun is forgotten at once."""
    other = Space("globex", "cams-2", "g.yaml")
    begins = "moves to globex (cams-2)"

    def moved(record: Record) -> tuple[str, str, Any, str]:
        found = moved_away(space(), record, other)
        assert found.removal
        assert (found.action, found.removal.door, found.removal.refused) == ("forget", "", False)
        assert found.reason == found.removal.reason
        return found.reason.removeprefix(begins), found.removal.left, found.removal.after, found.address

    there, at = ("cams-2", NUMBER.id), "acme/phone_number/a"
    assert moved(NUMBER) == ("; forgotten here once it is ready there", "", there, at)
    assert moved(ADDED) == ("; forgotten here once it is begun there", LEFT["added"], there, at)
    bought = replace(NUMBER, kind="prevalidated", phase="identified")
    then = "; forgotten here once it is begun there"
    assert moved(bought) == (then, KINDS["prevalidated"].left["identified"], there, at)
    assert moved(FRESH) == ("", "", None, at)
    for record in (TOM, replace(TOM, phase="declared")):
        assert moved(record) == ("; its record goes along", "", ("cams-2", TOM.id), "acme/contact/t")


@pytest.mark.parametrize(
    ("record", "word", "then", "refused", "left", "after"),
    [
        (NUMBER, "deregister", "`removed` says deregister; it leaves once that one is ready", False, "", True),
        (
            NUMBER,
            "forget",
            "`removed` says forget; it leaves once that one is ready",
            False,
            f"phone number …1234: {LEFT['registered']}",
            True,
        ),
        (NUMBER, "", "on_remove is refuse", True, "", True),
        (
            ADDED,
            "",
            "it never came into service, so it is forgotten; it leaves once that one is begun",
            False,
            f"phone number …1234: {LEFT['added']}",
            True,
        ),
        (
            ADDED,
            "deregister",
            "`removed` says deregister; it leaves once that one is begun",
            False,
            f"phone number …1234: {LEFT['added']}",
            True,
        ),
        (FRESH, "", "it was never begun", False, "", False),
        (
            TOM,
            "forget",
            "`removed` says forget; it leaves once that one is ready",
            False,
            f"contact tom: {KINDS['contact'].left['confirmed']}",
            True,
        ),
        (
            replace(TOM, phase="added"),
            "",
            "it never came into service, so it is forgotten; it leaves once that one is begun",
            False,
            f"contact tom: {KINDS['contact'].left['added']}",
            True,
        ),
        (replace(TOM, phase="activated"), "", "on_remove is refuse", True, "", True),
    ],
)
def test_what_is_displaced(record: Record, word: str, then: str, refused: bool, left: str, after: bool) -> None:
    """It leaves when what takes its key is in service, or begun if it was not in service itself; what never was is
    forgotten, and named in what it leaves, as its key means another one by then."""
    said = space(**{record.address.partition("/")[2]: word} if word else {})
    found = displaced(said, record, OTHER, "cams-2")
    assert isinstance(found, Removal)
    assert (found.reason, found.refused, found.left) == (f"its key now means another one; {then}", refused, left)
    assert found.after == (("cams-2", OTHER) if after else None)
    assert bool(found.door) == ((found.reason.endswith("ready") and not left) or refused)
    change = leaves_its_key(said, record, OTHER, "cams-2")
    assert isinstance(change, Change)
    assert (change.removal, change.reason) == (found, found.reason)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ("", ("deregister", "refuse", "refuse")),
        ("forget", ("deregister", "forget", "forget")),
        ("remove", ("deregister", "deregister", "detach")),
    ],
)
def test_words_for_all_that_is_recorded(refused: str, words: tuple[str, ...]) -> None:
    """Of what is not declared elsewhere, and what an operation removes: the block's own, then the recorded one."""
    here = Space("acme", "cams-1", "acme.yaml", (block(NUMBER, "a", "deregister"),))
    two = replace(NUMBER, id=OTHER, address="phone_number/b", key="+8613800005678")
    gone = replace(TOM, id="contact/amy", address="contact/amy", key="amy")
    recorded = state(TOM, two, NUMBER, CALLBACK, gone)
    said = said_for_all(here, recorded, [gone.id], refused)
    assert said == dict(zip(("a", "b", "t"), words, strict=True))
    assert [*said] == ["t", "a", "b"]


def test_a_name_that_means_several_is_a_key() -> None:
    """Where a contact is called as a number's block, or an entry for its number or name is there already."""
    named = replace(TOM, address="contact/a")
    assert said_for_all(space(), state(named, NUMBER), [], "forget") == {"tom": "forget", KEY: "forget"}
    crossed = replace(TOM, address="contact/b", id="contact/a", key="a")
    assert said_for_all(space(), state(crossed, NUMBER), [], "forget") == {"b": "forget", KEY: "forget"}
    assert said_for_all(space(**{KEY: "refuse"}), state(NUMBER), [], "forget") == {KEY: "forget"}
    assert said_for_all(space(), state(replace(TOM, address="contact/tom")), [], "forget") == {"tom": "forget"}


def told(found: Any) -> list[tuple[str, str, str | None, str | None, str]]:
    return [(each.code, each.found or "", each.address, each.hint or None, str(each.place or "")) for each in found]


def test_an_entry_for_what_was_never_recorded() -> None:
    """A name, an address or a key that is or was recorded means something. A number that is none is not repeated; of
    anything else the type is guessed by the word, and the nearest name told."""
    gone = {"contact/amy": "contact/amanda"}
    recorded = state(NUMBER, TOM, forgotten={"contact/amy": 4}, gone=gone)
    known: Any = dict.fromkeys(("a", "phone_number/a", KEY, "t", "tom", "amy", "amanda", "contact/amanda"), "forget")
    assert told(never_recorded(Space("acme", "cams-1", "acme.yaml", removed=known), recorded)) == []
    wrong: Any = {"amandy": "delete", "zzz": "detach", "yyy": "deregister", "+8613800009999": "forget"}
    places = {f"removed {name}": Place("acme.yaml", n) for n, name in enumerate(wrong, 1)}
    said = Space("acme", "cams-1", "acme.yaml", removed=wrong, places=places)
    assert told(never_recorded(said, recorded)) == [
        ("removed-unknown", "amandy", "acme/contact/amandy", "Did you mean `amanda`?", "acme.yaml:1:1"),
        ("removed-unknown", "zzz", "acme/contact/zzz", None, "acme.yaml:2:1"),
        ("removed-unknown", "yyy", "acme/phone_number/yyy", None, "acme.yaml:3:1"),
        ("removed-unknown", "", None, None, "acme.yaml:4:1"),
    ]
    assert {each.what for each in never_recorded(said, recorded)} == {
        "nothing of this name or number is or was recorded in acme"
    }
    assert told(never_recorded(said, None)) == told(never_recorded(said, replace(recorded, hash=""))) == []
    assert told(never_recorded(said, replace(recorded, gone={}))) == []


def test_an_entry_for_what_moved_already() -> None:
    """It means nothing any more: of an id under which nothing is recorded, or a name that nothing has."""
    places = {"moved": Place("acme.yaml", 3), "moved old": Place("acme.yaml", 4), "moved older": Place("acme.yaml", 5)}
    renamed = {"older": "old", "old": "new"}
    said = Space("acme", "cams-1", "acme.yaml", moved="cams-0", renamed=renamed, places=places)
    before = state(replace(NUMBER, address="phone_number/older"))
    emptied, kept = {"cams-0": State("cams-0")}, {"cams-0": state(TOM)}

    def found(recorded: State | None, others: Mapping[str, State]) -> list[str]:
        states = {**others, **({"cams-1": recorded} if recorded else {})}
        problems = [*moved_already(said, states)]
        assert {each.code for each in problems} <= {"moved-already"}
        return [f"{each.place}: {each.what}" for each in problems]

    of_id = "acme.yaml:3:1: acme: nothing is recorded under its earlier space_id any more"
    of_names = [
        f"acme.yaml:{line}:1: acme: nothing is recorded as `{name}` any more"
        for line, name in ((5, "older"), (4, "old"))
    ]
    assert found(before, kept) == []
    assert found(before, {}) == found(before, emptied) == [of_id]
    assert found(state(replace(NUMBER, address="phone_number/old")), kept) == of_names[:1]
    assert found(state(replace(NUMBER, address="phone_number/new")), kept) == of_names
    assert found(None, {}) == found(replace(before, hash=""), {}) == []
    assert [*moved_already(space(), {"cams-1": before})] == []
