"""The content of a YAML file: strings, mappings and lists, each with its place.

A node is a str, a dict or a list, so a schema validator accepts it. Nothing here gives a string a type: the schema
decides what `NO` or `0123` means.

A place is stored as a mark, one integer: line << 32 | column << 1 | plain. Line and column count from 0. plain means a
string without quotes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Self, overload

from reconciler.errors import Place

LONGEST = 10_000
"""Characters of a text that is read."""
_COLUMN = (1 << 32) - 1


class Shifted(Sequence[int]):
    """The marks of a block that looks like another one: the marks of that one, each with the same number added."""

    __slots__ = ("_by", "_marks")

    def __init__(self, marks: tuple[int, ...], by: int) -> None:
        self._marks, self._by = marks, by

    @overload
    def __getitem__(self, position: int) -> int: ...
    @overload
    def __getitem__(self, position: slice) -> list[int]: ...
    def __getitem__(self, position: int | slice) -> int | list[int]:
        if isinstance(position, slice):
            return [mark + self._by for mark in self._marks[position]]
        return self._marks[position] + self._by

    def __len__(self) -> int:
        return len(self._marks)


class Block(dict[str, "Node"]):
    """A mapping. marks: its own, then each key's and its value's, in order."""

    __slots__ = ("_order", "marks")
    marks: Sequence[int]
    _order: dict[str, int]

    def marked(self, marks: Iterable[int]) -> Self:
        """Sets the marks of a complete block; returns it."""
        self.marks = marks if isinstance(marks, array) else array("Q", marks)
        return self

    def of_key(self, key: str) -> int:
        """The mark of a key."""
        return self.marks[2 * self._position(key) + 1]

    def of(self, key: str) -> int:
        """The mark of the value under a key."""
        return self.marks[2 * self._position(key) + 2]

    def _position(self, key: str) -> int:
        """The position of a key, counted once, because a marked block no longer changes."""
        try:
            order = self._order
        except AttributeError:
            order = self._order = {each: position for position, each in enumerate(self)}
        return order[key]


class Items(list["Node"]):
    """A list. marks: its own, then each item's."""

    __slots__ = ("marks",)
    marks: array[int]

    def marked(self, marks: Iterable[int]) -> Self:
        """Sets the marks of a complete list; returns it."""
        self.marks = marks if isinstance(marks, array) else array("Q", marks)
        return self

    def of(self, position: int) -> int:
        """The mark of an item."""
        return self.marks[position + 1]


Node = str | Block | Items
Where = Callable[[int], Place]
"""The place of a mark: in one file, or in a file or its template."""


def place(file: str, mark: int) -> Place:
    """The place of a mark; line and column count from 1."""
    return Place(file, (mark >> 32) + 1, ((mark & _COLUMN) >> 1) + 1)


def plain(mark: int) -> bool:
    """Whether a mark is that of a string without quotes."""
    return bool(mark & 1)


def text(block: Block, key: str) -> str | None:
    """The string under a key; None if there is none."""
    value = block.get(key)
    return value if isinstance(value, str) else None


def section(block: Block, key: str) -> Block:
    """The mapping under a key; an empty one if there is none."""
    value = block.get(key)
    return value if isinstance(value, Block) else empty()


def empty() -> Block:
    """An empty mapping."""
    return Block().marked((0,))


def placed(block: Block) -> Iterator[tuple[str, int, Node, int]]:
    """(key, its mark, value, its mark) of each entry."""
    for (key, value), above, below in zip(block.items(), block.marks[1::2], block.marks[2::2], strict=True):
        yield key, above, value, below


class Places(Mapping[str, Place]):
    """The places of a block (under "") and of its values. A Place is created on request, because most are never needed.

    keys: of the block. marks: of the block. own: its mark. more: key -> mark of values from elsewhere, such as
        defaults.
    """

    __slots__ = ("_at", "_keys", "_marks", "_more", "_own")

    def __init__(
        self, at: Where, keys: tuple[str, ...], marks: Sequence[int], own: int, more: Mapping[str, int]
    ) -> None:
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
