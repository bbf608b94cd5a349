"""The sandbox's world in which the records are true. Pure: states and a plan in, the body for the sandbox out.

A call without an outcome counts as not made, except a message, which counts as received, as in the record itself. What
is not recorded is assumed to be right: every space has an approved account, and nothing else exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.plan.change import Change, Plan
from reconciler.kinds import KINDS
from reconciler.kinds.table import START

Row = dict[str, Any]


def seed(states: Mapping[str, State], plan: Plan) -> Row:
    """The body described in sandbox/seeding.py. states: from moved_here()."""
    records = [(state, record) for state in states.values() for record in state.records.values()]
    sent = {(daily, at) for state in states.values() for at, daily in state.messages}
    found = [row for state, record in records for row in _rows(state, record, states)]
    found += [row for space in plan.spaces for change in space.changes for row in _there(space.space_id, change)]
    found += _signed_up(plan)
    return {
        "numbers": [row for table, row in found if table == "numbers"],
        "contacts": [row for table, row in found if table == "contacts"],
        "purchases": sorted(_bought([record for _, record in records], plan)),
        "sent": [[daily, datetime.fromisoformat(at).timestamp()] for daily, at in sorted(sent)],
    }


def _rows(state: State, record: Record, states: Mapping[str, State]) -> Iterator[tuple[str, Row]]:
    kind = KINDS[record.kind]
    if kind.row.directory_wide or not _has_left(state, record, states):
        phase = kind.reached(record.phase, record.facts)
        yield from kind.world(state.space_id, phase, record.facts, record.door).items()


def _signed_up(plan: Plan) -> Iterator[tuple[str, Row]]:
    """What a plan begins with waiting for: a person has done it in a browser."""
    for space in plan.spaces:
        for change in space.changes:
            kind, facts = KINDS[change.kind], change.after or {}
            step = kind.steps.get(change.door or change.phase or START) if facts else None
            if step and step.awaits(facts) == "signup":
                yield from kind.world(space.space_id, step.leads["ok"], facts, "").items()


def _there(space_id: str, change: Change) -> Iterator[tuple[str, Row]]:
    """What is to be imported is assumed to be there, ready and as declared."""
    if change.action == "import":
        kind = KINDS[change.kind]
        facts = {**(change.after or {}), **({kind.row.id: str(uuid5(NAMESPACE_URL, change.id))} if kind.row.id else {})}
        yield from kind.world(space_id, kind.ready, facts, "create").items()


def _has_left(state: State, record: Record, states: Mapping[str, State]) -> bool:
    """Whether it has arrived in another space, and only its record is still here."""
    others = (other.records.get(record.id) for other in states.values() if other is not state)
    return any(
        KINDS[other.kind].arrived(other.phase)
        and other.facts.get("moved_from") == state.space_id
        and other.facts.get("moves", 0) > record.facts.get("moves", 0)
        for other in others
        if other
    )


def _bought(records: list[Record], plan: Plan) -> set[str]:
    known = [(record.kind, record.key) for record in records]
    planned = [(change.kind, change.key) for change in plan.changes]
    return {key for kind, key in known + planned if KINDS[kind].bought}
