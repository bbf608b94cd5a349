"""Pairs declared resources with records: numbers by number, contacts by name, never by address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Project, Resource, Space
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES

Wanted = Mapping[str, Space]
"""Record id -> the space that declares it."""
Elsewhere = Mapping[str, tuple[str, Record]]
"""Record id -> (space id, record) in a space other than the one that declares it."""
Successors = Mapping[str, str]
"""Record id -> id of the declared record that takes its place and is not in service yet."""


def serves(record: Record) -> bool:
    """Whether it is in use, or may be: ready, in the review after that, or ready before its update or removal."""
    kind = KINDS[record.kind]
    phase = kind.reached(record.phase, record.facts)
    arrived = kind.arrived(phase) or phase == kind.review
    return arrived or record.door == "update" or kind.arrived(str(record.facts.get("was", "")))


def outdated(aside: Record, states: Iterable[State]) -> bool:
    """Whether what was set aside is in use in one of these spaces, or came into service or was removed there since."""
    return any(_is_served(aside, state) or _ended(aside.id, state) > aside.changed_at for state in states)


def _is_served(aside: Record, state: State) -> bool:
    record = state.records.get(aside.id)
    return record is not None and serves(record)


def _ended(id: str, state: State) -> str:
    """When it was last known to be in service, or removed, "" if never."""
    left, ended = state.aside.get(id), state.ended_at.get(id, "")
    return max(ended, left.changed_at) if left and serves(left) else ended


def in_use(record: Record) -> bool:
    """Whether it serves, or is confirmed and on its way to its members: it leaves when what replaces it has arrived."""
    return serves(record) or record.phase in KINDS[record.kind].suffix


def is_whole(record: Record) -> bool:
    """Ready, and not leaving. Anything else is continued: what --replace began is not begun again by the same words."""
    return record.phase == KINDS[record.kind].ready and record.door != "delete"


class Pair(NamedTuple):
    """A declared resource and its record; one of both may be absent.

    desired: the declared resource.
    record: of the same resource in this space.
    displaced: another record at the declared resource's address, which leaves once the declared one has arrived.
    elsewhere: (space id, record) of the same resource in another space's journal.
    """

    desired: Resource | None
    record: Record | None
    displaced: Record | None = None
    elsewhere: tuple[str, Record] | None = None


def identity(resource: Resource) -> str:
    """The record id of a resource."""
    return f"{resource.type}/{resource.key}"


def local(resource: Resource) -> str:
    """The address without the space's name."""
    return f"{resource.type}/{resource.name}"


def wanted(spaces: Iterable[Space]) -> Wanted:
    """Record id -> the space that declares it."""
    return {identity(resource): space for space in spaces for resource in space.resources}


def elsewhere(states: Iterable[State], wanted: Wanted) -> Elsewhere:
    """Resources recorded in another space than the one that declares them. Of several such journals the first
    counts."""
    found: dict[str, tuple[str, Record]] = {}
    for state in states:
        for id, record in state.records.items():
            if id in wanted and wanted[id].space_id != state.space_id:
                found.setdefault(id, (state.space_id, record))
    return found


def successors(states: Iterable[State], wanted: Wanted) -> Successors:
    """By what is recorded of replacements: by the time that one is in service, either may have another address."""
    records = (record for state in states for id, record in state.records.items() if id in wanted)
    return {old: record.id for record in records if (old := leaving_for(record))}


def leaving_for(record: Record) -> str:
    """The id of the record whose place it takes, as long as it is not in service; else ""."""
    old = record.facts.get("instead_of")
    return str(old) if old and not serves(record) else ""


def pairs(
    space: Space,
    state: State | None,
    elsewhere: Elsewhere,
    wanted: Wanted,
    successors: Successors = MappingProxyType({}),
) -> list[Pair]:
    """All pairs of a space: in the file's order, then records without a declaration, by address.

    Only a record that no space declares can be displaced; any other one moves.
    """
    records = state.records if state else {}
    mine = {identity(resource): resource for resource in space.resources}
    # Of several at one address, as where a number was replaced twice, the one in service.
    left = sorted((record for id, record in records.items() if id not in wanted), key=serves)
    unwanted = {record.id: record for record in left}
    # Where the one that was to take a place is given up in its turn, what it was to replace is still in service.
    free = {record.address: unwanted.get(leaving_for(record), record) for record in left if record.id not in successors}
    linked = {successors[id]: record for id, record in unwanted.items() if id in successors}
    found = [
        _pair(space, resource, records.get(id), elsewhere.get(id), free, linked.get(id))
        for id, resource in mine.items()
    ]
    displaced = {pair.displaced.id for pair in found if pair.displaced}
    rest = [record for id, record in records.items() if id not in mine and id not in displaced]
    return found + [Pair(None, record) for record in sorted(rest, key=lambda record: record.address)]


def addresses_of(space: Space, resource: Resource) -> frozenset[str]:
    """The addresses, without the space's name, that a resource has or had by `moved`."""
    return frozenset(f"{resource.type}/{name}" for name in space.was_called(resource.name))


def _pair(
    space: Space,
    resource: Resource,
    record: Record | None,
    elsewhere: tuple[str, Record] | None,
    free: Mapping[str, Record],
    linked: Record | None,
) -> Pair:
    # A carried contact brings its own record, so a record at its address is removed separately; so it is where the
    # new holder of the address is only renamed.
    carried = TYPES[resource.type].directory_wide and elsewhere is not None
    takes_it = linked is None and (record is None or record.address == local(resource))
    old = next((free[each] for each in sorted(addresses_of(space, resource)) if each in free), None)
    old = old if takes_it else linked
    return Pair(resource, record, None if carried else old, elsewhere)


def unfinished_move(record: Record, old: Record | None, came_from: str, here: str) -> bool:
    """Whether a resource moved here, and its older record is still in the other space.

    False if the other record is the newer one: then the resource has moved back there.
    """
    if old is None or record.facts.get("moved_from") != came_from:
        return False
    return old.facts.get("moved_from") != here or moves_so_far(old) < moves_so_far(record)


def moves_so_far(record: Record) -> int:
    """How often it went to another space."""
    return int(record.facts.get("moves", 0))


def vanished(project: Project, states: Mapping[str, State]) -> list[Space]:
    """Recorded spaces without a file: nothing says what should happen to them."""
    declared = {space.space_id for space in project.spaces}
    return [Space(state.name, id, "") for id, state in states.items() if id not in declared and state.records]
