"""Validates nodes by the JSON Schemas in schemas/, the same files that editors and other tools use.

jsonschema decides what is wrong; it is not imported if nothing is.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.config.fast_accept import Schema, accepting
from reconciler.config.text.explain import explain_violation, misspelt, to_add
from reconciler.config.text.nodes import Block, Items, Node, Where, plain
from reconciler.errors import Problem

if TYPE_CHECKING:
    from jsonschema import Draft7Validator

# More digits than any bound has; int() refuses numbers with thousands of digits.
_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_BOOLEAN = {"true": True, "false": False}


@cache
def load_schema(name: str) -> Schema:
    """A schema by its name."""
    schema: Schema = json.loads(source(name))
    return schema


def source(name: str) -> str:
    """A schema's text by its name, such as `space`: from the wheel, or from the source tree."""
    packaged = Path(__file__).parents[1] / "schemas"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def judge(name: str, definition: str = "") -> Judge:
    """The validator of a schema, or of one of its definitions."""
    whole = load_schema(name)
    part = whole["definitions"][definition] if definition else whole
    return Judge({**part, "definitions": whole.get("definitions", {})})


class Judge:
    """Validates one type of value. accepts: whether a value is clearly valid."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.accepts = accepting(schema)

    @cached_property
    def _validator(self) -> Draft7Validator:
        from jsonschema import Draft7Validator

        return Draft7Validator(self._schema)

    def lacks(self, key: str, node: Block) -> bool:
        """Whether a key is missing, and not just misspelt."""
        return key not in node and not misspelt(key, node, self._schema["properties"])

    def to_add(self, key: str) -> str:
        """The line to add if this key is missing."""
        return to_add(key, self._property(key))

    def fits(self, key: str, value: str) -> bool:
        """Whether a text matches the pattern of its property."""
        return re.search(self._property(key)["pattern"], value) is not None

    def _property(self, key: str) -> Schema:
        return resolved(self._schema["properties"][key], self._schema["definitions"])

    def problems(self, node: Node, value: Any, at: Where, here: int = 0, owner: int | None = None) -> list[Problem]:
        """All problems of a node.

        value: the node with types, see typed(). at: the place of a mark. here: its mark. owner: the mark of the key
            above it, which is the place of a missing key.
        """
        if self.accepts(value):
            return []
        places = at(here), at(here if owner is None else owner)
        errors, known = self._validator.iter_errors(value), self._schema.get("properties", {})
        found = (each for error in errors for each in explain_violation(error, node, at, *places, known))
        return list(dict.fromkeys(found))


NO_DEFINITIONS: Schema = {}


def resolved(schema: Schema, definitions: Schema) -> Schema:
    """A schema itself, or the definition that it names."""
    found: Schema = definitions[schema["$ref"].removeprefix("#/definitions/")] if "$ref" in schema else schema
    return found


def typed(node: Node, schema: Schema, mark: int = 0, definitions: Schema = NO_DEFINITIONS) -> Any:
    """The node with integers and booleans where the schema wants them, each from its source text."""
    definitions = schema.get("definitions", definitions)
    schema = resolved(schema, definitions)
    if isinstance(node, Block):
        known, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {key: typed(each, known.get(key, others), node.of(key), definitions) for key, each in node.items()}
    if isinstance(node, Items):
        each = schema.get("items", {})
        return [typed(value, each, node.of(position), definitions) for position, value in enumerate(node)]
    if schema.get("type") == "integer" and plain(mark) and _INTEGER.fullmatch(node):
        return int(node)
    return _BOOLEAN.get(node, node) if schema.get("type") == "boolean" and plain(mark) else node
