"""Recorded state derived from a plan, for a plan made where no state could be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.journal.tries import CODES_PER_MESSAGE
from reconciler.core.plan.change import Change, Plan
from reconciler.kinds import KINDS


def states_of(plan: Plan) -> dict[str, State]:
    """Space id -> state, without resources that the plan does not touch."""
    states = {
        space.space_id: State(space.space_id, space.name, "told", plan.endpoint, 1 + _newest(space.changes), "told")
        for space in plan.spaces
    }
    for space in plan.spaces:
        for change in space.changes:
            states[space.space_id].records.update((record.id, record) for record in _records(change))
    return states


def _newest(changes: tuple[Change, ...]) -> int:
    return max((max(each.version, each.removal.version if each.removal else 0) for each in changes), default=0)


def _records(change: Change) -> Iterator[Record]:
    removal, ready = change.removal, KINDS[change.kind].ready
    if removal:
        # In the phase at which its removal starts: its earlier phase makes no difference.
        local, phase = removal.address.partition("/")[2], removal.door or ready
        yield Record(removal.id, local, change.kind, removal.key, phase, change.before or {}, version=removal.version)
    if change.carried or (removal and removal.id == change.id) or not (change.phase or change.action == "update"):
        return
    yield Record(
        change.id,
        change.local,
        change.kind,
        change.key,
        change.phase or ready,
        change.before or change.after or {},
        change.on_remove,
        requested_at=change.requested_at,
        messages_sent=int(bool(change.requested_at)),
        attempts=CODES_PER_MESSAGE if change.parked else 0,
        door="update" if change.action == "update" and change.phase else "create",
        version=change.version,
    )
