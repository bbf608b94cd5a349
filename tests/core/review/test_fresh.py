"""A plan file says what may be done; what is done is derived anew, and lies within it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Change, Plan, Removal
from reconciler.core.plan.make import plan
from reconciler.core.review.staleness import remaining, staleness
from reconciler.errors import Problem

NOW = "2026-11-20T10:31:00.000Z"
NUMBER = Resource(
    "acme",
    "phone_number",
    "support",
    "register",
    "+8613800001234",
    {"number": "+8613800001234", "display_name": "Acme", "method": "sms", "locale": "en_US"},
)


def made() -> Plan:
    return plan(Project("", (Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER,)),)), {}, "loopback", NOW)


def forged(**fields: Any) -> Plan:
    """The plan with one change as somebody would rather have it."""
    whole = made()
    (space,) = whole.spaces
    (change,) = space.changes
    return replace(whole, spaces=(replace(space, changes=(replace(change, **fields),)),))


def test_what_is_left_is_derived() -> None:
    """Of an honest plan everything is left, and it is the derived changes that are done."""
    left, problems = remaining(made(), made())
    assert (left, problems) == (made(), [])


def test_where_nothing_is_recorded_nothing_is_destroyed() -> None:
    """Neither what is declared there, nor with an error."""
    project = Project("", (Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER,)),))
    told = plan(project, {}, "loopback", NOW, scope=Scope(destroy=True))
    assert (told.changes, told.refusals, told.left_out) == ((), (), ())


def test_a_plan_says_whose_it_is() -> None:
    """The accounts and the environment are those of the project."""
    whose: Any = {"account": "1000000000000001", "contacts_account": "1000000000000002", "environment": "staging"}
    told = plan(Project("", (), **whose), {}, "loopback", NOW)
    assert {name: getattr(told, name) for name in whose} == whose


def test_a_warning_is_about_what_changes() -> None:
    """Or about no resource. Plans are published, so what it found is not in them."""
    about = (None, "acme/phone_number/support", "acme/phone_number/finished")
    warnings = tuple(Problem("number-spelling", "a warning", address=each, found="+8613800001234") for each in about)
    project = Project("", (Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER,)),), warnings=warnings)
    told = plan(project, {}, "loopback", NOW).warnings
    assert [(each.address, each.found) for each in told] == [(None, None), ("acme/phone_number/support", None)]


def test_what_is_done_already_is_not_left() -> None:
    """A change that is not derived any more is finished: nothing is left of it."""
    nothing = replace(made(), spaces=tuple(replace(space, changes=()) for space in made().spaces))
    left, problems = remaining(made(), nothing)
    assert (list(left.changes), problems) == ([], [])


@pytest.mark.parametrize(
    "fields",
    [
        {"after": {**NUMBER.attributes, "number": "+8613800009999"}},
        {"after": None},
        {"kind": "migrate"},
        {"on_remove": "deregister"},
        {"phase": "code_requested"},
        {"door": "registered"},
        {"learned": {"number": "+14155550100"}},
        {"learned": {"method": "voice"}},
        {"after": {**NUMBER.attributes, "display_name": "Another"}},
        {"after": {**NUMBER.attributes, "method": "voice"}},
        {"after": {**NUMBER.attributes, "locale": "id"}},
    ],
    ids=str,
)
def test_a_forged_change_is_refused(fields: dict[str, Any]) -> None:
    """What shows less than there is to do, or something else, is refused by name, and nothing of it is left to do."""
    _, problems = remaining(forged(**fields), made())
    assert [problem.code for problem in problems] == ["plan-edited"]


@pytest.mark.parametrize("door", ["", "retired"])
def test_a_removal_that_is_not_shown_is_refused(door: str) -> None:
    """Nor is one by an operation where forgetting was shown; one that is shown and is done already is no matter."""
    gone = Removal("phone_number/+8613800001234", "acme/phone_number/support", "register", NUMBER.key, 0, "x", door)
    forgotten = replace(gone, door="")
    assert [problem.code for problem in remaining(made(), forged(removal=gone, before=NUMBER.attributes))[1]] == [
        "plan-edited"
    ]
    told = remaining(forged(removal=forgotten), forged(removal=gone, before=NUMBER.attributes))[1]
    assert [problem.code for problem in told] == (["plan-edited"] if door else [])
    assert remaining(forged(removal=gone, before=NUMBER.attributes), made())[1] == []


@pytest.mark.parametrize("fields", [{"learned": {"moves": 7}}, {"version": 7}])
def test_what_a_file_says_beside_is_not_used(fields: dict[str, Any]) -> None:
    """Facts and versions come from the record, whatever a file says."""
    left, problems = remaining(forged(**fields), made())
    (change,) = left.changes
    assert isinstance(change, Change)
    assert (change, problems) == (made().changes[0], [])


CONTACT = Resource(
    "acme",
    "contact",
    "tom",
    "contact",
    "tom",
    {"name": "tom", "email": "tom@example.com", "phone": "+8613911111234", "title": "CEO", "message_types": ["x"]},
)


@pytest.mark.parametrize("name", CONTACT.attributes)
def test_no_value_of_a_plan_can_be_another(name: str) -> None:
    """Each attribute that would be sent is the one that was reviewed, or the plan was edited."""
    space = Space("acme", "cams-1", "spaces/acme.yaml", (CONTACT,))
    derived = plan(Project("", (space,)), {}, "loopback", NOW)
    (change,) = derived.changes
    other: Any = ["y"] if name == "message_types" else "other"
    edited = replace(change, after={**CONTACT.attributes, name: other})
    shown = replace(derived, spaces=(replace(derived.spaces[0], changes=(edited,)),))
    assert [problem.code for problem in remaining(shown, derived)[1]] == ["plan-edited"]


def stale(state: State | None, **fields: Any) -> list[str]:
    """Why a plan with these fields of its space is stale beside this state."""
    space = Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER,))
    made = plan(Project("", (space,)), {}, "loopback", NOW)
    shown = replace(made, spaces=(replace(made.spaces[0], **fields),))
    states = {} if state is None else {"cams-1": state}
    return [problem.code for problem in staleness(shown, states, {"cams-1": space}, "loopback")]


def test_a_plan_belongs_to_one_journal() -> None:
    """One that was made against another, or against one that is not there any more, is refused by that name."""
    here = State("cams-1", "acme", lineage="one")
    assert stale(None) == stale(here) == stale(here, lineage="one") == []
    assert stale(here, lineage="two") == stale(None, lineage="two") == ["plan-other-lineage"]


def test_a_plan_of_a_version_that_is_not_here_is_stale() -> None:
    """Nothing is recorded, and the plan rests on the fourth version of it: it was forgotten since, or never here."""
    (change,) = made().changes
    assert stale(State("cams-1", "acme"), changes=(replace(change, version=4),)) == ["plan-stale"]


def test_what_was_recorded_once_and_is_declared_again_counts_on() -> None:
    """From the version at which it was forgotten, so that an older plan is stale; what never was begins at 0."""
    state = State("cams-1", name="acme", serial=9, forgotten={"phone_number/+8613800001234": 7})
    other = NUMBER._replace(
        name="other", key="+8613800009999", attributes={**NUMBER.attributes, "number": "+8613800009999"}
    )
    space = Space("acme", "cams-1", "spaces/acme.yaml", (NUMBER, other))
    found = plan(Project("", (space,)), {"cams-1": state}, "loopback", NOW)
    assert [(change.local, change.version) for change in found.changes] == [
        ("phone_number/support", 7),
        ("phone_number/other", 0),
    ]
