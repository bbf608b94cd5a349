"""The configuration reference: every key of a space file and of reconciler.yaml, as their schemas have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.config.schema import load_schema
from tests.house.imports import ROOT

Schema = Mapping[str, Any]
# Schema -> heading, what the file is, and a file that shows it in use.
FILES = {
    "space": (
        "A space file: `spaces/*.yaml`",
        "One file for each space (a sub-customer). Any name that ends in `.yaml` or `.yml` will do.",
        "examples/quickstart/spaces/acme.yaml",
    ),
    "project": (
        "`reconciler.yaml`",
        "Optional, at the root of the project. Without it, each setting has its default.",
        "examples/team/reconciler.yaml",
    ),
}
HEAD = """\
# Configuration

Every key that a space file and `reconciler.yaml` may have, read from [space.schema.json](../schemas/space.schema.json) and
[project.schema.json](../schemas/project.schema.json). `reconciler validate` checks all of it, and reports every problem at once
with its file, line and column; what its codes mean is in [errors.md](errors.md).

Both files are YAML. A key that is not listed here is an error, and so is a key that occurs twice. Write phone numbers and country
codes in quotes: `reconciler` also reads them without, but other YAML tools take them for numbers. An editor that knows YAML
schemas completes and checks the keys as you type, once the first line of the file names the schema:
`# yaml-language-server: $schema=…/schemas/space.schema.json` (`reconciler schema space` prints it).

Credentials, endpoints, proxies and commands have no key. They come from the environment and the command line, because anybody
who opens a pull request can change these files.
"""


def configuration() -> Iterator[str]:
    yield from HEAD.splitlines()
    for name, (heading, what, sample) in FILES.items():
        yield from ("", f"## {heading}", "", what, "", f"From [{sample}](../{sample}):", "", "```yaml")
        yield from (ROOT / sample).read_text("utf-8").splitlines()[1:]
        yield "```"
        schema = load_schema(name)
        for path, part in _objects(schema, schema, ""):
            yield from _section(path, part, schema)


def _resolved(schema: Schema, whole: Schema) -> Schema:
    found: Schema = whole["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _objects(part: Schema, whole: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Every mapping of known keys, with its path, such as `phone_numbers.NAME`."""
    if "properties" in part:
        yield path, part
    for key, each in part.get("properties", {}).items():
        yield from _objects(_resolved(each, whole), whole, f"{path}.{key}".strip("."))
    if isinstance(part.get("additionalProperties"), dict):
        yield from _objects(_resolved(part["additionalProperties"], whole), whole, f"{path}.NAME")


def _section(path: str, part: Schema, whole: Schema) -> Iterator[str]:
    if path:
        yield from ("", f"### `{path}`")
    for key, each in part["properties"].items():
        yield from _key(path, key, _resolved(each, whole), whole, key in part.get("required", ()))


def _key(path: str, key: str, part: Schema, whole: Schema, required: bool) -> Iterator[str]:
    """A key's heading, what it is, then its rule, an example and the values to choose from."""
    facts = f"{_type(part, whole)}, {'required' if required else _default(part)}"
    yield from ("", f"**`{path}{'.' if path else ''}{key}`** ({facts})", "", part["description"])
    listed = [("Rule: ", _rule(part, whole)), ("Example: ", _example(key, part, whole))]
    values = _resolved(part.get("items") or part.get("additionalProperties") or part, whole)
    lines = [f"- {what}{text}" for what, text in listed if text] + list(_values(values))
    yield from ("", *lines) if lines else ()


def _type(part: Schema, whole: Schema) -> str:
    if part["type"] == "array":
        return f"list of {_type(_resolved(part['items'], whole), whole)}"
    if "propertyNames" in part:
        return f"mapping: name → {_type(_resolved(part['additionalProperties'], whole), whole)}"
    return {"object": "mapping", "integer": "whole number", "boolean": "`true` or `false`"}.get(part["type"], "text")


def _default(part: Schema) -> str:
    return f"default `{_yaml(part['default'])}`" if "default" in part else "optional"


def _rule(part: Schema, whole: Schema) -> str:
    if part["type"] == "array":
        size = "At least one, each once." if part.get("minItems") else "Each once."
        return f"{size} {_rule(_resolved(part['items'], whole), whole)}".rstrip()
    if "propertyNames" in part:
        said = str(_resolved(part["propertyNames"], whole)["patternErrorMessage"])
        return f"Each name: {said[0].lower()}{said[1:]}"
    if part["type"] == "integer":
        return f"{part['minimum']:,} to {part['maximum']:,}."
    return str(part.get("patternErrorMessage", ""))


def _example(key: str, part: Schema, whole: Schema) -> str:
    """A line of YAML with the first example, else with the default or the first value to choose from."""
    if part["type"] == "array":
        inner = _resolved(part["items"], whole)
        return f"`{key}: [{_yaml([*inner.get('examples', ()), *inner.get('enum', ())][0])}]`"
    defaults = [part["default"]] if "default" in part else []
    found = [*part.get("examples", ()), *defaults, *part.get("enum", ())]
    return f"`{key}: {_yaml(found[0])}`" if found else ""


def _yaml(value: object) -> str:
    """A value as it is written in the file: digits of a text in quotes."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text}"' if isinstance(value, str) and text.lstrip("+").isdigit() else text


def _values(part: Schema) -> Iterator[str]:
    """What each value means: a line each, or one line where there are many."""
    pairs = list(zip(part.get("enum", ()), part.get("enumDescriptions", ()), strict=True))
    if len(pairs) > 10:
        yield "- Values: " + ", ".join(f"`{value}` {said}" for value, said in pairs) + "."
    else:
        yield from (f"- `{value}`: {said}" for value, said in pairs)
