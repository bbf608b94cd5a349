"""A space's state from its lines, and the snapshots from which folding them goes on: written, and read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from reconciler.core import codec
from reconciler.core.journal.entries import unusable
from reconciler.core.journal.state import SENT_AT, State, bad, digest, parse

SNAPSHOT = 3
_HEAD = '{{"digest":"{}","state":'
_HEAD_LENGTH = len(_HEAD.format("0" * 64))


class _Head(Struct):
    """Asked for by itself: msgspec takes a type that stands alone for itself, whether or not it says so."""

    format: int


def fold(space_id: str, lines: Iterable[str], snapshot: str | None = None) -> State:
    """snapshot: what dump() gave at some serial; lines: the entries after it, oldest first."""
    state = State(space_id) if snapshot is None else load_state(snapshot, space_id)
    for id in dict.fromkeys([state.advance(text) for text in lines]):
        record = state.records.get(id)
        if record and (lacks := unusable(record)):
            raise bad("state-newer", f"{space_id}: {record.address} cannot be gone on with by this program", lacks)
    return state


def dump_state(state: State) -> str:
    """A snapshot: the state, and before it its own hash."""
    body = codec.encode(state).decode()
    return f"{_HEAD.format(digest(body))}{body}}}"


def state_row(value: Any) -> Any:
    """A state as JSON values, for people and scripts: with every field, also of those that hold nothing."""
    match value:
        case Struct():
            return {name: state_row(getattr(value, name)) for name in value.__struct_fields__}
        case dict():
            return {name: state_row(each) for name, each in value.items()}
        case list() | tuple():
            return [state_row(each) for each in value]
        case _:
            return value


def load_state(text: str, space_id: str) -> State:
    """Raises StateError for what dump_state() did not write, in this format or the one before."""
    body = text[_HEAD_LENGTH:-1]
    if not text.startswith(_HEAD.format(digest(body))):
        parse(text, space_id)  # to be no JSON at all comes first
        raise bad("state-edited", f"{space_id}: the snapshot is not what was written")
    try:
        if (format := msgspec.json.decode(body, type=_Head).format) > SNAPSHOT:
            raise bad("state-newer", f"{space_id}: the snapshot is newer than this program reads")
        if format == 2:
            return _coherent(codec.convert(_as_now(json.loads(body)), State))
        return _coherent(_decoder().decode(body))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise bad("state-unreadable", f"{space_id}: the snapshot cannot be read", str(error)) from None


def _coherent(state: State) -> State:
    """What the types cannot say: each record is kept by its id, and messages are in the order of time."""
    state.messages.sort(key=SENT_AT)
    for records in (state.records, state.aside):
        if any(id != record.id for id, record in records.items()):
            raise ValueError("a record has another id than it is kept by")
    return state


@cache
def _decoder() -> msgspec.json.Decoder[State]:
    return codec.decoder(State)


def _as_now(data: dict[str, Any]) -> dict[str, Any]:
    """Of format 2, in which each record is a list, and the names of its fields stand once."""
    names = data.pop("fields")
    rows = (dict(zip(names, row, strict=True)) for row in data["records"])
    return {**data, "format": SNAPSHOT, "records": {row["id"]: row for row in rows}}
