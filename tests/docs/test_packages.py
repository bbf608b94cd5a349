"""The picture of the packages has what the imports have, legibly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.docs.packages import COLUMN, COLUMNS, PLACES, ROWS, WIDE, Box, needs, picture, placed, reduced
from tests.house.imports import floor

FOUND = needs()


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    """A short way beside a longer one says nothing new; whatever else is imported is drawn."""
    assert set(reduced({"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": {"c"}})) == {("a", "b"), ("b", "c"), ("d", "c")}


def test_another_import_changes_the_picture() -> None:
    """The law can fail: an import that is new, and one that is gone."""
    more, less = ({**FOUND, "forge": FOUND["forge"] ^ {each}} for each in ("core", "net"))
    assert len({"\n".join(picture(each)) for each in (FOUND, more, less)}) == 3


def test_a_new_package_needs_a_place() -> None:
    """Nobody is left out of the picture in silence; and no place is kept for one that is gone."""
    with pytest.raises(KeyError):
        list(picture({**FOUND, "desk": set()}))
    assert set(PLACES) == set(FOUND) - {"__main__"}


def test_no_two_boxes_share_a_place() -> None:
    """Each column of each floor is one package's at most, and lies within the picture."""
    taken = [(floor(name), column) for name, (first, last, _) in PLACES.items() for column in range(first, last + 1)]
    assert len(taken) == len(set(taken))
    assert all(0 <= row < ROWS and 0 <= column < COLUMNS for row, column in taken)


Point = tuple[int, int]


def corners(path: str) -> Iterator[Point]:
    """Of a line that goes down and across: `M10 20V30H40`."""
    x = y = 0
    for letter, numbers in re.findall("([MVH])([0-9 ]+)", path):
        x, y = {"M": numbers.split(), "V": [x, numbers], "H": [numbers, y]}[letter]
        yield int(x), int(y)


def within(box: Box, ends: tuple[Point, Point]) -> bool:
    """Whether a part of a line lies in a box, not just at its edge."""
    (left, right), (top, bottom) = (sorted(each) for each in zip(*ends, strict=True))
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


def test_no_arrow_runs_through_a_box() -> None:
    """Whatever is imported, lines go around what is written; where they do not, a place has to be changed."""
    lines = re.findall('class="line" d="([^"]+)"', "\n".join(picture(FOUND)))
    boxes = placed(FOUND).values()
    through = [
        (line, box.name) for line in lines for part in pairwise(corners(line)) for box in boxes if within(box, part)
    ]
    assert len(lines) > 20
    assert through == []


def test_every_line_of_a_caption_fits_its_box() -> None:
    """At 6.7 pixels a letter, as the widest of the fonts that are named has it on average."""
    lines = [(line, last - first) for first, last, caption in PLACES.values() for line in caption.split("/")]
    assert [line for line, columns in lines if 6.7 * len(line) > WIDE + columns * COLUMN] == []
