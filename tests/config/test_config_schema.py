"""The schemas: what editors show, what other checkers accept, and that nothing of them is said twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from reconciler.config.schema import judge, load_schema
from reconciler.config.spaces import contacts
from reconciler.config.spaces.numbers import e164
from reconciler.config.text.nodes import Block, place
from reconciler.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
SCHEMAS = ["space", "project"]
EXAMPLES = sorted((ROOT / "examples").glob("*/spaces/*.y*ml"))
FILLED = [path for path in EXAMPLES if "\ntemplate: " in path.read_text("utf-8")]
TEMPLATES = sorted((ROOT / "examples").glob("*/templates/*.yaml"))
SETTINGS = sorted((ROOT / "examples").glob("*/reconciler.yaml"))


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sub-schema of a schema that describes a value, with its path."""
    if "$ref" in schema:
        return
    yield path, schema
    for key in ("properties", "definitions"):
        for name, each in schema.get(key, {}).items():
            yield from parts(each, f"{path}/{name}")
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key], f"{path}/{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_value_is_described(name: str) -> None:
    """Editors have something to say about each property and each allowed value, and nothing unknown is let through."""
    schema = load_schema(name)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:reconciler:schema:{name}"
    for path, part in parts(schema):
        assert part.get("description", "").endswith((".", '".', ":")), path
        assert len(part.get("enum", [])) == len(part.get("enumDescriptions", [])), path
        assert part["type"] != "object" or "additionalProperties" in part, path
        assert part["type"] != "string" or "enum" in part or "pattern" in part, path
        assert ("pattern" in part) == part.get("patternErrorMessage", "").endswith("."), path


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_and_defaults_are_allowed(name: str) -> None:
    """A schema accepts its own examples and defaults; each text with a pattern has an example."""
    for path, part in parts(load_schema(name)):
        assert "pattern" not in part or part["examples"], path
        given = [*part.get("examples", []), *([part["default"]] if "default" in part else [])]
        assert [each for each in given if not Draft7Validator(part).is_valid(each)] == [], path


@pytest.mark.parametrize("name", SCHEMAS)
def test_patterns_mean_the_same_everywhere(name: str) -> None:
    """Patterns begin at the start, end at the very end, and use no class that engines read differently."""
    for path, part in parts(load_schema(name)):
        pattern = part.get("pattern", "^$(?!\\n)")
        assert pattern.startswith("^"), path
        assert pattern.endswith("$(?!\\n)"), path
        assert not any(escape in pattern for escape in ("\\d", "\\w", "\\s", "\\Z", "\\b")), path


def test_the_schema_is_json_with_each_key_once() -> None:
    """A doubled key in a schema would silently lose a rule."""
    for path in (ROOT / "schemas").glob("*.schema.json"):

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            assert len({key for key, _ in pairs}) == len(pairs)
            return dict(pairs)

        assert json.loads(path.read_text("utf-8"), object_pairs_hook=once)


PLAIN = [path for path in EXAMPLES if path not in FILLED]
OF_SCHEMAS = [("space", PLAIN), ("filled", FILLED), ("template", TEMPLATES), ("project", SETTINGS)]


@pytest.mark.parametrize(("name", "files"), OF_SCHEMAS, ids=[name for name, _ in OF_SCHEMAS])
def test_examples_are_valid_to_another_checker(name: str, files: list[Path]) -> None:
    """check-jsonschema accepts the examples, and each names its schema for editors in its first line."""
    assert files
    for file in files:
        first = file.read_text("utf-8").splitlines()[0]
        schema = file.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert schema.resolve() == ROOT / f"schemas/{name}.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", f"schemas/{name}.schema.json"]
    done = subprocess.run([*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "ok -- validation done", "")


NAMES = st.sampled_from(["number", "onboarding", "display_name", "method", "locale", "on_remove", "extra"])
TEXTS = st.sampled_from(
    ["+8613800138000", "register", "migrate", "sms", "id", "refuse", "Acme", "", "x\n", "delete", "NO"]
)


@given(st.lists(st.dictionaries(NAMES, TEXTS), max_size=8))
def test_shapes_never_hide_a_violation(blocks: list[dict[str, str]]) -> None:
    """However many sound blocks were seen, a block is found sound exactly when jsonschema finds it so, but for
    numbers, whose own rules are stricter."""
    schema = {**load_schema("space")["definitions"]["phone_number"], "definitions": load_schema("space")["definitions"]}
    for each in blocks:
        made = Block(each)
        made.marks = array("Q", range(2 * len(each) + 1))
        sound = not judge("space", "phone_number").problems(made, made, partial(place, "f"))
        numbers_own = "number" in each and e164(each["number"])[1] is not None
        assert sound == Draft7Validator(schema).is_valid(each) or (sound and numbers_own)


LIKELY = st.text("+86139+01 -()aé王x.@_\n", max_size=20) | st.text(max_size=20)


@given(LIKELY)
def test_own_rules_are_at_least_as_strict_as_the_patterns(text: str) -> None:
    """What the schema's pattern refuses, and leaves to the rules that explain better, they refuse as well."""
    fits = judge("space", "contact").fits
    assert contacts.phone(text)[1] or fits("phone", text)
    assert (contacts.name(text) is None) == fits("name", text)
    assert (contacts.email(text) is None) == fits("email", text)
    assert e164(text)[1] or judge("space", "phone_number").fits("number", text)


def test_every_parameter_a_number_needs_can_be_written() -> None:
    """Method, locale and display name are all that the operations ask for beside the number itself."""
    known = {"Method": "method", "Locale": "locale", "VerifiedName": "display_name"}
    asked = {name for operation in OPERATIONS.values() for name in operation.required}
    assert {known[name] for name in asked & set(known)} <= set(
        load_schema("space")["definitions"]["phone_number"]["properties"]
    )


HOSTS = [
    ("hooks.example.com", True),
    ("Hooks-2.example.com:8443", True),
    ("localhost:65535", True),
    ("xn--bcher-kva.xn--p1ai", True),
    ("3com.example", True),
    ("a..b", False),
    ("-a.example", False),
    ("a-.example", False),
    (f"{'a' * 64}.example", False),
    ("0x7f.1", False),
    ("2130706433", False),
    ("127.0.0.1", False),
    ("hooks.example.com:0", False),
    ("hooks.example.com:99999", False),
    ("hooks.example.com:65536", False),
]


@pytest.mark.parametrize(("host", "accepted"), HOSTS)
def test_a_host_is_a_name_and_its_port_is_one(host: str, accepted: bool) -> None:
    """In every address, and in the list of hosts; some libraries read a number in the last place as IPv4."""
    space, project = map(load_schema, SCHEMAS)
    found = [part["pattern"] for _, part in parts(space) if "https" in part.get("pattern", "")]
    assert len(found) == 5
    assert {bool(re.search(pattern, f"https://{host}/x?y")) for pattern in found} == {accepted}
    (hosts,) = {part["items"]["pattern"] for path, part in parts(project) if path.endswith("callback_hosts")}
    assert bool(re.search(hosts, host)) == accepted
    assert not re.search(hosts, f"{host}:443")
