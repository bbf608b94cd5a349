"""What a space wants, as one short text: equal when and only when the same things are wanted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from reconciler.core.model import Resource, Space


def space_digest(space: Space) -> str:
    """SHA-256 in hex over what is desired. Places, comments, and the order of blocks do not count."""
    whole = hashlib.sha256()
    for piece in _pieces(space):
        whole.update(piece.encode("ascii"))
    return whole.hexdigest()


def _pieces(space: Space) -> Iterator[str]:
    """All of it as JSON; some resources at a time, as all would be many megabytes."""
    yield f"{_canonical([space.name, space.space_id])[:-1]},["
    resources = sorted(space.resources, key=attrgetter("type", "name"))
    for start in range(0, len(resources), _TOGETHER):
        yield f"{',' if start else ''}{_canonical(list(map(_desired, resources[start : start + _TOGETHER])))[1:-1]}"
    more = f",{_canonical(space.moved)}" if space.moved else ""
    yield f"],{_canonical(sorted(space.removed.items()))}{more}]"


_TOGETHER = 256
_canonical = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def _desired(resource: Resource) -> list[Any]:
    return [resource.type, resource.name, resource.kind, resource.key, resource.attributes, resource.on_remove]
