"""The settings of a number as its block declares them: callbacks, profile, commerce."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.config.text.nodes import Block, Node, plain, section
from reconciler.kinds.number_settings import SETTINGS
from reconciler.kinds.table import Kind

GROUPS = frozenset(each.group for each in SETTINGS)
_SWITCHES = (("callbacks", "queue"), ("commerce", "cart"), ("commerce", "catalog"))
_BOOLEAN: Mapping[Any, bool] = {"true": True, "false": False}


def settled_switches(root: Block) -> None:
    """Makes plain `true` and `false` booleans where a setting is one; everything else in a file is text."""
    numbers = section(root, "phone_numbers")
    for block in (section(root, "defaults"), *numbers.values()):
        if isinstance(block, Block) and not GROUPS.isdisjoint(block):
            _settle(block)


def _settle(block: Block) -> None:
    for group, key in _SWITCHES:
        inner = block.get(group)
        if isinstance(inner, Block) and isinstance(word := inner.get(key), str) and plain(inner.of(key)):
            typed: Any = _BOOLEAN.get(word, word)
            inner[key] = typed


def settings(said: Mapping[str, Node]) -> Iterator[tuple[str, Any]]:
    """Fact and value of each declared setting. Callbacks without a word on the queue leave it off."""
    for each in SETTINGS:
        block = said.get(each.group)
        if isinstance(block, Block) and (each.key in block or each.fact == "queue"):
            value: Any = block.get(each.key, False)
            yield each.fact, tuple(map(str, value)) if isinstance(value, list) else value


def unserved(kind: Kind | None, block: Block) -> str:
    """The first group of settings of a number that its onboarding never brings into service; "" if there is none."""
    if kind is None or kind.served:
        return ""
    return next((group for group in block if group in GROUPS), "")
