"""What a YAML file holds: plain text, mappings and lists that know where they stand.

A node is a str, a dict or a list, so a schema validator takes it as it is. Nothing here gives a text a type:
what `NO` or `0123` means is for the schema to say.
"""

from __future__ import annotations

from reconciler.errors import Place


class Text(str):
    """A scalar's source text, escapes resolved. Lines and columns count from 1. plain: it stands without quotes."""

    __slots__ = ("column", "line", "plain")
    line: int
    column: int
    plain: bool


class Block(dict[Text, "Node"]):
    """A mapping; its keys know their places, too."""

    __slots__ = ("column", "line")
    line: int
    column: int


class Items(list["Node"]):
    __slots__ = ("column", "line")
    line: int
    column: int


Node = Text | Block | Items


def place(file: str, node: Node) -> Place:
    return Place(file, node.line, node.column)


def text(block: Block, key: str) -> Text | None:
    """The text under a key, if there is one and it is a text."""
    value = block.get(key)  # type: ignore[call-overload]
    return value if isinstance(value, Text) else None


def section(block: Block, key: str) -> Block:
    """The mapping under a key; an empty one where there is none."""
    value = block.get(key)  # type: ignore[call-overload]
    return value if isinstance(value, Block) else Block()
