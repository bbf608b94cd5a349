"""The configuration reference: every key of a space file and of reconciler.yaml, from their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reconciler.config.fast_accept import Schema
from reconciler.config.schema import load_schema, resolved
from reconciler.config.text.explain import as_yaml

FILES = {
    "space": "a space file",
    "template": "a template",
    "filled": "a file that fills a template",
    "project": "reconciler.yaml",
    "scenario": "a scenario file",
}
"""Schema name -> the file it describes."""


class ConfigKey(NamedTuple):
    """One key, in words for people.

    file: the schema's name.
    path: such as `phone_numbers.NAME.method`.
    type: of the value.
    default: "required", "optional" or the default value.
    description: what it means.
    rule: what values are valid; may be empty.
    example: a line of YAML; may be empty.
    values: (allowed value, its meaning).
    """

    file: str
    path: str
    type: str
    default: str
    description: str
    rule: str
    example: str
    values: tuple[tuple[str, str], ...]

    @property
    def parent(self) -> str:
        """The path of the mapping that contains it."""
        return self.path.rpartition(".")[0]


def keys(name: str) -> Iterator[ConfigKey]:
    """The keys of one schema, grouped by mapping; of templates only those that a space file does not have."""
    schema = load_schema(name)
    definitions = schema.get("definitions", {})
    for path, part in _objects(_own(name, schema), definitions, ""):
        for key, each in part["properties"].items():
            required = key in part.get("required", ())
            yield _key(name, f"{path}.{key}".strip("."), resolved(each, definitions), definitions, required)


def _own(name: str, schema: Schema) -> Schema:
    if name not in ("template", "filled"):
        return schema
    part: Schema = schema["definitions"].get("use", schema)
    known = load_schema("space")["properties"]
    return {**part, "properties": {key: each for key, each in part["properties"].items() if key not in known}}


def _key(file: str, path: str, part: Schema, definitions: Schema, required: bool) -> ConfigKey:
    values = resolved(part.get("items") or part.get("additionalProperties") or part, definitions)
    return ConfigKey(
        file,
        path,
        _type(part, definitions),
        "required" if required else _default(part),
        part["description"],
        _rule(part, definitions),
        _example(path.rpartition(".")[2], part, definitions),
        tuple(zip(values.get("enum", ()), values.get("enumDescriptions", ()), strict=True)),
    )


def _objects(part: Schema, definitions: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Every mapping with known keys, with its path, such as `phone_numbers.NAME`."""
    if "properties" in part:
        yield path, part
    for key, each in part.get("properties", {}).items():
        yield from _objects(resolved(each, definitions), definitions, f"{path}.{key}".strip("."))
    if isinstance(part.get("items"), dict):
        yield from _objects(resolved(part["items"], definitions), definitions, path)
    if isinstance(part.get("additionalProperties"), dict):
        yield from _objects(resolved(part["additionalProperties"], definitions), definitions, f"{path}.NAME")


def _type(part: Schema, definitions: Schema) -> str:
    if part["type"] == ["string", "array"]:
        return "text, or list of text"
    if part["type"] == "array":
        return f"list of {_type(resolved(part['items'], definitions), definitions)}"
    if "propertyNames" in part:
        return f"mapping: name → {_type(resolved(part['additionalProperties'], definitions), definitions)}"
    return {"object": "mapping", "integer": "whole number", "boolean": "`true` or `false`"}.get(part["type"], "text")


def _default(part: Schema) -> str:
    return f"default `{as_yaml(part['default'])}`" if "default" in part else "optional"


def _rule(part: Schema, definitions: Schema) -> str:
    if part["type"] == "array":
        size = " ".join(["At least one."] * ("minItems" in part) + ["Each once."] * ("uniqueItems" in part))
        size = size.replace("one. Each", "one, each")
        return f"{size} {_rule(resolved(part['items'], definitions), definitions)}".strip()
    if "propertyNames" in part:
        said = str(resolved(part["propertyNames"], definitions)["patternErrorMessage"])
        return f"Each name: {said[0].lower()}{said[1:]}"
    if part["type"] == "integer":
        return f"{part['minimum']:,} to {part['maximum']:,}."
    return str(part.get("patternErrorMessage", ""))


def _example(key: str, part: Schema, definitions: Schema) -> str:
    """A line of YAML with the first example, otherwise the default or the first allowed value."""
    if part["type"] == "array":
        inner = resolved(part["items"], definitions)
        given = [*inner.get("examples", ()), *inner.get("enum", ())]
        return f"`{key}: [{as_yaml(given[0])}]`" if given else ""
    defaults = [part["default"]] if "default" in part else []
    found = [*part.get("examples", ()), *defaults, *part.get("enum", ())]
    return f"`{key}: {as_yaml(found[0])}`" if found else ""
