"""Fits a document to a limit: cut between two resources, in the middle first, with a note of what was cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.render.markdown.words import code, fence

Said = Callable[[str], str]
CAP = 10
# What the line takes that says what was cut.
CUT = 1_500


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document that may be cut.

    begin: text before the blocks.
    blocks: (subject, function that makes the text if it is shown).
    end: text after the blocks.
    gap: the note for omitted blocks; `{}` is their number.
    fenced: the language of code blocks; "" for Markdown.
    """

    begin: str
    blocks: Sequence[tuple[str, Callable[[], str]]]
    end: str
    gap: str
    fenced: str = ""

    def around(self, texts: Sequence[str] = ()) -> tuple[str, str]:
        """The text before and after these texts."""
        ticks = fence(texts) if self.fenced else ""
        return f"{self.begin}{ticks}{self.fenced}", f"{ticks}{self.end}"


def size(text: str) -> int:
    """Bytes, with the empty line after it."""
    return len(text.encode()) + 2


def fitted(sections: Sequence[Section], room: int) -> tuple[list[str], list[str]]:
    """What fits into so many bytes: a text for each section of which anything is shown; and the names of what lacks."""
    blocks = [(owner, text) for owner, section in enumerate(sections) for _, text in section.blocks]
    texts, first, last = _ends(blocks, [sum(map(size, (*each.around(), each.gap))) for each in sections], room)
    shown, start = [], 0
    for section in sections:
        end = start + len(section.blocks)
        before, after = range(start, min(first, end)), range(max(last, start), end)
        if before or after:
            shown.append(_text(section, *([texts[block] for block in part] for part in (before, after))))
        start = end
    return shown, [name for section in sections for name, _ in section.blocks][first:last]


def _text(section: Section, before: list[str], after: list[str]) -> str:
    missing = len(section.blocks) - len(before) - len(after)
    gap = [section.gap.format(missing)] if missing else []
    begin, end = section.around([*before, *after])
    return "\n".join([begin, "\n\n".join([*before, *gap, *after]), end]).rstrip()


def _ends(
    blocks: Sequence[tuple[int, Callable[[], str]]], around: Sequence[int], room: int
) -> tuple[dict[int, str], int, int]:
    """The texts made, how many blocks stand before what lacks, and where it ends. Taken from both ends in turn."""
    texts: dict[int, str] = {}
    first, last, opened, sides = 0, len(blocks), set[int](), ["front", "back"]
    while sides and first < last:
        side = sides.pop(0)
        block = first if side == "front" else last - 1
        owner, make = blocks[block]
        text = texts[block] = make()
        # What it makes the fences longer is counted for each, so that they fit whichever is longest.
        cost = size(text) + 2 * (len(fence([text])) - len(fence([]))) + (0 if owner in opened else around[owner])
        if cost > room:
            continue  # this end is full; the other one may continue
        room -= cost
        opened.add(owner)
        first, last = (first + 1, last) if side == "front" else (first, last - 1)
        sides.append(side)
    return (texts, first, last) if first < last else (texts, len(blocks), len(blocks))


def cut_note(missing: Sequence[str], of: int) -> list[str]:
    """Sentences about what lacks, at most CUT bytes: none or one. missing: names, in order."""
    if not missing:
        return []
    span = f"from {code(missing[0])} to {code(missing[-1])}" if len(missing) > 1 else code(missing[0])
    return [f"{len(missing)} of {of} are not shown here, {span}."]


def capped(lines: Sequence[str], said: Said = str) -> list[str]:
    """Ten of them at most, and how many more there are. said: makes Markdown of a line, of those that are shown."""
    return [*map(said, lines[:CAP]), *([f"and {len(lines) - CAP} more"] if len(lines) > CAP else [])]


def bullet(label: str, lines: Sequence[str], said: Said = str) -> list[str]:
    """`- **label:** line`, or a list of ten at most below it."""
    if len(lines) <= 1:
        return [f"- **{label}:** {said(line)}" for line in lines]
    return [f"- **{label}:**", *(f"  - {line}" for line in capped(lines, said))]
