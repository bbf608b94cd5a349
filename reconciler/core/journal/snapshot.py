"""Folding a space's lines into its state, and checkpoints: states from which folding continues. Pure."""

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


class _Head(Struct, frozen=True):
    """Only the format: msgspec accepts a struct without its tag, unless it is one of a union.

    format: of the checkpoint.
    """

    format: int


def fold(space_id: str, lines: Iterable[str], snapshot: str | None = None) -> State:
    """snapshot: a checkpoint from dump_state(), None to start from nothing. lines: the entries after it, oldest
    first."""
    state = State(space_id) if snapshot is None else load_state(snapshot, space_id)
    for id in dict.fromkeys([state.advance(text) for text in lines]):
        record = state.records.get(id)
        if record and (lacks := unusable(record)):
            raise bad("state-newer", f"{space_id}: {record.address} cannot be gone on with by this program", lacks)
    return state


def dump_state(state: State) -> str:
    """A checkpoint: the state, preceded by its hash."""
    body = codec.encode(state).decode()
    return f"{_HEAD.format(digest(body))}{body}}}"


def state_row(value: Any) -> Any:
    """A state as JSON values for people and scripts, with empty fields included."""
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
    """Reads a checkpoint of this format or the one before. Raises StateError for anything that dump_state() did not
    write."""
    body = text[_HEAD_LENGTH:-1]
    if not text.startswith(_HEAD.format(digest(body))):
        parse(text, space_id)  # if it is not JSON at all, this error is clearer
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
    """Checks what types cannot: records are keyed by their id, messages are sorted by time."""
    state.messages.sort(key=SENT_AT)
    for records in (state.records, state.aside):
        if any(id != record.id for id, record in records.items()):
            raise ValueError("a record has another id than it is kept by")
    return state


@cache
def _decoder() -> msgspec.json.Decoder[State]:
    return codec.decoder(State)


def _as_now(data: dict[str, Any]) -> dict[str, Any]:
    """From format 2, in which records are lists and the field names are listed once."""
    names = data.pop("fields")
    rows = (dict(zip(names, row, strict=True)) for row in data["records"])
    return {**data, "format": SNAPSHOT, "records": {row["id"]: row for row in rows}}
