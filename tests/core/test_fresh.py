"""A plan file says what may be done; what is done is derived anew, and lies within it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.core.change import Change, Plan
from reconciler.core.fresh import remaining
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan import plan

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
    return replace(whole, spaces=(replace(space, changes=(change._replace(**fields),)),))


def test_what_is_left_is_derived() -> None:
    """Of an honest plan everything is left, and it is the derived changes that are done."""
    left, problems = remaining(made(), made())
    assert (left, problems) == (made(), [])


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
        {"key": "+8613800009999"},
        {"kind": "migrate"},
        {"on_remove": "deregister"},
        {"calls": ()},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_forged_change_is_refused(fields: dict[str, Any]) -> None:
    """What shows less than there is to do, or something else, is refused by name, and nothing of it is left to do."""
    _, problems = remaining(forged(**fields), made())
    assert [problem.code for problem in problems] == ["plan-edited"]


@pytest.mark.parametrize("fields", [{"door": "registered"}, {"learned": {"number": "+14155550100"}}, {"version": 7}])
def test_what_a_file_says_beside_is_not_used(fields: dict[str, Any]) -> None:
    """Doors, facts and versions come from the record, whatever a file says."""
    left, problems = remaining(forged(**fields), made())
    (change,) = left.changes
    assert isinstance(change, Change)
    assert (change, problems) == (next(made().changes), [])
