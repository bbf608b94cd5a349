"""Accepts values that a schema clearly allows, so that jsonschema is imported only for the rest.

The rules are generated from the schema. They may leave a valid value to jsonschema, but must never accept an invalid
one. So any schema that is not in the table below is left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial, reduce
from operator import call
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
        return _rule(definitions[schema["$ref"].removeprefix("#/definitions/")], definitions)
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
    others = schema.get("additionalProperties", True)
    named = not others or not schema.keys().isdisjoint({"properties", "required"})
    of_keys = _open if others is True else _closed if named else _alike
    further = [make(schema, made) for keyword, make in _FURTHER.items() if keyword in schema]
    return reduce(_both, further, of_keys(schema, made))


def _both(one: Rule, other: Rule) -> Rule:
    return lambda value: one(value) and other(value)


def _open(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    """For a mapping whose other keys may hold anything."""
    rules = {key: made(each) for key, each in schema.get("properties", {}).items()}
    needed = frozenset(schema.get("required", ()))

    def sound(value: Any) -> object:
        for key, rule in rules.items():
            if key in value and not rule(value[key]):
                return False
        return needed <= value.keys()

    return sound


def _closed(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    """For a mapping with named keys. The rule of a key is made at its first use: most files need few of them."""
    known, others, needed = schema.get("properties", {}), schema["additionalProperties"], schema.get("required", ())
    of_key = cache(lambda key: made(known[key]) if key in known else made(others) if others else _nothing)

    @lru_cache(64)  # most blocks have the keys of another one
    def rules_of(keys: tuple[str, ...]) -> list[Rule] | None:
        return [of_key(key) for key in keys] if set(needed) <= set(keys) else None

    def sound(value: Any) -> object:
        rules = rules_of(tuple(value))
        return rules is not None and all(map(call, rules, value.values()))

    return sound


def _alike(schema: Schema, made: Callable[[Schema], Rule]) -> Rule:
    """For a mapping whose keys have any name, and values of one schema."""
    rule = made(schema["additionalProperties"])
    return lambda value: all(map(rule, value.values()))


def _nothing(value: object) -> bool:
    return False


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
