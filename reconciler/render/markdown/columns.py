"""Lines of a fence, none wider than a comment shows without a bar to scroll."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

COLUMNS = 90
# The indent of a continued line: the column of its last field, if that leaves room.
_COLUMN = re.compile(r"\S {2,}(?=\S)")
_DEEPEST, _MORE = 44, 2
_GOES_ON = "↳ "
"""A mark before continued text: no line may begin with text from a configuration, since bots read lines."""
_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|\S)+""")


def in_columns(line: str) -> str:
    """The line, broken between words where it is too wide, and within a word that is wider alone."""
    if len(line) <= COLUMNS and line.isascii():
        return line
    return "\n".join(_broken(line))


def _broken(line: str) -> Iterator[str]:
    indent = f"{' ' * _indent(line)}{_GOES_ON}"
    while (end := _fits(line)) < len(line):
        space = line.rfind(" ", 0, end + 1)
        end = space if line[:space].strip() and space > len(indent) else end
        yield line[:end].rstrip()
        line = indent + line[end:].lstrip()
    yield line


def _indent(line: str) -> int:
    start = len(line) - len(line.lstrip())
    columns = (found.end() for found in _COLUMN.finditer(line))
    return max((at for at in (start + _MORE, *columns) if at <= _DEEPEST), default=_MORE)


def _fits(line: str) -> int:
    """How many characters of it are within the columns; those of East Asian scripts take two."""
    taken = 0
    for place, character in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > COLUMNS:
            return place
    return len(line)


def command_in_columns(line: str) -> str:
    """A command line, continued as a shell has it; a word is never broken."""
    lines = [""]
    for word in _WORD.findall(line):
        if lines[-1] and len(lines[-1]) + len(word) + 3 > COLUMNS - _MORE:
            lines.append("   ")
        lines[-1] += f" {word}" if lines[-1] else word
    return " \\\n".join(lines)
