"""The laws of a snapshot: a pure function of what is declared and recorded, that tells how far, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.make import plan
from reconciler.core.review import assumed_state, published_state
from reconciler.core.review.published_state import PublishedState
from reconciler.errors import ConfigError, StateError
from tests.core.plan.test_plan_laws import NOW
from tests.core.worlds import ENDPOINT, World, project, shelves, worlds

lawful = settings(max_examples=40)
REVISION = "0123456789abcdef0123456789abcdef01234567"
OTHERS: tuple[Any, ...] = (None, "\u202e", -1, [], {}, True)
ALWAYS = {"reconciler_snapshot", "digest", "revision", "endpoint", "taken_at", "elsewhere", "spaces"} | {
    "environment",
    "account",
}
OF_SPACES = {"name", "lineage", "serial", "changed_at", "undeclared", "resources", "hash"}
OF_RESOURCES = {"address", "kind", "phase", "as_declared", "door", "requested_at", "parked", "unanswered", "to_ask"}


def taken(world: World) -> PublishedState:
    return published_state.take(world.project, world.states, REVISION, ENDPOINT, NOW)


def shown(change: Change) -> tuple[Any, ...]:
    """What of a change a snapshot can tell."""
    calls = [(call.operation, call.channel, call.to) for call in change.all_calls]
    return change.address, change.action, change.phase, change.requested_at, change.in_doubt, change.parked, calls


@lawful
@given(worlds)
def test_a_branch_that_changes_nothing_is_planned_as_with_the_state_itself(world: World) -> None:
    """Where all is as declared and counted, as far as it goes, the two plans say the same of every change."""
    seen = taken(world)
    basis = assumed_state.basis(seen, False)
    try:
        real = plan(world.project, world.states, ENDPOINT, NOW)
    except ConfigError:
        return
    if basis.unsure or basis.undeclared or real.left_out:
        return
    made = plan(world.project, assumed_state.as_seen(world.project, seen), ENDPOINT, NOW)
    assert [shown(change) for change in made.changes] == [shown(change) for change in real.changes]


@lawful
@given(worlds)
def test_what_a_snapshot_does_not_call_unsure_it_is_right_about(world: World) -> None:
    """Of every address that it is sure of, whatever else is recorded, it tells the very change that there will be.

    A space that either plan leaves out, for a change that no operation can make, is planned by neither.
    """
    seen = taken(world)
    unsure = set(assumed_state.basis(seen, False).unsure)
    try:
        real = plan(world.project, world.states, ENDPOINT, NOW)
        made = plan(world.project, assumed_state.as_seen(world.project, seen), ENDPOINT, NOW)
    except ConfigError:
        return

    both = {space.name for space in real.spaces} & {space.name for space in made.spaces}

    def sure(found: Plan) -> list[tuple[Any, ...]]:
        spaces = (space for space in world.project.spaces if space.name in both)
        declared = {resource.address for space in spaces for resource in space.resources}
        return [shown(each) for each in found.changes if each.address in declared - unsure and each.after]

    assert sure(made) == sure(real)


@lawful
@given(worlds)
def test_a_snapshot_holds_nothing_but_what_it_may(world: World) -> None:
    """Its keys are listed; no text is a number, an e-mail address or an id of the cloud; no other name is in it."""
    document = json.loads(json.dumps(published_state.dump_published(taken(world))))
    assert set(document) == ALWAYS
    assert all(set(space) == OF_SPACES for space in document["spaces"])
    assert all(set(row) == OF_RESOURCES for space in document["spaces"] for row in space["resources"])
    declared = {resource.address for space in world.project.spaces for resource in space.resources}
    assert {row["address"] for space in document["spaces"] for row in space["resources"]} == declared
    body = {name: value for name, value in document.items() if name not in ("digest", "revision")}
    assert not [text for text in texts(body) if "@" in text or "+" in text or "cams-" in text or "c-1" in text]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from (name, *texts(each))
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


@lawful
@given(worlds)
def test_every_record_is_named_or_counted(world: World) -> None:
    """Records that have a row, and those that are counted, are all there are."""
    seen = taken(world)
    named = sum(1 for told in seen.resources.values() if told.phase)
    recorded = sum(len(state.records) for state in world.states.values())
    assert named + assumed_state.basis(seen, False).undeclared == recorded


@lawful
@given(worlds)
def test_a_snapshot_is_read_as_it_was_written(world: World) -> None:
    """Through JSON and back it is the same, and taking it changed nothing."""
    before = copy.deepcopy(world)
    seen = taken(world)
    assert world == before
    assert published_state.load_published(json.loads(json.dumps(published_state.dump_published(seen))), "it") == seen


@lawful
@given(worlds)
def test_no_part_of_a_snapshot_may_be_otherwise(world: World) -> None:
    """Whatever one value is replaced with, it is refused by name: never a crash, never half of it."""
    document = published_state.dump_published(taken(world))
    for path in list(paths(document)):
        for other in OTHERS:
            edited = replaced(json.loads(json.dumps(document)), path, other)
            if json.dumps(edited) != json.dumps(document):  # True is 1, and is another text
                with pytest.raises(StateError):
                    published_state.load_published(edited, "it")


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The first of each kind is enough."""
    inside = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list | tuple) else ()
    )
    for name, each in inside:
        yield (*here, name)
        yield from paths(each, (*here, name))


def replaced(document: Any, path: tuple[Any, ...], other: Any) -> Any:
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = other
    return document


@lawful
@given(shelves())
def test_against_itself_a_revision_has_no_changes(found: Mapping[str, tuple[Resource, ...]]) -> None:
    """All that it declares counts as done."""
    declared = project(found)
    made = plan(declared, assumed_state.all_done(declared, ENDPOINT), ENDPOINT, NOW)
    assert list(made.changes) == []


@pytest.mark.parametrize(("door", "phase"), [("create", "added"), ("update", "changed"), ("delete", "retired")])
def test_the_door_that_a_record_went_through_is_told(door: str, phase: str) -> None:
    """What is being changed or removed is planned as that, also by whoever may not see the record."""
    facts = {"name": "tom", "email": "tom@example.com", "title": "CEO", "message_types": ("FaultMessage",)}
    tom = Resource("acme", "contact", "tom", "contact", "tom", facts)
    space = Space("acme", "cams-acme", "spaces/acme.yaml", (tom,))
    record = Record("contact/tom", "contact/tom", "contact", "tom", phase, {**facts, "contact_id": "c-1"}, door=door)
    state = State("cams-acme", "acme", "lineage", ENDPOINT, 3, "hash", NOW, {record.id: record})
    declared = Project("", (space,))
    seen = assumed_state.as_seen(
        declared, published_state.take(declared, {"cams-acme": state}, REVISION, ENDPOINT, NOW)
    )
    told = seen["cams-acme"].records["contact/tom"]
    assert (told.door, told.phase) == (door, phase)
