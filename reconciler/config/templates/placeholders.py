"""Placeholders in one text: `${name}` for the value of a parameter, `$$` for a `$`. Every other `$` is itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from reconciler.config.text.nodes import Node

_MARKS = re.compile(r"\$\$|\$\{([^{}]*)\}|\$\{")
OPEN = "${"
"""The name of a placeholder that is not closed: no parameter can have it."""


class Hole(NamedTuple):
    """A text with placeholders.

    parts: text and parameter name in turn; the first and the last are texts.
    takes_any: whether it is exactly one placeholder, and no key: it becomes the value unchanged, also a list.
    """

    parts: tuple[str, ...]
    takes_any: bool

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts[1::2]

    def length(self, values: Mapping[str, Node]) -> int:
        """Of the filled text, in characters."""
        return sum(len(values[part]) if number % 2 else len(part) for number, part in enumerate(self.parts))

    def filled(self, values: Mapping[str, Node]) -> Node:
        if self.takes_any:
            return values[self.parts[1]]
        return "".join(str(values[part]) if number % 2 else part for number, part in enumerate(self.parts))


def hole(text: str, is_key: bool) -> Hole | None:
    """None for a text in which every `$` is itself."""
    if "$" not in text:
        return None
    parts, end = [""], 0
    for found in _MARKS.finditer(text):
        parts[-1] += text[end : found.start()]
        end = found.end()
        if found.group() == "$$":
            parts[-1] += "$"
        else:
            parts += [OPEN if found.group(1) is None else found.group(1), ""]
    parts[-1] += text[end:]
    alone = len(parts) == 3 and not parts[0] and not parts[2]
    return Hole(tuple(parts), alone and not is_key) if parts != [text] else None
