"""What a plan is limited to: whoever names a part of it gets that part, whole, and hears what is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.model import Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Action, Change, Removal
from reconciler.core.plan.match import Pair
from reconciler.core.plan.scope import imported, imported_already, joined, kept, partial_warning, unknown
from reconciler.errors import Place, Problem

IDS = {name: f"contact/{name}" for name in ("tom", "amy", "bob", "jim", "sam")}


def change(space: str, name: str, removal: Removal | None = None, previous: str | None = None) -> Change:
    action: Action = "forget" if removal else "create"
    return Change(f"{space}/contact/{name}", "contact", name, action, "", removal=removal, previous=previous)


def leaves(space: str, name: str, after: tuple[str, str] | None = None) -> Removal:
    return Removal(IDS[name], f"{space}/contact/{name}", "contact", name, 1, "", after=after)


STUCK = Problem("no-way-back", "x", address="globex/contact/max")
# Tom takes Amy's place, Bob goes to globex, Sam leaves once Jim is there, Max cannot be changed.
TOM = replace(
    change("acme", "tom", leaves("acme", "amy", ("cams-acme", IDS["tom"])), "acme/contact/old"), action="replace"
)
BOB_GOES = change("acme", "bob", leaves("acme", "bob", ("cams-globex", IDS["bob"])))
SAM = change("acme", "sam", leaves("acme", "sam", ("cams-globex", IDS["jim"])))
BOB_COMES = change("globex", "bob")
AMY = change("globex", "amy", leaves("globex", "amy"))
JIM = change("globex", "jim")
FOUND: Mapping[str, list[Change | Problem]] = {
    "cams-acme": [TOM, BOB_GOES, SAM],
    "cams-globex": [BOB_COMES, AMY, JIM, STUCK],
}
EVERY: dict[str, Change | Problem] = {"TOM": TOM, "BOB_GOES": BOB_GOES, "BOB_COMES": BOB_COMES, "AMY": AMY, "JIM": JIM}
EVERY |= {"SAM": SAM, "STUCK": STUCK}


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("acme/contact/tom", "TOM AMY"),
        ("acme/contact/old", "TOM AMY"),
        ("globex/contact/amy", "TOM AMY"),
        ("acme/contact/bob", "BOB_GOES BOB_COMES"),
        ("globex/contact/bob", "BOB_GOES BOB_COMES"),
        ("globex/contact/jim", "JIM SAM"),
        ("acme/contact/sam", "JIM SAM"),
        ("globex/contact/max", "STUCK"),
        ("globex/contact/j", ""),
        ("acme", "TOM BOB_GOES BOB_COMES AMY JIM SAM"),
        ("globex/contact", "TOM BOB_GOES BOB_COMES AMY JIM SAM STUCK"),
    ],
)
def test_what_belongs_together_stays_together(name: str, whole: str) -> None:
    """Both ends of a move, and a replacement with what it replaces, are planned, or left out, as one: by an address now
    or before, by a type, by a space. What is left out is counted."""
    for scope, is_in in ((Scope(targets=(name,)), True), (Scope(excludes=(name,)), False)):
        found, left = kept(scope, FOUND)
        left_in = {word for word, each in EVERY.items() if (word in whole.split()) == is_in}
        assert {word for word, each in EVERY.items() if any(each in changes for changes in found.values())} == left_in
        assert left == len(EVERY) - len(left_in)


def test_without_a_scope_all_is_kept() -> None:
    """Nothing is left out, and nothing is said."""
    assert kept(Scope(), FOUND) == (FOUND, 0)
    assert partial_warning(Scope(replaces=("acme/contact/tom",)), 3) == ()


@pytest.mark.parametrize(
    ("scope", "left", "said"),
    [
        (Scope(targets=("a", "b")), 0, "only a, b; no other change is left out"),
        (Scope(targets=tuple("abcde")), 1, "only a, b, c, d, e; 1 other change is left out"),
        (Scope(excludes=tuple("abcdefg")), 2, "all but a, b, c, d, e and 2 more; 2 other changes are left out"),
    ],
)
def test_a_partial_plan_says_so(scope: Scope, left: int, said: str) -> None:
    """What it is limited to, in short, and how much that leaves out."""
    assert partial_warning(scope, left) == (Problem("plan-partial", f"this plan is partial: {said}"),)


def test_a_misspelt_address_is_refused() -> None:
    """What is named is declared or recorded, or below that; what is to be made again is declared. The nearest is named
    where one is near."""
    block = Resource("acme", "contact", "tom", "contact", "tom", {})
    spaces = [Space("acme", "cams-acme", "acme.yaml", (block,))]
    gone = Record("contact/amy", "contact/amy", "contact", "amy", "confirmed", {})
    states = [State("cams-acme", "acme", records={gone.id: gone})]
    named = ("acme", "acme/contact", "acme/contact/tom", "acme/contact/amy")
    assert [*unknown(Scope(targets=named, replaces=("acme/contact/tom",)), spaces, states)] == []
    wrong = Scope(targets=("acme/contact/tim",), replaces=("acme/contact/amy",))
    usual = "Name an address such as acme/phone_number/support, or a space."
    assert [(each.found, each.hint) for each in unknown(wrong, spaces, states)] == [
        ("acme/contact/tim", "Did you mean acme/contact/tom?"),
        ("acme/contact/amy", "Did you mean acme/contact/tom?"),
    ]
    assert [each.hint for each in unknown(Scope(excludes=("globex",)), spaces, states)] == [usual]


def test_half_a_move_is_not_planned() -> None:
    """Where one end is left out, so is the other, and what is linked to that one in its turn; the others stay."""
    comes = replace(JIM, learned={"moved_from": "cams-acme", "moves": 1})
    carried = replace(AMY, carried=("cams-acme", IDS["amy"]))
    found: dict[str, list[Change | Problem]] = {
        "cams-acme": [],
        "one": [comes],
        "two": [carried],
        "three": [change("initech", "bob", leaves("initech", "bob", ("two", IDS["bob"])))],
        "moved": [replace(JIM, learned={"moved_from": "one of no change", "moves": 1})],
        "four": [change("initech", "bob", leaves("initech", "bob")), change("initech", "tom"), STUCK],
    }
    assert joined({"one", "four"}, {each: found[each] for each in ("cams-acme", "four")}) == {}
    also = joined({"cams-acme"}, found)
    assert {id: [(each.code, each.address) for each in problems] for id, problems in also.items()} == {
        "one": [("space-left-out", JIM.address)],
        "two": [("space-left-out", AMY.address)],
        "three": [("space-left-out", "initech/contact/bob")],
    }
    what = f"{JIM.address} moves to or from a space that is left out, and so is its own"
    assert [each.what for each in also["one"]] == [what]


NUMBER = Resource("acme", "phone_number", "a", "register", "+8613800001234", {})
RECORD = Record("phone_number/+8613800001234", "phone_number/a", "register", NUMBER.key, "declared", {})
ASKED = replace(
    RECORD, intents={"AddChatappPhoneNumber": Intent(*("2026-11-20T10:00:00.000Z",) * 2, 1, "declared", {}, "", 0, 0)}
)
ADDED = replace(RECORD, phase="added")
AT = Place("acme.yaml", 3)
LISTS = Space("acme", "cams-1", "acme.yaml", (NUMBER,), imports=frozenset({"phone_number/a"}), places={"import": AT})


@pytest.mark.parametrize(
    ("record", "space", "action", "becomes"),
    [
        (None, LISTS, "create", "import"),
        (RECORD, LISTS, "create", "import"),
        (ASKED, LISTS, "create", "create"),
        (ADDED, LISTS, "create", "create"),
        (RECORD, LISTS, "update", "update"),
        (RECORD, Space("acme", "cams-1", "acme.yaml", (NUMBER,)), "create", "create"),
    ],
    ids=["new", "declared", "called for", "added", "ready", "not listed"],
)
def test_what_is_listed_is_read_and_not_made(record: Record | None, space: Space, action: Action, becomes: str) -> None:
    """As long as nothing of it was begun. It is resumed nowhere, and sends nothing."""
    made = Change(NUMBER.address, "register", NUMBER.key, action, "", phase="declared")
    found = imported(space, Pair(NUMBER, record), made, {})
    assert isinstance(found, Change)
    assert (found.action, found.phase) == (becomes, "" if becomes == "import" else "declared")
    assert (found.reason == "it is listed under `import`; it is read, nothing is sent") == (becomes == "import")


def test_what_would_move_is_not_imported() -> None:
    """It is recorded elsewhere: the list says so, at its place."""
    made = Change(NUMBER.address, "register", NUMBER.key, "create", "")
    states = {"cams-2": State("cams-2", "globex", records={RECORD.id: RECORD})}
    found = imported(LISTS, Pair(NUMBER, None, elsewhere=("cams-2", RECORD)), made, states)
    what = "`import` lists acme/phone_number/a, which is recorded as globex/phone_number/a: it would move here"
    assert found == Problem("import-moves", what, AT, address=NUMBER.address)
    assert imported(LISTS, Pair(NUMBER, None), STUCK, {}) is STUCK


def test_a_list_of_what_is_recorded_is_superfluous() -> None:
    """It is warned of, by up to three names; what is only declared there, or called for nowhere, is not meant."""
    blocks = tuple(NUMBER._replace(name=f"n{n}", key=f"+861380000000{n}") for n in range(5))
    lists = frozenset(f"phone_number/{each.name}" for each in blocks)
    space = Space("acme", "cams-1", "acme.yaml", blocks, imports=lists, places={"import": AT})

    def told(*records: Record) -> list[str]:
        named = [replace(each, id=f"phone_number/{block.key}") for each, block in zip(records, blocks, strict=False)]
        states = {"cams-1": State("cams-1", "acme", records={each.id: each for each in named})}
        found = [*imported_already([space, Space("new", "cams-2", "new.yaml")], states)]
        assert {(each.code, each.place) for each in found} <= {("import-recorded", AT)}
        return [each.what for each in found]

    said = "acme: `import` lists what is recorded already: "
    assert told() == told(RECORD) == []
    assert told(ASKED) == told(ADDED) == [f"{said}phone_number/n0"]
    three = ", ".join(f"phone_number/n{n}" for n in range(3))
    assert told(*(ADDED,) * 3) == [f"{said}{three}"]
    assert told(*(ADDED,) * 4) == [f"{said}{three} and 1 more"]
    assert told(*(ADDED,) * 5) == [f"{said}all of it"]
