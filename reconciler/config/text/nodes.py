"""What a YAML file holds: plain text, mappings and lists, and where each part of them stands.

A node is a str, a dict or a list, so a schema validator takes it as it is. Nothing here gives a text a type:
what `NO` or `0123` means is for the schema to say.

A place is kept as a mark, one whole number: line << 32 | column << 1 | plain. Line and column count from 0 in it;
plain says that a text stands there without quotes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Self

from reconciler.errors import Place

_COLUMN = (1 << 32) - 1


class Block(dict[str, "Node"]):
    """A mapping. marks: its own place, then each key's and its value's, in order."""

    __slots__ = ("_order", "marks")
    marks: array[int]
    _order: dict[str, int]

    def marked(self, marks: Iterable[int]) -> Self:
        """Itself, once all of it is there."""
        self.marks = marks if isinstance(marks, array) else array("Q", marks)
        return self

    def of_key(self, key: str) -> int:
        """The mark of a key."""
        return self.marks[2 * self._position(key) + 1]

    def of(self, key: str) -> int:
        """The mark of the value under a key."""
        return self.marks[2 * self._position(key) + 2]

    def _position(self, key: str) -> int:
        """Counted once, as the block is whole by then."""
        try:
            order = self._order
        except AttributeError:
            order = self._order = {each: position for position, each in enumerate(self)}
        return order[key]


class Items(list["Node"]):
    """A list. marks: its own place, then each item's."""

    __slots__ = ("marks",)
    marks: array[int]

    def marked(self, marks: Iterable[int]) -> Self:
        """Itself, once all of it is there."""
        self.marks = marks if isinstance(marks, array) else array("Q", marks)
        return self

    def of(self, position: int) -> int:
        """The mark of an item."""
        return self.marks[position + 1]


Node = str | Block | Items
Where = Callable[[int], Place]
"""What a mark means: of a file by itself, or of one that was filled from a template."""


def place(file: str, mark: int) -> Place:
    return Place(file, (mark >> 32) + 1, ((mark & _COLUMN) >> 1) + 1)


def plain(mark: int) -> bool:
    return bool(mark & 1)


def text(block: Block, key: str) -> str | None:
    """The text under a key, if there is one and it is a text."""
    value = block.get(key)
    return value if isinstance(value, str) else None


def section(block: Block, key: str) -> Block:
    """The mapping under a key; an empty one where there is none."""
    value = block.get(key)
    return value if isinstance(value, Block) else empty()


def empty() -> Block:
    return Block().marked((0,))


def placed(block: Block) -> Iterator[tuple[str, int, Node, int]]:
    """Each key with its mark, and its value with its mark."""
    for (key, value), above, below in zip(block.items(), block.marks[1::2], block.marks[2::2], strict=True):
        yield key, above, value, below


class Places(Mapping[str, Place]):
    """Where a block stands, under "", and the values in it. A place is made when it is asked for: of most, nobody ever
    asks.

    keys: the block's. marks: the block's. own: its mark. more: key -> mark, of what stands outside of the block.
    """

    __slots__ = ("_at", "_keys", "_marks", "_more", "_own")

    def __init__(self, at: Where, keys: tuple[str, ...], marks: array[int], own: int, more: Mapping[str, int]) -> None:
        self._at, self._keys, self._marks, self._own, self._more = at, keys, marks, own, more

    def __getitem__(self, key: str) -> Place:
        if not key:
            return self._at(self._own)
        mark = self._marks[2 * self._keys.index(key) + 2] if key in self._keys else self._more[key]
        return self._at(mark)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(("", *self._keys, *self._more)))

    def __len__(self) -> int:
        return len({"", *self._keys, *self._more})
