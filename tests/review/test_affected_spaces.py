"""Which spaces a branch is about, and which of them only make sense together. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Guards, Limits, Project, Resource, Space
from reconciler.core.review.affected_spaces import changed, together, with_partners


def space(name: str, *contacts: str, file: str = "a.yaml") -> Space:
    facts = {"email": "t@example.com", "title": "CEO", "message_types": ("FaultMessage",)}
    blocks = tuple(Resource(name, "contact", each, "contact", each, {"name": each, **facts}) for each in contacts)
    return Space(name, f"cams-{name}", file, blocks)


BEFORE = Project("", (space("acme", "tom"), space("globex", "amy"), space("initech", "bob")))
AFTER = Project("", (space("acme"), space("globex", "amy", "tom"), space("initech", "bob", file="b.yaml")))


def test_spaces_that_want_something_else_are_changed() -> None:
    """Also those that came or went; a file's name does not count; settings that hold for all change all."""
    assert changed(BEFORE, AFTER) == {"acme", "globex"}
    assert changed(BEFORE, Project("", BEFORE.spaces[:2])) == {"initech"}
    assert changed(BEFORE, Project("", BEFORE.spaces, guards=Guards(1))) == {"acme", "globex", "initech"}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "sqlite:other.db"},
        {"guards": Guards(1)},
        {"limits": Limits(1)},
        *({"further": {name: "1"}} for name in ("account", "contacts_account", "site")),
    ],
    ids=str,
)
def test_what_holds_for_all_changes_all(fields: dict[str, Any]) -> None:
    """Where state is, what a run may do, whose account it is; and no other setting."""
    assert changed(BEFORE, BEFORE._replace(**fields)) == {"acme", "globex", "initech"}
    assert changed(BEFORE, BEFORE._replace(further={"protected": "main"}, environment="live")) == set()


def test_what_moves_between_two_is_planned_in_one_go() -> None:
    """Where only one of the two is asked for, it stays alone; what exchanges nothing is a list of its own."""
    assert together(BEFORE, AFTER, ["acme", "globex", "initech"]) == [["acme", "globex"], ["initech"]]
    assert together(BEFORE, AFTER, ["acme", "initech"]) == [["acme"], ["initech"]]
    assert together(AFTER, BEFORE, ["globex"]) == together(BEFORE, AFTER, ["globex"]) == [["globex"]]


def test_partners_are_found_by_the_record() -> None:
    """Where a contact's record still is, as long as it has not moved, and so on from there."""
    record = Record("contact/tom", "contact/tom", "contact", "tom", "confirmed", {})
    states = {"cams-acme": State("cams-acme", "acme", records={record.id: record})}
    assert with_partners(["globex"], AFTER, states) == {"acme", "globex"}
    assert with_partners(["initech"], AFTER, states) == {"initech"}
    assert with_partners(["acme"], BEFORE, states) == {"acme"}
