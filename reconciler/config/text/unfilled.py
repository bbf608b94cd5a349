"""Where a value was to go and none came: a plain null, and what a template left standing.

Neither is a text: sent as one, it would be the name that people see, and no operation could change it later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.config.text.explain import suspected
from reconciler.config.text.nodes import Block, Items, Node, place, placed, plain
from reconciler.errors import Place, Problem

# What YAML reads as null where no quotes stand around it.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_OTHERS = re.compile(r"\{\{.*?\}\}|\{\{|\}\}")
_LEFT = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\{\{|\}\}|\$\{")
_WORTH_A_LOOK = ("null", "Null", "NULL", "{{", "}}", "${")


def may_hold(source: str) -> bool:
    """Whether a file that has neither empty values nor `~` may hold any."""
    return any(word[0] in source and word in source for word in _WORTH_A_LOOK)


def unfilled(node: Node, file: str, mark: int = 0, name: str = "", placeholders: bool = False) -> Iterator[Problem]:
    """name: what to call the value; "" where it must not be shown. placeholders: whether `${` may stand there."""
    marks = _OTHERS if placeholders else _LEFT
    if isinstance(node, Block):
        for key, above, value, below in placed(node):
            yield from _text(key, file, above, marks, "this key", "Write a name; one that reads null stands in quotes.")
            yield from unfilled(value, file, below, f"`{key}`" if suspected(key) is None else "", placeholders)
    elif isinstance(node, Items):
        for position, item in enumerate(node):
            yield from unfilled(item, file, node.of(position), name, placeholders)
    else:
        yield from _text(node, file, mark, marks, name)


def template(here: Place, found: str | None = None) -> Problem:
    what = "a template's mark stands here, not the value that was to replace it"
    return Problem("template-not-filled", what, here, found)


def in_line(line: str, number: int, file: str) -> Problem | None:
    """In a line of a file that is no YAML: often the mark itself is what makes it none. number: from 0."""
    left = _LEFT.search(line)
    return template(Place(file, number + 1, left.start() + 1)) if left else None


def _text(text: str, file: str, mark: int, marks: re.Pattern[str], name: str, hint: str = "") -> Iterator[Problem]:
    if plain(mark) and text in NULLS:
        what = f"{name or 'this value'} is null, which is no text"
        yield Problem("null-value", what, place(file, mark), text or None, hint)
    elif left := marks.search(text):
        yield template(place(file, mark), left.group() if name else None)
