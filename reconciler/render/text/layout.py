"""How lines fit a width: one table for every verb, and the folding of a line that is too long. Pure.

A word is never broken, so that an address, a number or a command can be copied, and what tools search stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

NARROW = 72
"""Columns below which a table's cells are listed under one another."""
_GAP = 2
# A headline, a summary line, or a command to copy.
_WHOLE = re.compile(r"  # |Plan: |No changes\.|Apply [a-z]+[:!]|\s*(?:[A-Z_]+=\S+ )*reconciler (?!will )")
# The label before a value: `Messages:     `, `      because       `, `  hint: `.
_LABEL = re.compile(r" {12,}| *(?:\S+(?: \S+)* {2,}|[A-Z][a-z ]+: +|hint: |found: |error\[|warning\[)?")
_WORD = re.compile(r" *(?:\+[0-9]{1,3} [0-9*]{5,}|[0-9]{2}:[0-9]{2} (?:UTC|\+[0-9:]{5})|[^\s`]|`[^`]*`|`)+")
"""With the spaces before it. A masked number is one, a time with its zone, and a command in backticks."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Lines, indented by two. width: columns there are, 0 for as many as are needed. Cells hold no line break.

    Where the cells do not fit side by side even when they are wrapped, each row is listed as `head: cell` lines.
    """
    columns = list(zip(heads, *rows, strict=True))
    natural = [max(map(_cells, column)) for column in columns]
    room = width - _GAP * len(heads)
    if not width or (width >= NARROW and sum(natural) <= room):
        return [_padded(row, natural) for row in (heads, *rows)]
    least = [max(map(_cells, _words(" ".join(column)))) for column in columns]
    if width < NARROW or sum(least) > room:
        return [line for row in rows for line in _listed(heads, row, width)][:-1]
    widths = _shrunk(natural, least, room)
    return [line for row in (heads, *rows) for line in _side_by_side(row, widths)]


def _padded(texts: Sequence[str], widths: Sequence[int]) -> str:
    padded = (f"{'':{_GAP}}{text}{'':{width - _cells(text)}}" for text, width in zip(texts, widths, strict=True))
    return "".join(padded).rstrip()


def _cells(text: str) -> int:
    """How many columns a text takes: a Chinese character two."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(char) in "WF") for char in text)


def _words(text: str) -> list[str]:
    return [word.strip() for word in _WORD.findall(text)]


def _shrunk(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The last columns give way first: what comes first is searched for by eye."""
    widths = list(natural)
    for place in reversed(range(len(widths))):
        widths[place] = max(least[place], widths[place] - max(0, sum(widths) - room))
    return widths


def _side_by_side(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [list(_filled(cell, width)) for cell, width in zip(row, widths, strict=True)]
    for place in range(max(map(len, cells))):
        texts = (cell[place] if place < len(cell) else "" for cell in cells)
        yield _padded(list(texts), widths)


def _listed(heads: Sequence[str], row: Sequence[str], width: int) -> Iterator[str]:
    label = max(map(len, heads)) + 1 + _GAP
    for head, cell in zip(heads, row, strict=True):
        first, *more = _filled(cell, width - label - _GAP)
        yield f"{'':{_GAP}}{head + ':':<{label}}{first}".rstrip()
        yield from (f"{'':{_GAP + label}}{line}" for line in more)
    yield ""


def block(label: str, lines: Sequence[str]) -> Iterator[str]:
    """Lines under one another, the first with the label in front."""
    for number, line in enumerate(lines):
        yield f"{label + ':' if number == 0 else '':<14}{line}"


def folded(line: str, width: int) -> list[str]:
    """A line that is longer than the width continues below, under the beginning of what it is about."""
    if _cells(line) <= width or _WHOLE.match(line):
        return [line]
    found = _LABEL.match(line)
    label = found.group() if found else ""
    hang = len(label) if label.endswith(" ") and len(label) <= width // 2 else len(label) - len(label.lstrip()) + 2
    first, *more = _filled(line[len(label) :], width - hang, width - len(label))
    return [label + first, *(" " * hang + each for each in more)]


def _filled(text: str, width: int, first: int = 0) -> Iterator[str]:
    """At least one line. first: the width of the first one, where it is another. Spaces between words are kept."""
    line, room = "", first or width
    for word in _WORD.findall(text):
        if line and _cells(line) + _cells(word) > room:
            yield line
            line, room = "", width
        line += word if line else word.lstrip()
    yield line
