"""When a saved plan may not be applied any more, and what is left to do of one that may."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change, Plan, Removal
from reconciler.core.plan.make import plan
from reconciler.core.review.staleness import remaining, staleness
from tests.core.review.test_fresh import NOW, NUMBER

ACME = Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER,))
ID, AT, OLD = "phone_number/+8613800001234", "acme/phone_number/support", "phone_number/+8613800005678"
RECORD = Record(ID, "phone_number/support", "register", NUMBER.key, "code_requested", NUMBER.attributes, version=4)
GONE = Removal(OLD, "acme/phone_number/support", "register", "+8613800005678", 4, "x", "retired")


def made(**fields: Any) -> Plan:
    """The plan of one new number, with other fields."""
    return replace(plan(Project("", (ACME,)), {}, "loopback", NOW), **fields)


def told(plan: Plan, *states: State, space: Space | None = ACME, **asked: Any) -> list[tuple[str, str]]:
    spaces = {} if space is None else {"cams-1": space}
    whole = {"endpoint": "loopback", **asked}
    found = [*staleness(plan, {state.space_id: state for state in states}, spaces, **whole)]
    assert {each.address for each in found} <= ({AT} if found and found[0].code == "plan-stale" else {None})
    return [(each.code, each.what) for each in found]


@pytest.mark.parametrize(
    ("plan", "asked", "what"),
    [
        ({}, {}, ""),
        ({"account": "1", "contacts_account": "2"}, {"accounts": ("1", "2")}, ""),
        ({}, {"endpoint": "other"}, "the plan is for loopback, and this is other"),
        ({}, {"accounts": ("1", "")}, "the plan is for account any, and this is account 1"),
        (
            {"account": "1", "environment": "live"},
            {"accounts": ("1", "2")},
            "the plan is for the environment live, account 1, and this is account 1 with contacts in 2",
        ),
        ({}, {"space": None}, "acme: the configuration changed since the plan was made"),
        ({}, {"space": Space("acme", "cams-1", "x.yaml")}, "acme: the configuration changed since the plan was made"),
    ],
)
def test_a_plan_is_for_one_place(plan: dict[str, Any], asked: dict[str, Any], what: str) -> None:
    """One cloud, one account, one configuration: under any other it is refused, and says under which it was made."""
    assert [text for _, text in told(made(**plan), **asked)] == ([what] if what else [])


def test_a_plan_of_a_space_without_a_file_is_for_that() -> None:
    """It is not stale for being without one."""
    states = {"cams-1": State("cams-1", "acme", records={ID: RECORD})}
    gone = plan(Project("", ()), states, "loopback", NOW)
    assert [change.address for change in gone.changes] == [AT]
    assert told(gone, states["cams-1"], space=None) == []


def resting(version: int, removal: Removal | None = None) -> Plan:
    """A plan whose only change rests on this version of the record."""
    whole = made()
    change = replace(whole.changes[0], version=version, removal=removal)
    return replace(whole, spaces=(replace(whole.spaces[0], changes=(change,)),))


PLAN = resting(4)
HERS = {"changed_at": NOW, "changed_by": "amy@tower"}
STALE = f"{AT} was changed {NOW} by amy@tower since the plan was made"


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ({}, ""),
        ({"version": 5}, STALE),
        ({"version": 3}, STALE),
        ({"version": 5, "plan": PLAN.digest, "base": 4}, ""),
        ({"version": 5, "plan": PLAN.digest, "base": 3}, ""),
        ({"version": 7, "plan": PLAN.digest, "base": 5}, STALE),
        ({"version": 5, "plan": "ab" * 32, "base": 4}, STALE),
    ],
)
def test_its_own_runs_do_not_make_a_plan_stale(record: dict[str, Any], what: str) -> None:
    """What it changed itself, from the version that it rests on, it goes on with; what anybody else changed it does
    not."""
    state = State("cams-1", "acme", records={ID: replace(RECORD, **HERS, **record)})
    assert [text for _, text in told(PLAN, state)] == ([what] if what else [])


def test_it_is_said_when_and_by_whom() -> None:
    """If the journal tells it; else by the record, or not at all."""
    asked: list[tuple[str, str, int]] = []

    def changed(*of: Any) -> str:
        asked.append(of)
        return "at noon by bob"

    now = State("cams-1", "acme", records={ID: replace(RECORD, version=5)})
    forgotten = State("cams-1", "acme", forgotten={ID: 7})
    assert told(PLAN, now, changed=changed) == [
        ("plan-stale", f"{AT} was changed at noon by bob since the plan was made")
    ]
    assert told(PLAN, forgotten, changed=changed) == [
        ("plan-stale", f"{AT} was forgotten at noon by bob since the plan was made")
    ]
    assert told(PLAN, forgotten) == [("plan-stale", f"{AT} was forgotten since the plan was made")]
    assert told(PLAN, State("cams-1", "acme", forgotten={ID: 4})) == []
    assert asked == [("cams-1", ID, 4)] * 2


def test_what_it_removes_may_be_gone() -> None:
    """A removal that is done is no reason; one of a record that changed since is, also beside a new one."""
    both = resting(4, GONE)
    old = replace(RECORD, id=OLD, key="+8613800005678")
    assert told(both, State("cams-1", "acme", records={ID: RECORD, OLD: old})) == []
    assert told(both, State("cams-1", "acme", records={ID: RECORD}, forgotten={OLD: 9})) == []
    assert told(both, State("cams-1", "acme", records={OLD: old}, forgotten={ID: 9})) != []
    other = State("cams-1", "acme", records={ID: RECORD, OLD: replace(old, version=5, **HERS)})
    assert told(both, other) == [("plan-stale", STALE)]


def codes(shown: Plan, derived: Plan, *states: State) -> tuple[list[str], list[str]]:
    """Addresses of what is left to do, and of what is not as the plan shows."""
    left, problems = remaining(shown, derived, {state.space_id: state for state in states})
    assert {each.code for each in problems} <= {"plan-edited"}
    assert [space.name for space in left.spaces] == [space.name for space in shown.spaces]
    return [change.id for change in left.all_changes], [str(each.address) for each in problems]


def test_what_is_left_lies_within_the_file() -> None:
    """A change that the file does not show is not done, nor is one in a space that is not planned any more."""
    other = NUMBER._replace(name="other", key="+8613800009999")
    two = plan(Project("", (ACME, Space("globex", "cams-2", "x.yaml", (other,)))), {}, "loopback", NOW)
    assert codes(made(), two) == ([ID], [])
    assert codes(two, made()) == ([ID], [])
    wider = plan(Project("", (Space("acme", "cams-1", "x.yaml", (NUMBER, other)),)), {}, "loopback", NOW)
    assert codes(made(), wider) == ([ID], [])


READY = replace(RECORD, phase="registered")
ASKED = plan(
    Project("", (ACME,)),
    {"cams-1": State("cams-1", "acme", "line", records={ID: READY})},
    "loopback",
    NOW,
    scope=Scope(replaces=(AT,)),
)
NOTHING = replace(ASKED, spaces=(replace(ASKED.spaces[0], changes=()),))
BEGUN = {"door": "delete", "plan": ASKED.digest, "version": 9}


@pytest.mark.parametrize(
    ("record", "left"),
    [
        ({}, [ID]),
        (BEGUN, [ID]),
        ({**BEGUN, "plan": "ab" * 32}, []),
        ({**BEGUN, "door": "create"}, []),
        ({"version": 9}, []),
        (None, []),
    ],
    ids=["not begun", "begun by it", "by another", "made again", "changed", "gone"],
)
def test_what_was_to_be_made_again_is(record: dict[str, Any] | None, left: list[str]) -> None:
    """Although the configuration does not show it: as long as the old one has not gone, by this plan alone. Without
    that consent nothing is made again."""
    records = {} if record is None else {ID: replace(READY, **record)}
    state = State("cams-1", "acme", records=records)
    assert [change.action for change in ASKED.changes] == ["replace"]
    assert codes(ASKED, NOTHING, state) == (left, [])
    assert codes(replace(ASKED, scope=None), NOTHING, state) == ([], [])
    assert codes(replace(ASKED, scope=Scope(replaces=("acme/phone_number/other",))), NOTHING, state) == ([], [])
    assert codes(ASKED, NOTHING) == ([], [])


def test_only_what_is_replaced_is_made_again() -> None:
    """Not a change of another kind at the same address, whatever the file's scope says."""
    (change,) = ASKED.changes
    state = State("cams-1", "acme", records={ID: READY})
    for other in (replace(change, action="update"), replace(change, removal=None)):
        shown = replace(ASKED, spaces=(replace(ASKED.spaces[0], changes=(other,)),))
        assert codes(shown, NOTHING, state) == ([], [])


def beside(old: Record, *blocks: Resource) -> Plan:
    """The plan where this record holds the address."""
    state = State("cams-1", "acme", "line", records={old.id: old})
    removed: Any = {old.key: "deregister"}
    return plan(Project("", (Space("acme", "cams-1", "x.yaml", blocks, removed),)), {"cams-1": state}, "loopback", NOW)


def test_of_a_replacement_the_end_of_the_old_one_is_left() -> None:
    """Once the new one is ready: the very removal that was shown, by no further call, and of no other record."""
    old = replace(READY, id=OLD, key="+8613800005678", facts={**READY.facts, "number": "+8613800005678"})
    shown, ends = beside(old, NUMBER), beside(old)
    assert [(each.action, each.new_first) for each in shown.changes] == [("replace", True)]
    assert codes(shown, ends) == ([OLD], [])
    (change,) = ends.changes
    assert change.removal
    forgets = replace(change, action="forget", removal=replace(change.removal, door=""))

    def left(change: Change, shown: Plan = shown) -> list[str]:
        return codes(shown, replace(ends, spaces=(replace(ends.spaces[0], changes=(change,)),)))[1]

    assert left(forgets) == [AT]
    assert left(replace(change, removal=None)) == [AT]
    (first,) = shown.changes
    assert first.removal
    asked = replace(first, removal=replace(first.removal, after=None))
    assert left(change, replace(shown, spaces=(replace(shown.spaces[0], changes=(asked,)),))) == [AT]
    for other in ({"door": ""}, {"kind": "contact"}):
        quiet = replace(first, removal=replace(first.removal, **other))
        assert left(change, replace(shown, spaces=(replace(shown.spaces[0], changes=(quiet,)),))) == [AT]
    renamed = replace(first, after={**NUMBER.attributes, "display_name": "Another"})
    assert left(first, replace(shown, spaces=(replace(shown.spaces[0], changes=(renamed,)),))) == [AT]


@pytest.mark.parametrize(
    "fields",
    [{"key": "+8613800009999"}, {"kind": "migrate"}, {"address": "acme/phone_number/other"}, {"on_remove": "forget"}],
    ids=str,
)
def test_another_identity_is_another_change(fields: dict[str, Any]) -> None:
    """Also where all that would be called is the same."""
    (change,) = beside(replace(READY, phase="connected"), NUMBER).all_changes
    whole = made()
    derived = replace(whole, spaces=(replace(whole.spaces[0], changes=(change,)),))
    shown = replace(whole, spaces=(replace(whole.spaces[0], changes=(replace(change, **{**fields, "version": 9}),)),))
    same = codes(shown, derived)
    assert same == (([ID], [str(shown.all_changes[0].address)]) if "key" not in fields else ([], []))


def test_what_is_called_is_shown() -> None:
    """Also where it tells nobody: a plan that begins further on shows less."""
    derived = beside(RECORD, NUMBER)
    (change,) = derived.changes
    shown = replace(derived, spaces=(replace(derived.spaces[0], changes=(replace(change, phase="verified"),)),))
    assert codes(shown, derived) == ([ID], [AT])
    assert codes(derived, shown) == ([ID], [])
