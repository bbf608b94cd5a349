"""Formats one file of the configuration. It must never change what the file means, nor lose a comment."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
)

from reconciler.config.fast_accept import Schema
from reconciler.config.formatting.moves import in_key_order
from reconciler.config.formatting.order import order, under_key
from reconciler.config.formatting.quotes import needs_quotes
from reconciler.config.text.nodes import Block
from reconciler.config.text.reader import parse_yaml


def pretty(text: str, schema: Schema) -> str | None:
    """The text, formatted: its keys in the order of the schema, two blanks of indentation, quotes where needed.

    None where that cannot be done without a loss.
    """
    before, problems, _ = parse_yaml(text, "")
    if problems or not isinstance(before, Block):
        return None
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    made = _written("\n".join(in_key_order(lines, before, schema)) + "\n", schema)
    after = parse_yaml(made, "")
    return made if after.node == before and not after.problems and made.count("#") == text.count("#") else None


class _Untyped(VersionedResolver):
    """Takes every text for a text, as the reader does."""

    @property
    def versioned_resolver(self) -> dict[Any, Any]:
        return {}


class RoundTrip(YAML):
    """There and back, with all comments and quotes. width: of an indentation."""

    def __init__(self, width: int = 2) -> None:
        super().__init__()
        self.preserve_quotes = True
        self.width = 1_000_000
        self.indent(mapping=width, sequence=4, offset=2)

    def text(self, value: Any) -> str:
        """The value as YAML."""
        stream = io.StringIO()
        self.dump(value, stream)
        return stream.getvalue()


class _Texts(RoundTrip):
    """Every scalar is a text. begun: whether the file begins with `---`."""

    def __init__(self, begun: bool) -> None:
        super().__init__()
        self.Resolver = _Untyped
        self.explicit_start = begun


def _written(text: str, schema: Schema) -> str:
    yaml = _Texts(text.startswith("---"))
    found = yaml.load(text)
    _restyle(found, schema, schema)
    return "".join(f"{line.rstrip()}\n" for line in yaml.text(found).splitlines())


def _restyle(node: Any, part: Schema, whole: Schema, in_brackets: bool = False) -> None:
    """Quotes, and the order of keys in brackets, which stand in one line."""
    inside = in_brackets or (isinstance(node, CommentedMap | CommentedSeq) and bool(node.fa.flow_style()))
    for at, each in _held(node):
        under = under_key(part, at, whole) if isinstance(at, str) else {}
        # The schema refuses a whole number in quotes.
        if under.get("type") not in ("integer", "boolean"):
            node[at] = _quoted(each, inside)
        _restyle(each, under, whole, inside)
    if inside and isinstance(node, CommentedMap):
        for key in sorted(node, key=order(part)):
            node.move_to_end(key)


def _held(node: Any) -> list[tuple[Any, Any]]:
    if isinstance(node, CommentedMap):
        return list(node.items())
    return list(enumerate(node)) if isinstance(node, CommentedSeq) else []


def _quoted(value: Any, in_brackets: bool) -> Any:
    if not isinstance(value, str) or isinstance(value, LiteralScalarString | FoldedScalarString):
        return value
    return DoubleQuotedScalarString(value) if needs_quotes(value, in_brackets) else PlainScalarString(value)
