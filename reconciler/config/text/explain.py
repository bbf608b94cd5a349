"""Explains a schema violation to the file's author: place, code, what was found, how to fix it.

The value of a key that looks like a credential is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from reconciler.config.text.nodes import Block, Node, Where
from reconciler.errors import Place, Problem

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Schema = Mapping[str, Any]
NEAR = 0.75
"""The least similarity of a word and its misspelling; `CTO` is not a misspelt `CEO`."""
# Keys whose errors are worded by other modules: numbers.py, contacts.py, settings.py.
SPOKEN_FOR = frozenset({"number", "phone", "email", "name", "state"})
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number without quotes, such as 20",
    "boolean": "true or false, without quotes",
}
# Matched against the key's words, in lower case, joined by underscores. Compiled for an error only, as others here.
_SUSPECT = {
    "credential-in-config": (
        (
            r"access_?key|api_?key|private_?key|secret|passw|passphrase|token|credential|(^|_)(pwd|otp|pin)(_|$)"
            r"|(verify|verification|purchase)codes?$|(^|_)(?<!country_)(?<!area_)(?<!post_)(?<!zip_)codes?$"
        ),
        "this key looks like a credential or a code; its value is not shown",
    ),
    "endpoint-in-config": (
        r"endpoint|proxy|proxies|url$|(^|_)(host|hostname|server|uri|domain|region)(_|$)",
        "this key names where calls go",
    ),
    "command-in-config": (
        r"(^|_)(command|cmd|exec|execute|shell|script|hook|webhook|plugin|run)s?(_|$)",
        "this key names something to run",
    ),
}
# The path and query of an address may be a credential.
_BEHIND_HOST = r"(?s)^(\w+://[^/?#]*)[/?#].+"
_BOUNDS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minItems": "must not be empty",
    "maxItems": "has more than {} items",
}
_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"


def explain_violation(
    error: ValidationError, root: Node, at: Where, here: Place, owner: Place, properties: Schema
) -> Iterator[Problem]:
    """The problems of one violation.

    at: the place of a mark. here: the place of root. owner: the place of a key that is missing in root. properties:
        those of root, for a condition that names a key without its schema.
    """
    node, where = _found_at(error, root, at, here)
    if error.validator == "required":
        yield from _missing(error, node, _schema(error).get("properties", properties), owner)
    else:
        yield from _KEYWORDS[str(error.validator)](error, node, at, where)


def close(word: str, words: Iterable[str]) -> str:
    """ "Did you mean …?" for a similar word; "" if there is none."""
    from difflib import get_close_matches  # slow import, only for errors

    meant, begun = {each.lower(): each for each in words}, word.lower()[:64]
    near = get_close_matches(begun, meant, 1, NEAR)
    near = near or [each for each in meant if len(begun) > 2 and each.startswith(begun)]
    return f"Did you mean `{meant[near[0]]}`?" if near else ""


def close_or_all(word: str, words: Collection[str]) -> str:
    """ "Did you mean …?" for a similar word; otherwise all that there are."""
    return close(word, words) or (_list(words) if words else "")


def _found_at(error: ValidationError, root: Node, at: Where, here: Place) -> tuple[Any, Place]:
    """The node at fault, as written in the file, and its place. For a bad name, the name itself."""
    node: Any = root
    for step in error.absolute_path:
        node, here = node[step], at(node.of(step))
    if "propertyNames" in error.absolute_schema_path:
        return error.instance, at(node.of_key(error.instance))
    return node, here


def _unknown(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    known = _schema(error)["properties"]
    for key in node:
        if key not in known:
            here = at(node.of_key(key))
            if code := suspected(key):
                yield Problem(code, _SUSPECT[code][1], here, key)
            else:
                yield Problem("unknown-key", "unknown key", here, key, close_or_all(key, known))


def suspected(key: str) -> str | None:
    """The error code of a key that seems to name something forbidden in a configuration."""
    words = "_".join(re.findall(_WORD, key)).lower()
    return next((code for code, (pattern, _) in _SUSPECT.items() if re.search(pattern, words)), None)


def _missing(error: ValidationError, node: Any, known: Schema, owner: Place) -> Iterator[Problem]:
    """Skips a key that is there but misspelt: that is reported at the other key."""
    because = ": `register` needs it" if "then" in error.absolute_schema_path else ""
    for key in _wanted(error):
        if key not in node and not misspelt(key, node, known):
            hint = to_add(key, known.get(key, {}))
            yield Problem("missing-key", f"`{key}` is missing{because}", owner, hint=hint)


def misspelt(key: str, node: Iterable[str], known: Schema) -> bool:
    """Whether an unknown key, which is reported itself, was probably meant to be this one."""
    return any(each not in known and close(each, [key]) for each in node)


def to_add(key: str, schema: Schema) -> str:
    """The missing line, and what it means."""
    examples, said = [*schema.get("examples", ()), *schema.get("enum", ())], str(schema.get("description", ""))
    return f"Add `{key}: {as_yaml(examples[0])}`. {said}".strip() if examples else said


def as_yaml(value: object) -> str:
    """A value as written in YAML; a string of digits is quoted."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text}"' if isinstance(value, str) and text.lstrip("+").isdigit() else text


def _type(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    wanted = _TYPES[str(error.validator_value)] if isinstance(_wanted(error), str) else "a text or a list of texts"
    yield Problem("wrong-type", f"{_named(error)} must be {wanted}", where, _found(node), _says(error))


def _enum(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    allowed = _wanted(error)
    if not isinstance(node, str):  # its wrong type is reported already
        return
    hint = f"{close(node, allowed)} {_list(allowed)}".strip()
    yield Problem("not-allowed", f"{_named(error)} has a value that is not allowed", where, node, hint)


def _pattern(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    if "propertyNames" in error.absolute_schema_path or not error.path:
        yield Problem("bad-name", "this name is not well formed", where, str(node), _rule(error))
    elif error.path and error.path[-1] in SPOKEN_FOR and "profile" not in error.absolute_path:
        return
    elif _has_user(node):
        what = f"{_named(error)} holds user information; its value is not shown"
        yield Problem("url-credentials", what, where, hint=_rule(error))
    else:
        found = re.sub(_BEHIND_HOST, r"\1/...", _found(node))
        yield Problem("bad-value", f"{_named(error)} is not well formed", where, found, _rule(error))


def _has_user(node: Node) -> bool:
    return isinstance(node, str) and re.match(r"\s*[a-z]+://[^/?#]*@", node, re.IGNORECASE) is not None


def _range(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    what = _BOUNDS[str(error.validator)].format(error.validator_value)
    found = node if isinstance(node, str) else str(len(node) or "[]")
    yield Problem("out-of-range", f"{_named(error)} {what}", where, found, _says(error))


def _not_unique(error: ValidationError, node: Any, at: Where, where: Place) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, item in enumerate(node):
        if isinstance(item, str) and item in seen:
            here = at(node.of(position))
            yield Problem("not-allowed", f"{_named(error)} has the same value twice", here, item)
        elif isinstance(item, str):
            seen.add(item)


def _named(error: ValidationError) -> str:
    """The value's path in the schema, such as `guards.max_messages`; items have the name of their list."""
    path = [str(step) for step in error.absolute_schema_path]
    names = [name for step, name in pairwise(path) if step == "properties"]
    return f"`{'.'.join(names)}`" if names else "this"


def _found(node: Node) -> str:
    return node if isinstance(node, str) else "a mapping" if isinstance(node, Block) else "a list"


def _says(error: ValidationError) -> str:
    return str(_schema(error).get("description", ""))


def _rule(error: ValidationError) -> str:
    """What the pattern allows, in words, with an example."""
    schema = _schema(error)
    examples, said = schema.get("examples", ()), schema.get("patternErrorMessage", schema.get("description", ""))
    return f"{said} For example `{as_yaml(examples[0])}`." if examples else str(said)


def _schema(error: ValidationError) -> Schema:
    return cast("Schema", error.schema)


def _wanted(error: ValidationError) -> Any:
    return cast(Any, error.validator_value)


def _list(words: Iterable[str]) -> str:
    return f"One of: {', '.join(words)}."


_KEYWORDS: dict[str, Callable[[ValidationError, Any, Where, Place], Iterator[Problem]]] = {
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    **dict.fromkeys(_BOUNDS, _range),
    "uniqueItems": _not_unique,
}
