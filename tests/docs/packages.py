"""Draws which package imports which, on the floors of the house: `python -m tests.docs.generate` writes it.

Arrows come from the imports, floors from the law that holds them. Only columns and captions are said here, by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.house.imports import FLOORS, PURE, arrows, floor, rooms, sources

COLUMN, ROW, WIDE, HIGH, MARGIN, ASIDE = 140, 102, 118, 58, 20, 26
COLUMNS, ROWS = 7, len(FLOORS)
LONG, BROAD = 8, 4  # of an arrow's head: its length, and half its width
LOWEST = FLOORS[0]
Needs = Mapping[str, set[str]]

# The columns from and to which each package reaches, and what it is, in one or two lines.
PLACES = {
    "cli": (0, 6, "the terminal: verbs, options, prompts, progress"),
    "runs": (2, 6, "joins the parts, without a terminal: planning, sessions, codes, files"),
    "rehearsal": (1, 1, "a plan tried/on the sandbox"),
    "revisions": (6, 6, "YAML of/another commit"),
    "forge": (0, 0, "comments on/pull requests"),
    "sandbox": (1, 1, "a local cloud/over HTTP"),
    "cloud": (2, 2, "signs, paces,/retries calls"),
    "store": (3, 3, "journals, leases,/each backend"),
    "executor": (4, 4, "walks a plan,/call by call"),
    "render": (5, 5, "text, Markdown,/JSON"),
    "config": (6, 6, "YAML to what/is desired"),
    "core": (2, 6, "journal, plan, lifecycle, review: what is so, and what comes next"),
    "net": (0, 1, "the one user of httpx"),
    "kinds": (2, 6, "each kind of resource as a table of phases"),
    "runtime": (0, 1, "failpoints, safe files"),
    "errors": (2, 3, "every error, with its hint"),
    "operations": (4, 5, "the two APIs as data"),
    "refusals": (6, 6, "codes that are/believed"),
}
STYLE = """\
text { font-family: system-ui, "DejaVu Sans", sans-serif; font-size: 12px; fill: #59636e; text-anchor: middle }
.name { font-size: 15px; font-weight: bold; fill: #1f2328 }
.note { text-anchor: start }
.box { fill: #ffffff; stroke: #818b98 }
.pure { fill: #ddf4ff; stroke: #0969da }
.line { fill: none; stroke: #59636e; stroke-width: 1.5 }
.head { fill: #59636e }"""
NOTES = (
    "An arrow points at what is imported; one that follows from others is not drawn. All may import the lowest floor.",
    "Blue: no file, no socket, no clock, no randomness.",
)


@dataclass(frozen=True, slots=True)
class Box:
    """first, last: columns. row: counted from the top. All else is in pixels."""

    name: str
    first: int
    last: int
    row: int
    lines: tuple[str, ...]

    @property
    def left(self) -> int:
        return MARGIN + self.first * COLUMN

    @property
    def right(self) -> int:
        return MARGIN + self.last * COLUMN + WIDE

    @property
    def top(self) -> int:
        return MARGIN + self.row * ROW

    @property
    def bottom(self) -> int:
        return self.top + HIGH

    def over(self, column: int) -> bool:
        return self.first <= column <= self.last

    def nearest(self, other: Box) -> int:
        """The column of its own that is next to another box, in pixels, and a little further that way."""
        on_left = other.last < self.first
        return _centre(self.first) - ASIDE if on_left else _centre(self.last) + ASIDE


def _centre(column: int) -> int:
    return MARGIN + column * COLUMN + WIDE // 2


def needs() -> Needs:
    """Top package -> those it imports."""
    found = rooms(arrows(sources()), "reconciler")
    return {_short(mine): set(map(_short, theirs)) for mine, theirs in found.items()}


def _short(name: str) -> str:
    return name.removeprefix("reconciler.")


def reduced(found: Needs) -> Iterator[tuple[str, str]]:
    """The arrows that do not follow from others: none where a longer way leads there, too."""
    for mine, theirs in found.items():
        beyond = set().union(*(_reached(found, each) for each in theirs))
        yield from ((mine, each) for each in sorted(theirs - beyond))


def _reached(found: Needs, start: str) -> set[str]:
    return set(found[start]).union(*(_reached(found, each) for each in found[start]))


def picture(found: Needs) -> Iterator[str]:
    """The lines of an SVG. Raises KeyError for a package that has no place yet."""
    boxes = placed(found)
    width, height = 2 * MARGIN + COLUMNS * COLUMN - (COLUMN - WIDE), 2 * MARGIN + ROWS * ROW + 20
    yield f'<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">'
    yield f"<style>\n{STYLE}\n</style>"
    yield f'<rect width="{width}" height="{height}" rx="10" fill="#ffffff" stroke="#d0d7de"/>'
    for mine, their in reduced(found):
        if mine in boxes and their not in LOWEST:
            yield from _arrow(boxes[mine], boxes[their], boxes.values())
    for box in boxes.values():
        yield from _drawn(box)
    for number, note in enumerate(NOTES):
        yield f'<text class="note" x="{MARGIN}" y="{MARGIN + ROWS * ROW + 20 * number - 10}">{note}</text>'
    yield "</svg>"


def placed(found: Needs) -> dict[str, Box]:
    return {name: _box(name) for name in found if name != "__main__"}


def _box(name: str) -> Box:
    first, last, caption = PLACES[name]
    return Box(name, first, last, ROWS - 1 - floor(name), tuple(caption.split("/")))


def _drawn(box: Box) -> Iterator[str]:
    x, y = (box.left + box.right) // 2, box.top + (21 if len(box.lines) > 1 else 26)
    kind = "pure" if box.name in PURE else "box"
    size = f'width="{box.right - box.left}" height="{HIGH}"'
    yield f'<rect class="{kind}" x="{box.left}" y="{box.top}" {size} rx="6"/>'
    yield f'<text class="name" x="{x}" y="{y}">{box.name}</text>'
    yield from (f'<text x="{x}" y="{y + 16 + 14 * n}">{line}</text>' for n, line in enumerate(box.lines))


def _arrow(mine: Box, their: Box, boxes: Iterable[Box]) -> Iterator[str]:
    """Sideways on one floor; straight down where nothing lies between; else down, across, and down again."""
    if mine.row == their.row:
        return _line(f"M{mine.right} {mine.top + HIGH // 2}", their.left, their.top + HIGH // 2, across=True)
    between = [box for box in boxes if mine.row < box.row < their.row]
    straight = [c for c in range(COLUMNS) if mine.over(c) and their.over(c) and not any(b.over(c) for b in between)]
    if straight:
        x = _centre(straight[len(straight) // 2])
        return _line(f"M{x} {mine.bottom}", x, their.top)
    middle, x = mine.bottom + (ROW - HIGH) // 2, their.nearest(mine)
    return _line(f"M{mine.nearest(their)} {mine.bottom}V{middle}H{x}", x, their.top)


def _line(path: str, x: int, y: int, across: bool = False) -> Iterator[str]:
    """Up to a point, with a head that ends there."""
    down, right = (
        (f"V{y - LONG}", f"l-{BROAD} -{LONG}h{2 * BROAD}z"),
        (f"H{x - LONG}", f"l-{LONG} -{BROAD}v{2 * BROAD}z"),
    )
    end, head = right if across else down
    yield f'<path class="line" d="{path}{end}"/>'
    yield f'<path class="head" d="M{x} {y}{head}"/>'


def packages() -> Iterator[str]:
    return picture(needs())
