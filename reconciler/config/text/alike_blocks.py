"""Reads a block that looks like an earlier one with a single pattern: in a long file, most blocks do.

Blocks look alike if they have the same keys in the same columns, with the same quotes and one value a line. What this
module does not recognize is left to fast_yaml. It must never accept what fast_yaml would refuse or read differently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from reconciler.config.text.nodes import Block, Shifted

KEY = r"\w[\w.-]{0,99}"
LINE = 1 << 32
_PLAIN = r"(?>[\w+($][\w.,/@+&()'${} -]{0,998})(?<! )"
_VALUES = {'"': r'"([^"\\\n]{0,998})"', "'": r"'([^'\n]{0,998})'", "": f"({_PLAIN})"}
_WRITTEN = re.compile(rf"( +{KEY}: +)([\"']?).+")
_MOST = 4


class BlockShape(NamedTuple):
    """What alike blocks have in common.

    pattern: the block's name and values as groups. The next block follows directly, so that nothing else belongs here.
    keys: of the block.
    marks: of the block, counted from the mark of its name.
    """

    pattern: re.Pattern[str]
    keys: tuple[str, ...]
    marks: tuple[int, ...]


def learn(shapes: list[BlockShape], written: str, around: Block, marks: Sequence[int]) -> None:
    """Adds the shape of a mapping's last block, unless it is known. written: its lines. marks: of the mapping."""
    block = next(reversed(around.values()))
    if (
        len(shapes) == _MOST
        or not isinstance(block, Block)
        or not all(isinstance(each, str) for each in block.values())
    ):
        return
    name, *lines = written.splitlines()
    said = [found for line in lines if (found := _WRITTEN.fullmatch(line))]
    indent = name[: -len(name.lstrip())]
    values = "".join(f"{re.escape(each[1])}{_VALUES[each[2]]}\n" for each in said)
    made = re.compile(f"{indent}({KEY}):\n{values}(?={indent}\\w)")
    shape = BlockShape(made, tuple(block), tuple(mark - marks[-2] for mark in block.marks))
    if made.match(written + name) and shape not in shapes:
        shapes.append(shape)


def read(text: str, position: int, name: int, shapes: Sequence[BlockShape], into: Block, marks: list[int]) -> int:
    """Reads alike blocks into a mapping and its marks, up to the first that is not, whose position it returns.

    name: the mark of the first one's name.
    """
    found: re.Match[str] | None
    while True:
        for shape in shapes:
            if found := shape.pattern.match(text, position):
                break
        else:
            return position
        key, *values = found.groups()
        if key in into:
            return position
        into[key] = block = Block(zip(shape.keys, values, strict=False))
        block.marks = Shifted(shape.marks, name)
        marks += (name, name + shape.marks[0])
        position, name = found.end(), name + LINE * (len(values) + 1)
