"""Values that were never filled in: a plain null, and placeholders of a template.

Sent as text, one could become a display name that no operation can change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.config.text.explain import suspected
from reconciler.config.text.nodes import Block, Items, Node, place, placed, plain
from reconciler.errors import Place, Problem

# YAML reads these as null if they are not quoted.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_OTHERS = re.compile(r"\{\{.*?\}\}|\{\{|\}\}")
_LEFT = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\{\{|\}\}|\$\{")
_WORTH_A_LOOK = ("null", "Null", "NULL", "{{", "}}", "${")


def may_hold(source: str) -> bool:
    """Whether a file without empty values and `~` may contain any."""
    return any(word[0] in source and word in source for word in _WORTH_A_LOOK)


def unfilled(node: Node, file: str, mark: int = 0, name: str = "", placeholders: bool = False) -> Iterator[Problem]:
    """A problem for each such value.

    name: the value's name; "" if the value must not be shown. placeholders: whether `${` is allowed.
    """
    marks = _OTHERS if placeholders else _LEFT
    if isinstance(node, Block):
        for key, above, value, below in placed(node):
            yield from _text(key, file, above, marks, "this key", "Write a name; write one that reads null in quotes.")
            yield from unfilled(value, file, below, f"`{key}`" if suspected(key) is None else "", placeholders)
    elif isinstance(node, Items):
        for position, item in enumerate(node):
            yield from unfilled(item, file, node.of(position), name, placeholders)
    else:
        yield from _text(node, file, mark, marks, name)


def template(here: Place, found: str | None = None) -> Problem:
    """The problem of a placeholder."""
    what = "a template's placeholder is here, not the value that was to replace it"
    return Problem("template-not-filled", what, here, found)


def in_line(line: str, number: int, file: str) -> Problem | None:
    """The same in a line that is not YAML, often because of the placeholder itself. number: from 0."""
    left = _LEFT.search(line)
    return template(Place(file, number + 1, left.start() + 1)) if left else None


def _text(text: str, file: str, mark: int, marks: re.Pattern[str], name: str, hint: str = "") -> Iterator[Problem]:
    if plain(mark) and text in NULLS:
        what = f"{name or 'this value'} is null, which is no text"
        yield Problem("null-value", what, place(file, mark), text or None, hint)
    elif left := marks.search(text):
        yield template(place(file, mark), left.group() if name else None)
