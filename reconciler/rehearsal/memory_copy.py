"""A copy of recorded state in memory, which a rehearsal may change. The real journals are not opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from msgspec.structs import replace

from reconciler.core.journal.record import Record
from reconciler.core.journal.snapshot import dump_state
from reconciler.core.journal.state import State
from reconciler.errors import LostPlace, Problem
from reconciler.kinds.table import START
from reconciler.kinds.types import TYPES
from reconciler.store.backend import OneByOne

ENDPOINT = "loopback"
_CONTACTS = UUID("8a1f1c52-31b7-4b0e-9a43-0c2f6d6a7f10")


def moved_here(state: State) -> State:
    """The state as if recorded against the sandbox: contacts have the sandbox's form of ids, and no run is open."""
    records = {id: _moved(record) for id, record in state.records.items()}
    return replace(state, endpoint=ENDPOINT, records=records, run=None)


def _moved(record: Record) -> Record:
    fact = TYPES[record.type].id
    if not fact or record.phase == START:
        return record
    # The sandbox's ids have their own form, and some plans do not contain the real one.
    id = str(uuid5(_CONTACTS, str(record.facts.get(fact) or record.id)))
    return replace(record, facts={**record.facts, fact: id})


class Copy(OneByOne):
    """A backend in memory, for one process. Unrecorded spaces are empty."""

    url = "copy:"

    def __init__(self, states: Mapping[str, State]) -> None:
        recorded = {id: state for id, state in states.items() if state.serial}
        self._snapshots = {id: dump_state(state) for id, state in recorded.items()}
        self._begun = {id: state.serial for id, state in recorded.items()}
        self._lines: defaultdict[str, list[str]] = defaultdict(list)

    def spaces(self) -> list[str]:
        return sorted({*self._begun, *(id for id, lines in self._lines.items() if lines)})

    def read(self, space_id: str) -> tuple[str | None, list[str]]:
        return self._snapshots.get(space_id), list(self._lines[space_id])

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        lines = self._lines[space_id]
        if serial != self._begun.get(space_id, 0) + len(lines):
            raise LostPlace(Problem("lost-place", f"{space_id}: something else was written after {serial}"))
        lines.extend(entries)

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        """Not needed: everything is in memory."""

    def history(self, space_id: str) -> list[str]:
        return list(self._lines[space_id])

    def prune(self, space_id: str, serial: int) -> None:
        """Not needed."""

    def quota(self) -> None:
        """A rehearsal shares no limits."""

    def close(self) -> None:
        """Nothing is open."""
