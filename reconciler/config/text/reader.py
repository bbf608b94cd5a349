"""A strict YAML reader, from the parser's events to nodes with places.

Values are never given a type, constructed or executed. Anchors, aliases, merges and tags are refused, so a small file
cannot become large. The depth is limited while events arrive, before any recursion.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import Any, NamedTuple

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

from reconciler.config.text.nodes import LONGEST, Block, Items, Node, place
from reconciler.config.text.syntax import DEEPEST, explain_syntax, too_deep
from reconciler.config.text.unfilled import template
from reconciler.errors import Place, Problem

# libyaml is ten times faster; if PyYAML was built without it, its own parser gives the same result.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Reading(NamedTuple):
    """The result of reading a file.

    node: of the one document; None if there is none.
    problems: of its YAML.
    place: where the document begins.
    """

    node: Node | None
    problems: list[Problem]
    place: Place


def parse_yaml(source: str, file: str, loader: Any = LOADER) -> Reading:
    """The file's document, and all problems of its YAML."""
    parser = loader(source)
    reader = _Reader(parser.get_event, file)
    try:
        node, problems = reader.document(), reader.problems
    except _TooDeep:
        node, problems = None, reader.problems
    except yaml.YAMLError as error:
        problem = explain_syntax(error, source, file)
        node, problems = None, [*(each for each in reader.problems if each.place != problem.place), problem]
    except (ValueError, OverflowError):  # from PyYAML's own parser, for an escape beyond Unicode
        node, problems = None, [*reader.problems, Problem("yaml-syntax", "an escape names no character", Place(file))]
    finally:
        parser.dispose()
    return Reading(node, problems, place(file, reader.begins))


class _TooDeep(Exception):
    pass


class _Reader:
    def __init__(self, events: Callable[[], Any], file: str) -> None:
        self._next = events
        self._file = file
        self.begins = 0
        self.problems: list[Problem] = []

    def document(self) -> Node | None:
        self._next()
        if type(self._next()) is StreamEndEvent:
            return None
        first = self._next()
        self.begins = _mark(first)
        root = self._node(first, 0)
        self._next()
        if type(event := self._next()) is DocumentStartEvent:
            self._problem(event, "yaml-documents", "a second document begins here")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._text(event)
        if kind is AliasEvent:
            self._problem(event, "yaml-alias", "an alias is used here", event.anchor)
            return ""
        if depth == DEEPEST:
            self.problems.append(too_deep(place(self._file, _mark(event))))
            raise _TooDeep
        self._refuse_marks(event)
        return self._block(event, depth + 1) if kind is MappingStartEvent else self._items(event, depth + 1)

    def _text(self, event: Any) -> str:
        text: str = event.value
        if event.anchor or event.tag or len(text) > LONGEST or not text.isascii():
            self._examine(event, text)
        return text

    def _examine(self, event: Any, text: str) -> None:
        self._refuse_marks(event)
        if len(text) > LONGEST:
            self._problem(event, "text-too-long", f"a text of {len(text):,} characters; at most {LONGEST:,} are read")
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._problem(event, "lone-surrogate", "half a character (a lone surrogate) is in this text")

    def _block(self, event: Any, depth: int) -> Block:
        take, text, block, marks = self._next, self._text, Block(), [_mark(event)]
        order: dict[str, int] = {}  # filled at the first repeated key
        while type(event := take()) is not MappingEndEvent:
            key = self._key(event, depth, marks[0])
            value = text(below) if type(below := take()) is ScalarEvent else self._node(below, depth)
            if key is None:
                continue
            if key in block:
                order = order or {each: position for position, each in enumerate(block)}
                before = place(self._file, marks[2 * order[key] + 1])
                self._problem(event, "duplicate-key", f"the same key twice; the first is at {before}", key)
                continue
            if order:
                order[key] = len(block)
            block[key] = value
            marks += _mark(event), _mark(below)
        return block.marked(marks)

    def _key(self, event: Any, depth: int, around: int) -> str | None:
        """A key that is not a string is read to its end and left out. around: the mark of the block."""
        if type(event) is not ScalarEvent:
            self._node(event, depth)
            if type(event) is MappingStartEvent and _mark(event) == around + 2:  # `{{`
                self.problems.append(template(place(self._file, around)))
            elif type(event) is not AliasEvent:
                self._problem(event, "key-not-text", "this key is a mapping or a list")
            return None
        key = self._text(event)
        if key == "<<" and not event.style:
            self._problem(event, "yaml-merge", "a merge is used here", key)
            return None
        return intern(key)

    def _items(self, event: Any, depth: int) -> Items:
        items, marks = Items(), [_mark(event)]
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, depth))
            marks.append(_mark(event))
        return items.marked(marks)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor:
            self._problem(event, "yaml-anchor", "an anchor is used here", event.anchor)
        if event.tag:
            self._problem(event, "yaml-tag", "a tag is used here", event.tag)

    def _problem(self, event: Any, code: str, what: str, found: str | None = None) -> None:
        self.problems.append(Problem(code, what, place(self._file, _mark(event)), found))


def _mark(event: Any) -> int:
    """As described in nodes.py."""
    start = event.start_mark
    mark: int = start.line << 32 | start.column << 1
    return mark | 1 if type(event) is ScalarEvent and not event.style else mark
