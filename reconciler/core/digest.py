"""What a space wants, as one short text: equal when and only when the same things are wanted."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from reconciler.core.model import Resource, Space


def digest(space: Space) -> str:
    """SHA-256 in hex over what is desired. Places, comments, and the order of blocks do not count."""
    resources = sorted(map(_desired, space.resources))  # no two are of one type and name
    desired = [space.name, space.space_id, resources, sorted(space.removed.items())]
    return hashlib.sha256(_canonical(desired).encode("ascii")).hexdigest()


_canonical = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def _desired(resource: Resource) -> list[Any]:
    return [resource.type, resource.name, resource.kind, resource.key, resource.attributes, resource.on_remove]
