"""Reads at once the YAML that most files are: mappings in lines of `key: value`, with comments.

It may leave to libyaml what that would read; it must never read what that would refuse or read otherwise. So whatever
the pattern below does not name is left to it: lists, escapes, colons in plain text, keys in quotes or without a value.
"""

from __future__ import annotations

import re
from array import array
from sys import intern

from reconciler.config.nodes import Block

_KEY = r"\w[\w.-]{0,99}"
_VALUE = r"""[\w+(](?:[\w.,/@+&()' -]{0,998}[\w.,/@+&()'-])?|"[^"\\\n]{0,998}"|'[^'\n]{0,998}'"""
# Indent, key, gap after the colon, value, of each line. A line that is anything else matches without a group.
_LINES = re.compile(rf"(?:( *)(?:({_KEY}):(?:( +)({_VALUE}))?(?: *| +#.*)|(?:#.*)?)|.+)(?:\n|\Z)")
_LINE = 1 << 32
_DEEPEST = 8
_Level = tuple[Block, list[int], int]
"""A block, its marks, and the column of its keys."""


def read(text: str) -> Block | None:
    """The mapping that the text is, with its marks; None where that is for libyaml to say."""
    around = Block()
    if not text.replace("\n", "").isprintable() or not _read(text, around):
        return None
    root = around.get("")
    return root if isinstance(root, Block) else None


def _read(text: str, block: Block) -> bool:
    """Puts the root under an empty key. One long loop: a call for each line would double what reading takes."""
    above: list[_Level] = []
    marks, column, line = [0], -1, -_LINE
    opened: str | None = ""  # the key of the line before, where its block has to follow
    for found in _LINES.finditer(text):
        line += _LINE
        indent, key, gap, value = found.groups()
        if key is None:
            if indent is None:
                return False
            continue
        own = len(indent)
        if own > column and opened is not None and len(above) < _DEEPEST:
            above.append((block, marks, column))
            block, marks, column, opened = _in(block, marks, opened, line | own << 1), [line | own << 1], own, None
        while own < column:
            block, marks, column = _out(block, marks, above)
        if own != column or opened is not None or key in block:
            return False
        marks.append(line | own << 1 | 1)
        if value is None:
            opened = key
        else:
            plain = value[0] not in "\"'"
            marks.append(line | own + len(key) + 1 + len(gap) << 1 | plain)
            block[intern(key)] = value if plain else value[1:-1]
    while above:
        block, marks, column = _out(block, marks, above)
    return opened is None


def _in(block: Block, marks: list[int], key: str, mark: int) -> Block:
    marks.append(mark)
    block[key] = below = Block()
    return below


def _out(block: Block, marks: list[int], above: list[_Level]) -> _Level:
    block.marks = array("Q", marks)
    return above.pop()
