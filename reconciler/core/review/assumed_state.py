"""Assumed state: what would be recorded if a revision had been applied. Pure; never applied to.

A plan without recorded state is therefore made by the same function as any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State
from reconciler.core.journal.tries import CODES_PER_MESSAGE
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.basis import Basis
from reconciler.core.plan.make import States
from reconciler.core.plan.match import identity, local
from reconciler.core.review.published_state import PublishedState, Seen
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES


def all_done(project: Project, endpoint: str) -> States:
    """As if everything declared were finished."""
    return {space.space_id: _done(space, endpoint) for space in project.spaces}


def as_seen(project: Project, snapshot: PublishedState) -> States:
    """Everything declared, in the phases of the published state. project: as of its revision."""
    return {space.space_id: _seen(space, snapshot) for space in project.spaces}


def basis(snapshot: PublishedState, behind: bool) -> Basis:
    """The basis of a plan made with a published state."""
    unsure = tuple(address for address, seen in snapshot.resources.items() if not seen.as_declared)
    undeclared = snapshot.elsewhere + sum(space.undeclared for space in snapshot.spaces)
    return Basis(snapshot.revision, snapshot.taken_at, unsure, undeclared, behind)


def _done(space: Space, endpoint: str) -> State:
    ready = (Seen(each.address, each.kind, KINDS[each.kind].ready, True, to_ask=()) for each in space.resources)
    records = _records(space, {seen.address: seen for seen in ready})
    return State(space.space_id, space.name, endpoint=endpoint, records=records)


def _seen(space: Space, snapshot: PublishedState) -> State:
    state = State(space.space_id, space.name, endpoint=snapshot.endpoint, records=_records(space, snapshot.resources))
    found = next((each for each in snapshot.spaces if each.name == space.name), None)
    if found is None:
        return state
    come = {"lineage": found.lineage, "serial": found.serial, "hash": found.hash or ""}
    return replace(state, changed_at=found.changed_at, **come)


def _records(space: Space, seen: dict[str, Seen]) -> dict[str, Record]:
    return {record.id: record for record in _each(space, seen)}


def _each(space: Space, seen: dict[str, Seen]) -> Iterator[Record]:
    for resource in space.resources:
        told = seen.get(resource.address)
        if told and told.phase:
            yield _record(resource, told)


def _record(resource: Resource, seen: Seen) -> Record:
    kind = KINDS[seen.kind]
    finished = kind.steps[kind.suffix[-1]].learn({}, {}) if kind.suffix and seen.phase == kind.ready else {}
    record = Record(
        identity(resource),
        local(resource),
        seen.kind,
        resource.key,
        seen.phase,
        {**resource.attributes, **finished, **({} if seen.to_ask is None else {"to_ask": list(seen.to_ask)})},
        resource.on_remove,
        requested_at=seen.requested_at,
        attempts=CODES_PER_MESSAGE if seen.parked else 0,
        door=seen.door,
        ends=TYPES[resource.type].ends(resource.on_remove),
    )
    intents = {operation: _intent(record) for operation in seen.unanswered}
    return replace(record, intents=intents)


def _intent(record: Record) -> Intent:
    return Intent("", "", 1, record.phase, record.facts, record.requested_at, 0, record.attempts)
