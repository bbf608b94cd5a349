"""Judges nodes by the JSON Schemas in schemas/: the same files that editors and other checkers read.

jsonschema has the last word on what is wrong; it is never loaded where nothing is.
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

# More digits than any bound here has; int() itself refuses some thousands of them.
_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_BOOLEAN = {"true": True, "false": False}


@cache
def load_schema(name: str) -> Schema:
    schema: Schema = json.loads(source(name))
    return schema


def source(name: str) -> str:
    """A schema's text by its name, such as `space`: from the wheel, or from the source tree beside the package."""
    packaged = Path(__file__).parents[1] / "schemas"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def judge(name: str, definition: str = "") -> Judge:
    """The judge of a whole schema, or of one of its definitions."""
    whole = load_schema(name)
    part = whole["definitions"][definition] if definition else whole
    return Judge({**part, "definitions": whole.get("definitions", {})})


class Judge:
    """Judges one sort of value. accepts: whether a value is plainly sound."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.accepts = accepting(schema)

    @cached_property
    def _validator(self) -> Draft7Validator:
        from jsonschema import Draft7Validator

        return Draft7Validator(self._schema)

    def lacks(self, key: str, node: Block) -> bool:
        """Whether it is missing, and not just misspelt."""
        return key not in node and not misspelt(key, node, self._schema["properties"])

    def to_add(self, key: str) -> str:
        """What to write where this key is missing."""
        return to_add(key, self._schema["properties"][key])

    def fits(self, key: str, value: str) -> bool:
        """Whether a free text fits the pattern of its property."""
        return re.search(self._schema["properties"][key]["pattern"], value) is not None

    def problems(self, node: Node, value: Any, at: Where, here: int = 0, owner: int | None = None) -> list[Problem]:
        """All that is wrong with a node. value: what it stands for. at: what marks mean. here: its mark; owner: that of
        the key it stands under, the place of what is missing in it."""
        if self.accepts(value):
            return []
        places = at(here), at(here if owner is None else owner)
        errors, known = self._validator.iter_errors(value), self._schema.get("properties", {})
        found = (each for error in errors for each in explain_violation(error, node, at, *places, known))
        return list(dict.fromkeys(found))


def typed(node: Node, schema: Schema, mark: int = 0) -> Any:
    """The node with whole numbers and truth values where the schema wants them, each from its own source text."""
    if isinstance(node, Block):
        properties = schema.get("properties", {})
        return {key: typed(value, properties.get(key, {}), node.of(key)) for key, value in node.items()}
    if isinstance(node, Items):
        return [typed(value, schema.get("items", {}), node.of(position)) for position, value in enumerate(node)]
    if schema.get("type") == "integer" and plain(mark) and _INTEGER.fullmatch(node):
        return int(node)
    return _BOOLEAN.get(node, node) if schema.get("type") == "boolean" and plain(mark) else node
