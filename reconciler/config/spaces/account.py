"""What a space file declares of the space itself, beside its numbers and contacts: the callback of its account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconciler.config.text.nodes import Block, Where, text
from reconciler.core.model import Resource

KEY: Final = "account_callback"
NAME = "account"


def account_callback(root: Block, at: Where) -> Iterator[Resource]:
    """The space has at most one; it has no word on its removal, as no operation clears it."""
    url, space_id = text(root, KEY), text(root, "space_id") or ""
    if url is not None:
        places = {"": at(root.of_key(KEY)), "url": at(root.of(KEY))}
        attributes = {"space_id": space_id, "url": url}
        yield Resource(text(root, "space") or "", KEY, NAME, KEY, space_id, attributes, "forget", places)
