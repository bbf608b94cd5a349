"""Reads YAML, strictly: from the parser's events straight to nodes with places.

No value is ever typed, built or executed here, and nothing refers to anything else: anchors, aliases, merges
and tags are problems, so no small file can grow large. Depth is bounded while events arrive, before any recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reconciler.config.nodes import Block, Items, Node, Text
from reconciler.config.syntax import explain
from reconciler.errors import Place, Problem

DEEPEST = 16
LONGEST = 10_000
_Placed = TypeVar("_Placed", Text, Block, Items)
# libyaml's parser is ten times faster; where PyYAML was built without it, its own reads the same.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(source: str, file: str, loader: Any = LOADER) -> tuple[Node | None, list[Problem]]:
    """The file's one document and all that is wrong with its YAML; None where no document could be built."""
    reader = _Reader(yaml.parse(source, Loader=loader), file)
    try:
        return reader.document(), reader.problems
    except _TooDeep:
        return None, reader.problems
    except yaml.YAMLError as error:
        return None, [*reader.problems, explain(error, source, file)]
    except (ValueError, OverflowError):  # the pure parser, on an escape beyond the last character
        return None, [*reader.problems, Problem("yaml-syntax", "an escape names no character", Place(file))]


class _TooDeep(Exception):
    pass


class _Reader:
    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._next = events.__next__
        self._file = file
        self.problems: list[Problem] = []

    def document(self) -> Node | None:
        self._next()
        if type(self._next()) is StreamEndEvent:
            return None
        root = self._node(self._next(), 0)
        self._next()
        if type(event := self._next()) is DocumentStartEvent:
            self._problem(event, "yaml-documents", "a second document begins here")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._text(event)
        if kind is AliasEvent:
            self._problem(event, "yaml-alias", "an alias stands here", event.anchor)
            text = _placed(Text(), event)
            text.plain = False
            return text
        if depth == DEEPEST:
            self._problem(event, "yaml-too-deep", f"nested more than {DEEPEST} deep")
            raise _TooDeep
        self._refuse_marks(event)
        return self._block(event, depth + 1) if kind is MappingStartEvent else self._items(event, depth + 1)

    def _text(self, event: Any) -> Text:
        text = Text(event.value)
        mark = event.start_mark
        text.line = mark.line + 1
        text.column = mark.column + 1
        text.plain = not event.style
        if event.anchor or event.tag or len(text) > LONGEST or not text.isascii():
            self._examine(event, text)
        return text

    def _examine(self, event: Any, text: Text) -> None:
        self._refuse_marks(event)
        if len(text) > LONGEST:
            self._problem(event, "text-too-long", f"a text of {len(text):,} characters; at most {LONGEST:,} are read")
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._problem(event, "lone-surrogate", "half a character (a lone surrogate) stands in this text")

    def _block(self, event: Any, depth: int) -> Block:
        block = _placed(Block(), event)
        firsts: dict[Text, Text] = {}
        while type(event := self._next()) is not MappingEndEvent:
            key = self._key(event, depth)
            value = self._node(self._next(), depth)
            if key is None:
                continue
            if (first := firsts.setdefault(key, key)) is key:
                block[key] = value
            else:
                before = Place(self._file, first.line, first.column)
                self._problem(event, "duplicate-key", f"the same key twice; it stands first at {before}", key)
        return block

    def _key(self, event: Any, depth: int) -> Text | None:
        """A key that is no plain text is read to its end and left out."""
        if type(event) is not ScalarEvent:
            self._node(event, depth)
            if type(event) is not AliasEvent:
                self._problem(event, "key-not-text", "this key is a mapping or a list")
            return None
        key = self._text(event)
        if key == "<<" and key.plain:
            self._problem(event, "yaml-merge", "a merge stands here", key)
            return None
        return key

    def _items(self, event: Any, depth: int) -> Items:
        items = _placed(Items(), event)
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, depth))
        return items

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor:
            self._problem(event, "yaml-anchor", "an anchor stands here", event.anchor)
        if event.tag:
            self._problem(event, "yaml-tag", "a tag stands here", event.tag)

    def _problem(self, event: Any, code: str, what: str, found: str | None = None) -> None:
        mark = event.start_mark
        self.problems.append(Problem(code, what, Place(self._file, mark.line + 1, mark.column + 1), found))


def _placed(node: _Placed, event: Any) -> _Placed:
    mark = event.start_mark
    node.line = mark.line + 1
    node.column = mark.column + 1
    return node
