"""Pairs what is desired with what is recorded: a number by its number, a contact by its name, never by address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.core.journal import State
from reconciler.core.model import Resource, Space
from reconciler.core.record import Record

Owners = Mapping[str, Sequence[tuple[str, Record]]]
"""Record id -> every journal that has it, as (space id, record)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """desired or record may be absent, not both. displaced: another record that the desired one's address held.

    elsewhere: (space id, record) of the same thing in another space's journal.
    """

    desired: Resource | None
    record: Record | None
    displaced: Record | None = None
    elsewhere: tuple[str, Record] | None = None


def identity(resource: Resource) -> str:
    return f"{resource.type}/{resource.key}"


def local(resource: Resource) -> str:
    return f"{resource.type}/{resource.name}"


def owners(states: Iterable[State]) -> Owners:
    found: dict[str, list[tuple[str, Record]]] = {}
    for state in states:
        for record in state.records.values():
            found.setdefault(record.id, []).append((state.space_id, record))
    return found


def pairs(space: Space, state: State | None, owned: Owners, wanted: Collection[str]) -> list[Pair]:
    """All of a space's pairs, in the order of the file, then what is recorded only, by address.

    wanted: ids that any space declares. Only what nobody wants is displaced; the rest moves, and is no other's affair.
    """
    records = state.records if state else {}
    mine = {identity(resource): resource for resource in space.resources}
    free = {record.address: record for record in records.values() if record.id not in wanted}
    found = [_pair(space, id, resource, records, free, owned) for id, resource in mine.items()]
    displaced = {pair.displaced.id for pair in found if pair.displaced}
    rest = [record for record in records.values() if record.id not in mine and record.id not in displaced]
    return found + [Pair(None, record) for record in sorted(rest, key=lambda record: record.address)]


def _pair(
    space: Space, id: str, resource: Resource, records: Mapping[str, Record], free: Mapping[str, Record], owned: Owners
) -> Pair:
    record = records.get(id)
    elsewhere = next((owner for owner in owned.get(id, ()) if owner[0] != space.space_id), None)
    # What a contact brings along is a record of its own: whatever stood at its address goes by itself.
    carried = resource.type == "contact" and elsewhere is not None
    displaced = free.get(local(resource)) if record is None and not carried else None
    return Pair(resource, record, displaced, elsewhere)
