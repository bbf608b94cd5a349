"""Puts a file's keys in order by moving whole lines, so that comments go where they belong: with the key below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from reconciler.config.fast_accept import Schema
from reconciler.config.formatting.order import order, under_key
from reconciler.config.text.nodes import Block, Node, place, placed

Lines = list[str]


class _Entry(NamedTuple):
    """A key of a mapping, with its lines. Lines count from 0.

    key: its name.
    value: below the key.
    mark: of the value.
    lead: the first line of the comments above the key.
    line: of the key.
    """

    key: str
    value: Node
    mark: int
    lead: int
    line: int


def in_key_order(lines: Lines, block: Block, schema: Schema) -> Lines:
    """The lines of a file that holds this mapping. Mappings in brackets are left as they are."""
    return _ordered(lines, block, 0, len(lines), schema, schema)


def lines_without(lines: Lines, block: Block, keys: Collection[str]) -> Lines | None:
    """The lines of a file without these of its keys and the comments above them; None if it is in brackets."""
    if not block or _in_brackets(lines, block.marks[0]):
        return None
    entries = _entries(lines, block, 0, place("", block.marks[1]).column - 1)
    ends = [*(each.lead for each in entries[1:]), len(lines)]
    gone = {at for each, end in zip(entries, ends, strict=True) if each.key in keys for at in range(each.lead, end)}
    return [line for at, line in enumerate(lines) if at not in gone]


def _ordered(lines: Lines, block: Block, begin: int, end: int, part: Schema, whole: Schema, depth: int = 0) -> Lines:
    """Those from begin to end. depth: of the mapping, 0 for the file's own."""
    if not block or _in_brackets(lines, block.marks[0]):
        return lines[begin:end]
    column = place("", block.marks[1]).column - 1
    entries = _entries(lines, block, begin, column)
    tail = _lead(lines, end, entries[-1].line + 1, column)
    ends = [*(each.lead for each in entries[1:]), tail]
    written = [
        (each.key, _entry(lines, each, last, part, whole, depth)) for each, last in zip(entries, ends, strict=True)
    ]
    rank = order(part)
    found = sorted(written, key=lambda each: rank(each[0]))
    rest = _indented(lines[tail:end], depth)
    return [*lines[begin : entries[0].lead], *_joined(found, written[0][0]), *rest]


def _entry(lines: Lines, entry: _Entry, end: int, part: Schema, whole: Schema, depth: int) -> Lines:
    above = [*_indented(lines[entry.lead : entry.line], depth), lines[entry.line]]
    if isinstance(entry.value, Block) and place("", entry.mark).line - 1 > entry.line:
        inside = under_key(part, entry.key, whole)
        return [*above, *_ordered(lines, entry.value, entry.line + 1, end, inside, whole, depth + 1)]
    return [*above, *lines[entry.line + 1 : end]]


def _indented(comments: Lines, depth: int) -> Lines:
    return [f"{'  ' * depth}{text}" if (text := line.strip()) else "" for line in comments]


def _entries(lines: Lines, block: Block, begin: int, column: int) -> list[_Entry]:
    found: list[_Entry] = []
    for key, above, value, mark in placed(block):
        line = place("", above).line - 1
        first = found[-1].line + 1 if found else begin
        lead = _lead(lines, line, first, column)
        if begin == 0 and not found:  # comments on top, down to an empty line, are about the file
            lead = max((at + 1 for at in range(lead, line) if not lines[at].strip()), default=line)
        found.append(_Entry(key, value, mark, lead, line))
    return found


def _lead(lines: Lines, line: int, first: int, column: int) -> int:
    """Where the comments and empty lines begin that stand above a line, as far to the left as its key."""
    while line > first and (not (text := lines[line - 1]).strip() or _is_comment(text, column)):
        line -= 1
    return line


def _is_comment(line: str, column: int) -> bool:
    text = line.lstrip(" ")
    return text.startswith("#") and len(line) - len(text) <= column


def _joined(entries: Sequence[tuple[str, Lines]], first: str) -> Lines:
    """Empty lines above the one that is first now stand above the one that was."""
    (key, lines), *others = entries
    if key == first:
        return [line for _, each in entries for line in each]
    gap = next((at for at, line in enumerate(lines) if line.strip()), 0)
    rest = [line for name, each in others for line in ((*lines[:gap], *each) if name == first else each)]
    return [*lines[gap:], *rest]


def _in_brackets(lines: Lines, mark: int) -> bool:
    here = place("", mark)
    return lines[here.line - 1][here.column - 1 : here.column] == "{"
