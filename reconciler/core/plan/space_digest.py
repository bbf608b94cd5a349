"""A digest of what a space declares: equal if and only if the same is declared."""

from __future__ import annotations

import hashlib
from operator import attrgetter

from reconciler.core.codec import encode
from reconciler.core.model import Space


def space_digest(space: Space) -> str:
    """SHA-256 in hex. Places, comments and the order of blocks do not matter."""
    whole = hashlib.sha256(encode([space.name, space.space_id, space.removed, space.moved]))
    whole.update(encode(space.renamed) if space.renamed else b"")
    for each in sorted(space.resources, key=attrgetter("type", "name")):
        whole.update(encode([each.type, each.name, each.kind, each.key, each.attributes, each.on_remove]))
    return whole.hexdigest()
