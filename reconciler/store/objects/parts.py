"""The text of one object of a journal: readable JSON, with a digest that detects truncation.

A part holds the entries of one append. A pruned part keeps its serials and writer, so its name stays taken.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from reconciler.errors import Problem, StateError

FORMAT = 1
CODING = ("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Part:
    """The entries of one append.

    first: serial of the first one.
    last: serial of the last one.
    writer: random, unique to this append.
    entries: None once pruned.
    """

    first: int
    last: int
    writer: str
    entries: list[str] | None

    def pruned(self) -> Part:
        """Without its entries."""
        return replace(self, entries=None)


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """A checkpoint.

    serial: of the last entry that it covers.
    first: of the part where reading continues: the one that holds that entry, or the next one if it ends with it.
    body: the checkpoint.
    """

    serial: int
    first: int
    body: str


Kind = TypeVar("Kind", Part, SnapshotPart)


def written(what: Part | SnapshotPart) -> bytes:
    """The object's text."""
    fields = {"format": FORMAT, **asdict(what)}
    return (json.dumps({**fields, "digest": _digest(fields)}, indent=1, ensure_ascii=False) + "\n").encode(*CODING)


def read_part(body: bytes, first: int, where: str) -> Part:
    """first: from the object's name. Raises StateError, naming `where`, for anything that written() did not write."""
    part = _read(Part, body, where)
    if part.first != first:
        raise _damaged(where, f"it holds entry {part.first} and later ones")
    return part


def read_snapshot(body: bytes, serial: int, where: str) -> SnapshotPart:
    """serial: from the object's name. Raises StateError likewise."""
    snapshot = _read(SnapshotPart, body, where)
    if snapshot.serial != serial:
        raise _damaged(where, f"it tells entry {snapshot.serial} and earlier ones")
    return snapshot


def _read(kind: type[Kind], body: bytes, where: str) -> Kind:
    with contextlib.suppress(TypeError):
        found = kind(**_fields(body, where))
        if _is_sound(found):
            return found
    raise _damaged(where, "it holds something else")


def _is_sound(found: Part | SnapshotPart) -> bool:
    match found:
        case Part(int(first), int(last), str(), None):
            return 0 < first <= last
        case Part(int(first), int(last), str(), [*entries]):
            return 0 < first <= last == first + len(entries) - 1 and all(isinstance(entry, str) for entry in entries)
        case SnapshotPart(int(serial), int(first), str()):
            return 0 < first <= serial + 1
    return False


def _fields(body: bytes, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode(*CODING))
        digest = fields.pop("digest")
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise _damaged(where, "it is cut short, or no part of a journal") from None
    if digest != _digest(fields):
        raise _damaged(where, "it is not as it was written")
    if (format := fields.pop("format", None)) != FORMAT:
        raise StateError(Problem("state-newer", f"{where} has format {format}, which this program does not read"))
    return fields  # type: ignore[no-any-return]


def _digest(fields: Mapping[str, Any]) -> str:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _damaged(where: str, how: str) -> StateError:
    return StateError(Problem("state-corrupt", f"{where} is damaged: {how}"))
