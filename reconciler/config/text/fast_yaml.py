"""Reads the YAML that most files consist of: lines of `key: value`, comments, short lists and mappings in brackets.

Any other text is left to libyaml: lists with dashes, escapes, nested brackets, texts of several lines, quoted keys,
lists of mappings. This module must never accept a text that libyaml would refuse or read differently.
"""

from __future__ import annotations

import re
from sys import intern

from reconciler.config.text import alike_blocks
from reconciler.config.text.alike_blocks import KEY, LINE, BlockShape
from reconciler.config.text.nodes import Block, Items, Node

_QUOTED = r""""[^"\\\n]{0,998}"|'[^'\n]{0,998}'"""
# A path may begin with dots, a placeholder with its dollar.
_PLAIN = r"(?:\.\.?/)*[\w+($](?:[\w.,:/@+&()'${} -]{0,998}[\w.,/@+&()'${}-])?"
_WORD = rf"(?:[\w+][\w./@+-]{{0,998}}|{_QUOTED})"
# Bounded, because a pattern stores each repetition.
_BRACKETS = rf"{{}}|\[\]|\[{_WORD}(?:, {_WORD}){{0,99}}\]|{{{KEY}: {_WORD}(?:, {KEY}: {_WORD}){{0,99}}}}"
# Groups: indent, key, gap after the colon, value. Any other line matches without a group.
_LINES = re.compile(rf"(?:( *)(?:({KEY}):(?:( +)({_PLAIN}|{_QUOTED}|{_BRACKETS}))?(?: *| +#.*)|(?:#.*)?)|.+)(?:\n|\Z)")
_WORDS = re.compile(rf"(?:({KEY}): )?({_WORD})")
_DEEPEST = 8
_EVERY = 127
"""The shape of so many blocks' last one is learned. It is a prime, so that shapes which take turns are all met."""
_Level = tuple[Block, list[int], int]
"""A block, its marks, the column of its keys."""


def parse_lines(text: str) -> Block | None:
    """The text's mapping with its marks; None if it is left to libyaml. text: as source.decode returns it."""
    around = Block()
    if not _read(text, around):
        return None
    root = around.get("")
    return root if isinstance(root, Block) else None


def _read(text: str, block: Block) -> bool:
    """Whether the text could be read; its mapping is stored in `block` under "". One long loop: a call per line
    would double the time."""
    above: list[_Level] = []
    marks, column, line = [0], -1, -LINE
    opened: str | None = ""  # the previous line's key, if its block must follow
    shapes: list[BlockShape] = []
    lines, head = _LINES.finditer(text), None  # the last line without a value
    while found := next(lines, None):
        line += LINE
        indent, key, gap, value = found.groups()
        if key is None:
            if indent is None:
                return False
            continue
        own = len(indent)
        here = line | own << 1
        if own != column or opened is not None:
            if own > column and opened is not None and len(above) < _DEEPEST:
                above.append((block, marks, column))
                block, marks, column, opened = _in(block, marks, opened, here), [here], own, None
            while own < column:
                block, marks, column = _out(block, marks, above)
            if own != column or opened is not None:
                return False
            if len(block) % _EVERY == _EVERY - 1 and head:
                alike_blocks.learn(shapes, text[head.start() : found.start()], block, marks)
            if shapes:
                begin = found.start()
                after = alike_blocks.read(text, begin, here | 1, shapes, block, marks)
                if after > begin:
                    lines, line = _LINES.finditer(text, after), line + LINE * (text.count("\n", begin, after) - 1)
                    continue
        if key in block:
            return False
        marks.append(here | 1)
        if value is None:
            opened, head = key, found
            continue
        mark = here + (len(key) + 1 + len(gap) << 1)
        node: Node | None
        if value[0] in "\"'[{":
            node = value[1:-1] if value[0] in "\"'" else _bracketed(value, mark)
        else:
            node, mark = None if ": " in value else value, mark | 1
        if node is None:
            return False
        block[intern(key)] = node
        marks.append(mark)
    while above:
        block, marks, column = _out(block, marks, above)
    return opened is None


def _in(block: Block, marks: list[int], key: str, mark: int) -> Block:
    marks.append(mark)
    block[key] = below = Block()
    return below


def _out(block: Block, marks: list[int], above: list[_Level]) -> _Level:
    block.marked(marks)
    return above.pop()


def _bracketed(value: str, mark: int) -> Items | Block | None:
    """The content of brackets at this mark; None if a key is repeated."""
    items, block, marks = Items(), Block(), [mark]
    for found in _WORDS.finditer(value, 1):
        key, word = found.groups()
        plain = word[0] not in "\"'"
        text = word if plain else word[1:-1]
        if key is None:
            items.append(text)
        elif key in block:
            return None
        else:
            block[intern(key)] = text
            marks.append(mark + (found.start(1) << 1) | 1)
        marks.append(mark + (found.start(2) << 1) | plain)
    return (block if value[0] == "{" else items).marked(marks)
