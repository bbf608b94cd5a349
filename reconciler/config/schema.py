"""Judges nodes by the JSON Schemas in schemas/: the same files that editors and other checkers read.

jsonschema has the last word on what is wrong; it must never be asked twice about blocks that differ in nothing it
could object to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from reconciler.config.explain import explain
from reconciler.config.nodes import Block, Items, Node, Text, place
from reconciler.errors import Place, Problem

Schema = Mapping[str, Any]
Shape = tuple[tuple[str, str | None], ...]
# More digits than any bound here has; int() itself refuses some thousands of them.
_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_BOOLEAN = {"true": True, "false": False}


@cache
def load(name: str) -> Schema:
    schema: Schema = json.loads(source(name))
    return schema


def source(name: str) -> str:
    """A schema's text by its name, such as `space`: from the wheel, or from the source tree beside the package."""
    packaged: Traversable = resources.files("reconciler") / "schemas"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def judge(name: str, definition: str = "") -> Judge:
    """The judge of a whole schema, or of one of its definitions."""
    whole = load(name)
    part = whole["definitions"][definition] if definition else whole
    return Judge({**part, "definitions": whole.get("definitions", {})})


class Judge:
    """Judges one sort of block.

    A block's shape is its keys, the values of its closed lists, and that each free text fits its pattern. The
    schemas let nothing else matter, so blocks of a shape that was sound once need not be judged again.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._validator = Draft7Validator(schema)
        self._patterns = {key: re.compile(each["pattern"]) for key, each in self._properties() if "pattern" in each}
        self._sound: set[Shape] = set()

    def fits(self, key: str, value: str) -> bool:
        """Whether a free text fits the pattern of its property."""
        return self._patterns[key].search(value) is not None

    def problems(self, node: Node, file: str, owner: Text | None = None) -> list[Problem]:
        """All that is wrong with a node. owner: the key it stands under, the place of what is missing in it."""
        shape = self._shape(node)
        if shape is not None and shape in self._sound:
            return []
        where = Place(file) if owner is None else place(file, owner)
        errors = self._validator.iter_errors(typed(node, self._schema))
        problems = list(dict.fromkeys(problem for error in errors for problem in explain(error, node, file, where)))
        if shape is not None and not problems:
            self._sound.add(shape)
        return problems

    def _properties(self) -> Iterator[tuple[str, Schema]]:
        """Each property with its schema; a text that is judged by itself goes under no name."""
        yield "", self._schema
        for key, each in self._schema.get("properties", {}).items():
            yield key, self._schema["definitions"][each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each

    def _shape(self, node: Node) -> Shape | None:
        """None for what holds more than texts, which is few enough to be judged each time."""
        values = node.items() if isinstance(node, Block) else [("", node)]
        shape: list[tuple[str, str | None]] = []
        for key, value in values:
            if not isinstance(value, Text):
                return None
            pattern = self._patterns.get(key)
            shape.append((key, None if pattern is not None and pattern.search(value) else value))
        return tuple(shape)


def typed(node: Node, schema: Schema) -> Any:
    """The node with whole numbers and truth values where the schema wants them, each from its own source text."""
    if isinstance(node, Block):
        properties = schema.get("properties", {})
        return {key: typed(value, properties.get(key, {})) for key, value in node.items()}
    if isinstance(node, Items):
        return [typed(value, schema.get("items", {})) for value in node]
    if schema.get("type") == "integer" and node.plain and _INTEGER.fullmatch(node):
        return int(node)
    return _BOOLEAN.get(node, node) if schema.get("type") == "boolean" and node.plain else node
