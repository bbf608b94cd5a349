"""What a plan is made of: which spaces, what of each, what is left out, and what is told beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.model import Guards, Limits, Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.plan.settings import Base, in_force
from reconciler.errors import ConfigError, Problem
from tests.core.plan.test_compared import record, wanted

NOW, LONG_AGO = "2026-11-20T10:31:00.000Z", "2026-11-01T08:00:00.000Z"
KEY, OTHER = "+8613800001234", "+8613800005678"
NUMBER, TOM = record("register", "registered"), record("contact", "confirmed", {"contact_id": "c-1"})


def number(key: str, name: str = "one", kind: str = "register", **fields: Any) -> Resource:
    block = wanted(kind, name)
    return block._replace(key=key, attributes={**block.attributes, "number": key}, **fields)


def kept(phase: str, key: str = OTHER, name: str = "one", facts: Any = None, **fields: Any) -> Record:
    there = record("register", phase, {"number": key, **(facts or {})}, **fields)
    return replace(there, address=f"phone_number/{name}")


def space(name: str, *blocks: Resource, **fields: Any) -> Space:
    mine = tuple(each._replace(space=name) for each in blocks)
    return Space(name, f"cams-{name}", fields.pop("file", f"{name}.yaml"), mine, **fields)


def state(name: str, *records: Record, **fields: Any) -> State:
    fields = {"hash": "ab" * 32, "changed_at": LONG_AGO, "serial": 9, "lineage": f"line-{name}", **fields}
    return State(f"cams-{name}", name, records={each.id: each for each in records}, **fields)


def made(spaces: list[Space], *states: State, project: Mapping[str, Any] | None = None, **asked: Any) -> Plan:
    whole = Project("", tuple(spaces), **(project or {}))
    return plan(whole, {each.space_id: each for each in states}, "loopback", NOW, **asked)


def lines(found: Plan) -> list[tuple[str, str]]:
    return [(each.address, each.action) for each in found.all_changes]


def test_only_what_is_asked_for_is_planned() -> None:
    """All spaces, also those whose file is gone; or those that are named."""
    spaces, gone = [space("acme", wanted("register")), space("globex", number(OTHER))], state("old", TOM)
    emptied = state("empty")
    assert [each.name for each in made(spaces, gone, emptied).spaces] == ["acme", "globex", "old"]
    assert [each.name for each in made(spaces, gone, only=("globex",)).spaces] == ["globex"]
    assert [each.name for each in made(spaces, gone, only=("old",)).spaces] == ["old"]


STUCK = wanted("register", display_name="Other")


def test_what_no_operation_can_do_leaves_its_space_out() -> None:
    """With every reason; and where no space is left, all of them are raised, but not that others depend on it."""
    spaces = [space("acme", STUCK), space("globex", number(OTHER), removed={"typo": "forget"}), space("third")]
    states = (state("acme", NUMBER), state("globex"), state("third"))
    found = made(spaces, *states)
    assert [each.name for each in found.spaces] == ["third"]
    assert [each.code for each in found.left_out] == ["no-way-back", "removed-unknown"]
    with pytest.raises(ConfigError) as refused:
        made(spaces[:2], *states[:2])
    assert [each.code for each in refused.value.problems] == ["no-way-back", "removed-unknown"]
    moves = [space("acme", STUCK), space("globex", wanted("contact"))]
    with pytest.raises(ConfigError) as refused:
        made(moves, state("acme", NUMBER, TOM))
    assert [each.code for each in refused.value.problems] == ["no-way-back"]


def test_a_plan_says_what_it_was_made_under() -> None:
    """Its settings, what was sent lately, and what it is limited to, if it is."""
    sent = state("globex", messages=[("2026-11-20T09:00:00.000Z", "code_messages_per_day")])
    limits = {"limits": Limits(code_messages_per_day=9)}
    found = made([space("acme", wanted("register"))], sent, project=limits)
    assert found.settings == in_force(Project("", (), **limits))
    assert (found.endpoint, found.sent, found.scope) == ("loopback", {"code_messages_per_day": 1}, None)
    scope = Scope(targets=("acme",))
    assert made([space("acme", wanted("register"))], scope=scope).scope == scope


def test_a_plan_tells_what_is_noteworthy() -> None:
    """That it is partial, what moved or was imported already, which settings changed, and warnings of the
    configuration; what a guard refuses, by the stricter guards."""
    acme = space("acme", wanted("register"), moved="cams-0", imports=frozenset({"phone_number/one"}))
    spaces = [acme, space("globex", number(OTHER, "two"), wanted("contact"))]
    own = {"guards": Guards(max_messages=9), "warnings": (Problem("number-spelling", "x", address=None),)}
    base = Base("ab" * 20, Project("", (), guards=Guards(max_messages=1)))
    scope = Scope(excludes=("globex/phone_number/nothing",))
    found = made(spaces, state("acme", NUMBER), project=own, base=base, scope=scope)
    codes = ["plan-partial", "moved-already", "import-recorded", "settings-changed", "number-spelling", "no-members"]
    assert [each.code for each in found.warnings] == codes
    assert [each.code for each in found.refusals] == ["too-many-messages"]
    last = made(spaces, state("acme", NUMBER, settings={"at": NOW, "max_messages": 7}))
    assert "max_messages is 20, and was 7 when acme was applied last" in [each.what for each in last.warnings]


def test_a_space_has_its_figures() -> None:
    """Of what is recorded, as of when; what only waits is unchanged; nothing, where nothing is."""
    waits = record("register", "reviewing")
    mine = [wanted("register"), number(OTHER, "two"), number("+8613800009999", "three")]
    ready = kept("registered", OTHER, "two")
    found = made([space("acme", *mine), space("globex")], state("acme", waits, ready))
    acme, globex = found.spaces
    assert [each.waits for each in acme.changes] == [True, False]
    assert (acme.unchanged, acme.recorded, acme.changed_at, acme.serial) == (2, 2, LONG_AGO, 9)
    assert (acme.lineage, acme.hash) == ("line-acme", "ab" * 32)
    assert (globex.unchanged, globex.recorded, globex.changed_at, globex.serial) == (0, 0, "", 0)
    assert (globex.lineage, globex.hash) == ("", "")


def test_everything_can_be_destroyed() -> None:
    """What is recorded, declared or not; what is only declared is not made."""
    found = made(
        [space("acme", wanted("register"), number(OTHER, "two"))], state("acme", NUMBER), scope=Scope(destroy=True)
    )
    assert lines(found) == [("acme/phone_number/one", "delete")]


ENTRY: Any = {OTHER: "deregister"}
INSTEAD = {"instead_of": f"phone_number/{OTHER}"}
LISTED = frozenset({"phone_number/one"})
ASKED = {"AddChatappPhoneNumber": Intent(NOW, NOW, 1, "declared", {}, "", 0, 0)}


@pytest.mark.parametrize(
    ("there", "fields", "changes", "learned"),
    [
        ([kept("registered")], {}, [("replace", "retired", True)], INSTEAD),
        ([kept("added")], {}, [("replace", "", True)], {}),
        ([kept("declared")], {}, [("replace", "", False)], {}),
        ([kept("registered")], {"imports": LISTED}, [("import", None, False), ("delete", "retired", True)], INSTEAD),
        ([NUMBER, kept("registered")], {}, [("delete", "retired", True)], None),
        ([replace(NUMBER, phase="added"), kept("registered")], {}, [("replace", "retired", True)], INSTEAD),
        (
            [replace(NUMBER, phase="retired", door="delete", intents=ASKED), kept("registered")],
            {},
            [("replace", "retired", False), ("delete", "retired", True)],
            {},
        ),
        (
            [replace(NUMBER, address="phone_number/old"), kept("registered")],
            {},
            [("move", None, False), ("delete", "retired", True)],
            {},
        ),
        ([], {"imports": LISTED}, [("import", None, False)], {}),
    ],
    ids=["serving", "halfway", "not begun", "imported", "finished", "on its way", "leaves too", "renamed", "alone"],
)
def test_a_key_that_means_another_number(there: list[Record], fields: Any, changes: list[Any], learned: Any) -> None:
    """The new one comes first, as one change with the end of the old one as long as it is not finished; then that end
    alone. Which one it stands in for is recorded while that one is in use."""
    found = made(
        [space("acme", wanted("register"), removed=ENTRY if len(there) and there[-1].key == OTHER else {}, **fields)],
        state("acme", *there),
    )
    ends = [
        (each.action, each.removal and each.removal.door, bool(each.removal and each.removal.after))
        for each in found.all_changes
    ]
    assert ends == changes
    if learned is not None:
        assert found.all_changes[0].learned == learned
    new = found.all_changes[0]
    assert not new.new_first or new.before == there[-1].facts


ID = f"phone_number/{KEY}"
HALFWAY = record("register", "code_requested", changed_at=LONG_AGO)
SAME = "declared again as before, so it continues where it stopped"
DOUBT = "; what another onboarding began may exist as well"


@pytest.mark.parametrize(
    ("aside", "there", "block", "reason"),
    [
        (HALFWAY, None, wanted("register"), SAME),
        (HALFWAY, None, wanted("migrate"), ""),
        (record("embedded", "added"), None, wanted("register"), ""),
        (HALFWAY, record("register", "declared"), wanted("register"), ""),
        (HALFWAY, record("migrate", "declared"), wanted("register"), SAME),
        (HALFWAY, record("migrate", "initiated", intents=ASKED), wanted("register"), f"{SAME}{DOUBT}"),
        (HALFWAY, None, wanted("register", display_name="Other"), ""),
        (record("contact", "added", {"contact_id": "c-1"}), None, wanted("contact"), SAME),
        (record("contact", "added", {"contact_id": "c-1"}), None, wanted("contact", title="Other"), ""),
        (replace(HALFWAY, phase="retired", door="delete", intents=ASKED), None, wanted("register"), ""),
        (replace(HALFWAY, phase="no phase of now"), None, wanted("register"), ""),
        (None, None, wanted("register"), ""),
    ],
)
def test_what_was_set_aside_goes_on(aside: Record | None, there: Record | None, block: Resource, reason: str) -> None:
    """Declared as before, from where it stopped; declared otherwise, or recorded again since, it does not. What another
    onboarding called meanwhile may be there as well."""
    id = aside.id if aside else ID
    records = [each for each in [there] if each]
    known = {} if there else {id: 7}
    found = made([space("acme", block)], state("acme", *records, aside={id: aside} if aside else {}, forgotten=known))
    (change,) = found.all_changes
    if reason:
        assert (change.reason, change.phase, change.carried) == (reason, aside and aside.phase, ("cams-acme", id))
        assert change.version == (3 if there else 7)
    else:
        assert (change.carried, change.phase) != (("cams-acme", id), aside and aside.phase)
        assert not change.carried


def test_what_came_into_service_elsewhere_does_not_go_on() -> None:
    """It may be another's by now: it begins anew."""
    mine, theirs = state("acme", aside={ID: HALFWAY}), state("globex", NUMBER)
    (change, _) = made([space("acme", wanted("register")), space("globex")], mine, theirs).all_changes
    assert (change.carried, change.kind) == (None, "migrate")
    left = state("globex", ended_at={ID: NOW})
    (change,) = made([space("acme", wanted("register"))], mine, left).all_changes
    assert (change.carried, change.reason) == (None, "it is new in the YAML")


MOVED = {"moved_from": "cams-globex", "moves": 3}


@pytest.mark.parametrize(
    ("there", "block", "kind", "learned"),
    [
        (NUMBER, wanted("register"), "migrate", {"moved_from": "cams-globex", "moves": 1}),
        (replace(NUMBER, facts={**NUMBER.facts, "moves": 2}), wanted("register"), "migrate", MOVED),
        (record("register", "connected"), wanted("embedded"), "migrate", {"moved_from": "cams-globex", "moves": 1}),
        (record("register", "added"), wanted("embedded"), "embedded", {"moved_from": "cams-globex", "moves": 1}),
        (
            record("prevalidated", "identified"),
            wanted("register"),
            "register",
            {"moved_from": "cams-globex", "moves": 1},
        ),
        (
            record("register", "added", INSTEAD),
            wanted("register"),
            "register",
            {"moved_from": "cams-globex", "moves": 1, "instead_of": f"phone_number/{OTHER}"},
        ),
    ],
)
def test_a_number_moves_to_another_space(there: Record, block: Resource, kind: str, learned: dict[str, Any]) -> None:
    """In service, by migration, whatever its onboarding; it knows where from, and how often. Both spaces are planned,
    or neither is."""
    spaces = [space("acme", block), space("globex")]
    comes, goes = made(spaces, state("globex", there)).all_changes
    assert (comes.action, comes.kind, comes.learned, comes.version) == ("create", kind, learned, 0)
    assert comes.reason == "moves here from globex (cams-globex)"
    assert (goes.action, goes.removal and goes.removal.after) == ("forget", ("cams-acme", there.id))
    for one, what in (
        ("acme", "acme/phone_number/one moves here from globex, which is not planned"),
        ("globex", "globex/phone_number/one moves to acme, which is not planned"),
    ):
        with pytest.raises(ConfigError) as refused:
            made(spaces, state("globex", there), only=(one,))
        assert [(each.code, each.what, each.address) for each in refused.value.problems] == [
            ("move-needs-both", what, f"{one}/phone_number/one")
        ]


def test_a_contact_moves_with_its_record() -> None:
    """Without a call: what is recorded goes along, and back only once it has arrived."""
    spaces = [space("acme", wanted("contact")), space("globex")]
    comes, goes = made(spaces, state("globex", TOM)).all_changes
    assert (comes.action, comes.carried, comes.calls) == ("move", ("cams-globex", TOM.id), ())
    assert goes.reason == "moves to acme (cams-acme); its record goes along"


def test_a_number_that_is_ready_in_both_stays() -> None:
    """It is not brought once more: only the older record goes. One that is halfway here goes on by migration."""
    spaces = [space("acme", wanted("register")), space("globex")]
    both = made(spaces, state("acme", NUMBER), state("globex", NUMBER))
    assert lines(both) == [("globex/phone_number/one", "forget")]
    bought = wanted("prevalidated")
    identified = made(
        [space("acme", bought), spaces[1]], state("acme", record("prevalidated", "identified")), state("globex", NUMBER)
    )
    assert lines(identified) == [("globex/phone_number/one", "forget")]
    begun = made(
        [space("acme", bought), spaces[1]], state("acme", record("prevalidated", "declared")), state("globex", NUMBER)
    )
    assert [each.kind for each in begun.all_changes] == ["migrate", "register"]
    for here in (record("register", "added"), record("migrate", "initiated")):
        first, _ = made(spaces, state("acme", here), state("globex", NUMBER)).all_changes
        assert (first.action, first.kind) == (
            ("replace", "migrate") if here.kind == "register" else ("create", "migrate")
        )


@pytest.mark.parametrize(
    ("there", "here", "code"),
    [
        (replace(NUMBER, phase="retired", door="delete"), None, "removal-first"),
        (replace(NUMBER, facts={**NUMBER.facts, "moved_from": "cams-acme", "moves": 1}), NUMBER, "move-first"),
        (record("register", "added", {"moved_from": "cams-acme", "moves": 1}), NUMBER, ""),
        (replace(TOM, phase="added", facts={**TOM.facts, "moved_from": "cams-acme", "moves": 1}), TOM, "move-first"),
        (replace(NUMBER, facts={**NUMBER.facts, "moved_from": "cams-acme", "moves": 1}), None, ""),
    ],
)
def test_what_cannot_move_yet(there: Record, here: Record | None, code: str) -> None:
    """What is being removed, and what came from there and is there still: a number once it arrived, a contact at
    once."""
    block = wanted("contact" if there.type == "contact" else "register")
    records = [here] if here else []
    found = made(
        [space("acme", block), space("globex"), space("third")], state("acme", *records), state("globex", there)
    )
    problems = [(each.code, each.address) for each in found.left_out if each.code != "space-left-out"]
    assert problems == ([(code, f"globex/{there.address}")] if code else [])


@pytest.mark.parametrize("renamed", [{}, {"old": "one"}])
def test_what_is_not_declared_leaves_with_what_takes_its_key(renamed: dict[str, str]) -> None:
    """Also where the new one is recorded under the key already, or the key was called otherwise before; where nothing
    takes its place it goes by itself."""
    old = kept("registered", OTHER, "old" if renamed else "one")
    mine = space("acme", wanted("register"), removed={OTHER: "deregister"}, renamed=renamed)
    (change,) = made([mine], state("acme", NUMBER, old)).all_changes
    assert change.removal and change.removal.after == ("cams-acme", ID)
    third = kept("registered", "+8613800009999", "other")
    alone = space("acme", wanted("register"), removed={OTHER: "deregister", third.key: "forget"}, renamed=renamed)
    after = {
        each.id: each.removal and each.removal.after
        for each in made([alone], state("acme", NUMBER, old, third)).all_changes
    }
    assert after == {old.id: ("cams-acme", ID), third.id: None}


def test_what_is_to_take_its_place_may_have_moved() -> None:
    """Then it leaves once that one is in service there; and not before both spaces are planned."""
    new = record("register", "added", INSTEAD)
    old = kept("registered")
    spaces = [space("acme", removed={OTHER: "deregister"}), space("globex", wanted("register"))]
    found = made(spaces, state("acme", new, old))
    (gone,) = [each for each in found.all_changes if each.id == old.id]
    assert gone.removal and gone.removal.after == ("cams-globex", ID)
    with pytest.raises(ConfigError) as refused:
        made(spaces, state("acme", old), state("globex", new), only=("acme",))
    what = "acme/phone_number/one: what takes its place moves to globex, which is not planned"
    assert [(each.code, each.what, each.address) for each in refused.value.problems] == [
        ("move-needs-both", what, "acme/phone_number/one")
    ]


def test_what_is_asked_for_is_made_again() -> None:
    """If it is whole; what is halfway goes on, and what is not named is left alone."""
    scope = Scope(replaces=("acme/phone_number/one",))
    both = [space("acme", wanted("register", on_remove="deregister"), number(OTHER, "two"))]
    recorded = state("acme", NUMBER, kept("registered", OTHER, "two"))
    (again,) = made(both, recorded, scope=scope).all_changes
    assert (again.id, again.action) == (ID, "replace")
    (goes_on,) = made(
        both[:1], state("acme", record("register", "added"), kept("registered", OTHER, "two")), scope=scope
    ).all_changes
    assert (goes_on.action, goes_on.phase) == ("create", "added")
    (leaves,) = made(
        both[:1],
        state("acme", replace(NUMBER, phase="retired", door="delete", intents=ASKED), kept("registered", OTHER, "two")),
        scope=scope,
    ).all_changes
    assert leaves.reason.startswith("declared again while it was being removed")


def test_another_number_at_a_key_is_told() -> None:
    """As one that is new; what is new by itself is only that."""
    old = made([space("acme", wanted("register"), removed=ENTRY)], state("acme", kept("registered"))).all_changes
    assert [each.reason for each in old] == ["number changed, and that is another number"]
    assert [each.reason for each in made([space("acme", wanted("register"))]).all_changes] == ["it is new in the YAML"]
    assert made([space("acme", wanted("register", on_remove="forget"))]).all_changes[0].on_remove == "forget"


def test_a_wrong_word_for_what_is_displaced_is_refused() -> None:
    """In the place of the whole change."""
    with pytest.raises(ConfigError) as refused:
        made([space("acme", wanted("register"), removed={OTHER: "delete"})], state("acme", kept("registered")))
    assert [each.code for each in refused.value.problems] == ["no-such-way-out"]
