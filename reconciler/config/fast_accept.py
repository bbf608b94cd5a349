"""Accepts values that a schema clearly allows, so that jsonschema is imported only for the rest.

The rules are generated from the schema. They may leave a valid value to jsonschema, but must never accept an invalid
one. So any schema that is not in the table below is left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

Schema = Mapping[str, Any]
# Truthy for a valid value. Raises TypeError or AttributeError if it cannot decide.
Rule = Callable[[Any], object]
_Maker = Callable[[Schema, Callable[[Schema], Rule]], Rule]
# Keywords for people, editors and references, which do not restrict values.
_ANNOTATIONS = {
    *("$schema", "$id", "title", "description", "default", "examples"),
    *("enumDescriptions", "patternErrorMessage"),
    *("definitions", "type"),
}


def accepting(schema: Schema) -> Callable[[Any], bool]:
    """A function that tells whether the schema clearly allows a value."""
    rule = _rule(schema, schema.get("definitions", {}))

    def sound(value: Any) -> bool:
        try:
            return bool(rule(value))
        except (TypeError, AttributeError):
            return False

    return sound


def _rule(schema: Schema, definitions: Schema) -> Rule:
    if "$ref" in schema:
        # Compiled at its first use: a file without contacts needs no rule for them.
        made = cache(lambda: _rule(definitions[schema["$ref"].removeprefix("#/definitions/")], definitions))
        return lambda value: made()(value)
    said = schema.keys() - _ANNOTATIONS
    for type_, needed, more, make in _MAKERS:
        if schema.get("type", type_) == type_ and needed <= said <= needed | more:
            return make(schema, partial(_rule, definitions=definitions))
    return _unknown


def _unknown(value: object) -> object:
    """Raises instead of returning false: below an `if`, false would accept something."""
    raise TypeError


def _constant(schema: Schema, _: object) -> Rule:
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    return frozenset(values).__contains__ if all(isinstance(value, str) for value in values) else _unknown


def _pattern(schema: Schema, _: object) -> Rule:
    return re.compile(schema["pattern"]).search


def _integer(schema: Schema, _: object) -> Rule:
    allowed = range(schema["minimum"], schema["maximum"] + 1)
    return lambda value: type(value) is int and value in allowed


def _boolean(_: Schema, __: object) -> Rule:
    return lambda value: type(value) is bool


def _text_or_list(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    listed = _list({"items": schema["items"]}, made)
    return lambda value: isinstance(value, str) or listed(value)


def _list(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    fits, doubles = made(schema["items"]), not schema.get("uniqueItems", False)
    least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))

    def sound(value: Any) -> object:
        enough = isinstance(value, list) and least <= len(value) <= most
        return enough and all(map(fits, value)) and (doubles or len(set(value)) == len(value))

    return sound


def _mapping(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    rules = {key: made(each) for key, each in schema.get("properties", {}).items()}
    other = _of_others(schema.get("additionalProperties", True), made)
    needed = frozenset(schema.get("required", ()))
    further = [make(schema, made) for keyword, make in _FURTHER.items() if keyword in schema]
    anything = schema.get("additionalProperties", True) is True

    def sound(value: Any) -> object:
        for key in filter(value.__contains__, rules) if anything else value:
            if not rules.get(key, other)(value[key]):
                return False
        for rule in further:
            if not rule(value):
                return False
        return needed <= value.keys()

    return sound


def _of_others(schema: Schema | bool, made: Callable[[Schema], Rule]) -> Rule:
    return (lambda _: schema) if isinstance(schema, bool) else made(schema)


def _names(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    fits = made(schema["propertyNames"])
    return lambda value: all(map(fits, value))


def _condition(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    condition, then = made(schema["if"]), made(schema["then"])
    return lambda value: not condition(value) or then(value)


_FURTHER: Mapping[str, _Maker] = {"propertyNames": _names, "if": _condition}
# (type, required keywords, optional keywords, maker); the first row that covers a schema is used.
_MAKERS: tuple[tuple[str | list[str], set[str], set[str], _Maker], ...] = (
    ("string", {"enum"}, set(), _constant),
    ("string", {"const"}, set(), _constant),
    ("string", {"pattern"}, set(), _pattern),
    ("integer", {"minimum", "maximum"}, set(), _integer),
    ("boolean", set(), set(), _boolean),
    (["string", "array"], {"items"}, set(), _text_or_list),
    ("array", {"items"}, {"minItems", "maxItems", "uniqueItems"}, _list),
    ("object", set(), {"properties", "required", "additionalProperties", "propertyNames", "if", "then"}, _mapping),
)
