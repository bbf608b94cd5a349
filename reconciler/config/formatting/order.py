"""The order of keys: as the schemas list them, which is how the reference does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.config.fast_accept import Schema
from reconciler.config.schema import resolved
from reconciler.config.text.nodes import Block, Items, Node

Order = Callable[[str], int]


def under_key(part: Schema, key: str, whole: Schema) -> Schema:
    """The schema of the value under a key; an empty one for an unknown key."""
    found = part.get("properties", {}).get(key, part.get("additionalProperties"))
    return resolved(found if isinstance(found, dict) else {}, whole.get("definitions", {}))


def order(part: Schema) -> Order:
    """Of a mapping's keys; unknown ones, such as names that people chose, are alike, and come last."""
    known = {key: number for number, key in enumerate(part.get("properties", ()))}
    return lambda key: known.get(key, len(known))


def in_order(node: Node, part: Schema, whole: Schema) -> Any:
    """A node with its keys in order, as plain values."""
    if isinstance(node, Block):
        keys = sorted(node, key=order(part))
        return {key: in_order(node[key], under_key(part, key, whole), whole) for key in keys}
    return [in_order(each, {}, whole) for each in node] if isinstance(node, Items) else node
