"""A space's state from its lines, and the snapshots from which folding them goes on: written, and read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from reconciler.core.journal.entries import unusable
from reconciler.core.journal.record import Record, as_list, as_row, from_list, from_row
from reconciler.core.journal.state import SENT_AT, Run, State, bad, canonical, digest, parse

# 2: each record as a list, with the names of its fields once. 1, which is still read: as a mapping.
SNAPSHOT = 2
_HEAD = '{{"digest":"{}","state":'
_HEAD_LENGTH = len(_HEAD.format("0" * 64))


def fold(space_id: str, lines: Iterable[str], snapshot: str | None = None) -> State:
    """snapshot: what dump() gave at some serial; lines: the entries after it, oldest first."""
    state = State(space_id) if snapshot is None else load_state(snapshot, space_id)
    for id in dict.fromkeys([state.advance(text) for text in lines]):
        record = state.records.get(id)
        if record and (lacks := unusable(record)):
            raise bad("state-newer", f"{space_id}: {record.address} cannot be gone on with by this program", lacks)
    return state


# Left out of a snapshot where there is nothing to tell.
SELDOM = ("moved_to", "forgotten", "aside", "gone", "settings")


def dump_state(state: State) -> str:
    """A snapshot: the state, and before it its own hash."""
    row = {name: value for name, value in _row(state).items() if value or name not in SELDOM}
    records = [as_list(state.records[id]) for id in sorted(state.records)]
    body = canonical({**row, "format": SNAPSHOT, "fields": Record._fields, "records": records})
    return f"{_HEAD.format(digest(body))}{body}}}"


def state_row(state: State) -> dict[str, Any]:
    """As JSON values, each record by its id."""
    return {**_row(state), "records": {id: as_row(record) for id, record in state.records.items()}}


def _row(state: State) -> dict[str, Any]:
    """As JSON values but for the records. Nothing is copied."""
    aside = {id: as_row(record) for id, record in sorted(state.aside.items())}
    row = {name: getattr(state, name) for name in State.__slots__}
    return {**row, "aside": aside, "run": state.run and asdict(state.run)}


def load_state(text: str, space_id: str) -> State:
    if not text.startswith(_HEAD.format(digest(text[_HEAD_LENGTH:-1]))):
        parse(text, space_id)  # to be no JSON at all comes first
        raise bad("state-edited", f"{space_id}: the snapshot is not what was written")
    try:
        data = parse(text, space_id)["state"]
        if (format := data.pop("format")) > SNAPSHOT:
            raise bad("state-newer", f"{space_id}: the snapshot is newer than this program reads")
        rows = data.pop("records")
        rows = [*rows.values()] if format == 1 else rows
        made = from_row if format == 1 else from_list(data.pop("fields"))
        for place, row in enumerate(rows):  # one by one, so that never all are there twice
            rows[place] = made(row)
        records = {record.id: record for record in rows}
        if not all(isinstance(serial, int) for serial in data.get("forgotten", {}).values()):
            raise ValueError("forgotten is not well formed")
        if not all(isinstance(address, str) for address in data.get("gone", {}).values()):
            raise ValueError("gone is not well formed")
        aside = {id: from_row(row) for id, row in data.pop("aside", {}).items()}
        run = data.pop("run")
        messages = sorted(((at, daily) for at, daily in data.pop("messages")), key=SENT_AT)
        return State(**data, records=records, aside=aside, run=Run(**run) if run else None, messages=messages)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise bad("state-unreadable", f"{space_id}: the snapshot cannot be read", repr(error)) from None
