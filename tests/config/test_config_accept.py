"""What is accepted in front: exactly what jsonschema and phonenumbers take, which then need not be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from reconciler.config.fast_accept import accepting
from reconciler.config.schema import judge, load_schema, typed
from reconciler.config.spaces import numbering_plans
from reconciler.config.spaces.build import drafts
from reconciler.config.spaces.examined_numbers import library_form
from reconciler.config.spaces.mobile_plans import is_mobile
from reconciler.config.spaces.numbers import e164
from reconciler.config.templates.use import Templates
from reconciler.config.text import source
from reconciler.config.text.nodes import Block
from reconciler.config.text.reader import parse_yaml
from reconciler.errors import ConfigError
from tests.config import mobile_plans
from tests.config.telling import GOOD, write
from tests.fuzz import config, grammar

# Schema -> its definitions; "" is the schema as a whole.
PARTS = [(name, part) for name in ("space", "project") for part in ("", *load_schema(name).get("definitions", {}))]
GOOD_TEXTS = sorted({text.strip('"') for texts in grammar.GOOD.values() for text in texts} | {"+8613800138000", "acme"})
SLIPS = ["", "x\n", "A b", "9" * 600, 0, -1, 10, 10**20, 1.5, True, None, [], ["86", "86"], ["86", []], {}, {"a": "b"}]


@cache
def values_of(name: str, part: str) -> tuple[Any, st.SearchStrategy[Any]]:
    """A schema, whole or in part, and values near it."""
    definitions = load_schema(name).get("definitions", {})
    schema = {**(definitions[part] if part else load_schema(name)), "definitions": definitions}
    return schema, near(schema, definitions)


def near(schema: Any, definitions: Any) -> st.SearchStrategy[Any]:
    """Values that the schema allows, or nearly."""
    if "$ref" in schema:
        return near(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    return st.one_of(*[_meant(schema, definitions)] * 6, st.sampled_from(SLIPS))


def _meant(schema: Any, definitions: Any) -> st.SearchStrategy[Any]:
    if schema["type"] == "object":
        known = {key: near(each, definitions) for key, each in schema.get("properties", {}).items()}
        needed = {key: known.pop(key) for key in schema.get("required", ())}
        fixed = st.fixed_dictionaries(needed, optional=known)
        if not (others := schema["additionalProperties"]):
            return fixed
        named = st.dictionaries(st.sampled_from(["a", "tom", "王小明", "A b"]), near(others, definitions), max_size=2)
        return st.builds(lambda one, two: one | two, fixed, named)
    if schema["type"] == "array":
        return st.lists(near(schema["items"], definitions), max_size=3)
    if schema["type"] == "integer":
        return st.integers(schema["minimum"] - 1, schema["maximum"] + 1)
    if schema["type"] == "boolean":
        return st.booleans()
    return st.sampled_from(schema["enum"]) if "enum" in schema else st.sampled_from(GOOD_TEXTS) | st.text(max_size=9)


@pytest.mark.parametrize(("name", "part"), PARTS)
@settings(max_examples=60)
@given(st.data())
def test_generated_values_are_judged_alike(name: str, part: str, data: st.DataObject) -> None:
    """Of values near the schema, exactly those are accepted in front that jsonschema finds valid."""
    schema, values = values_of(name, part)
    value = data.draw(values)
    assert accepting(schema)(value) == Draft7Validator(schema).is_valid(value)


def documents(seeds: range) -> Iterator[Block]:
    for seed in seeds:
        for raw in config.generated(Random(seed)).values():
            try:
                node = parse_yaml(source.decode(raw, "f"), "f").node
            except ConfigError:
                continue
            if isinstance(node, Block):
                yield node


REAL = (Path(__file__).parents[2] / "examples/quickstart/spaces/acme.yaml").read_text("utf-8").splitlines(keepends=True)


def slips() -> Iterator[str]:
    """Of a real space file: each beginning, and it without each line; of the grammar's, those that are text."""
    for place in range(len(REAL)):
        yield "".join(REAL[: place + 1])
        yield "".join(REAL[:place] + REAL[place + 1 :])
    for seed in range(900):
        for name, raw in grammar.files(Random(seed)).items():
            with suppress(UnicodeDecodeError):
                yield from [raw.decode()] * name.startswith("spaces/")


def test_what_the_schema_refuses_is_never_without_a_problem(tmp_path: Path) -> None:
    """However it is explained, and whatever is left out as noise: a file that is not valid is not planned with."""
    schema = load_schema("space")
    validator, refused = Draft7Validator(schema), 0
    for text in slips():
        node = parse_yaml(text, "f").node
        if isinstance(node, Block) and not validator.is_valid(typed(node, schema)):
            refused += 1
            path = write(tmp_path, {"spaces/a.yaml": text}) / "spaces/a.yaml"
            assert [each for each in drafts(tmp_path, path, Templates(tmp_path)) if each.problems], text
    assert refused > 100


def test_the_grammars_documents_are_judged_alike() -> None:
    """So are files by grammar with every kind of slip, files mutated, and bytes: by both schemas, each as a whole."""
    found = {name: {True: 0, False: 0} for name in ("space", "project")}
    validators = {name: Draft7Validator(load_schema(name)) for name in found}
    for node in documents(range(1_000)):
        for name, counts in found.items():
            value = typed(node, load_schema(name))
            sound = judge(name).accepts(value)
            assert sound == validators[name].is_valid(value)
            counts[sound] += 1
    assert all(count > 50 for counts in found.values() for count in counts.values())


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^a", "maxLength": 3},
        {"type": "string"},
        {"enum": ["ab"], "not": {"const": "ab"}},
        {"type": ["string"], "enum": ["ab"]},
        {"type": "object", "properties": {"a": {"anyOf": []}}},
        {"if": {"properties": {"a": {"minLength": 1}}}, "then": {"required": ["b"]}},
    ],
    ids=str,
)
def test_what_is_not_known_is_left_to_jsonschema(schema: Any) -> None:
    """A keyword that nobody taught it makes it accept nothing, also where a condition hides it."""
    assert not any(accepting(schema)(value) for value in ("ab", {"a": "ab"}, {"a": "ab", "b": "ab"}))


def drawn(random: Random, code: int) -> str:
    """A number of the country: an example of some type with a few digits changed, or any digits."""
    plan = PhoneMetadata.metadata_for_region_or_calling_code(code, random.choice(COUNTRY_CODE_TO_REGION_CODE[code]))
    kinds = [getattr(plan, type_) for type_ in numbering_plans.TYPES]
    examples = [kind.example_number for kind in kinds if kind and kind.example_number]
    digits = list(random.choice(examples) if random.random() < 0.9 else str(random.randrange(10**5, 10**13)))
    for _ in range(random.choice((0, 1, 2, 4))):
        digits[random.randrange(len(digits))] = random.choice("0123456789")
    more = random.choice(("", "", "", "", "", "0", "15"))
    return f"+{code}{''.join(random.choice((more + ''.join(digits), ''.join(digits) + more)))}"


@pytest.mark.parametrize("code", [*COUNTRY_CODE_TO_REGION_CODE, 999, 210])
def test_numbers_accepted_in_front_are_taken_unchanged(code: int) -> None:
    """Whatever the country: phonenumbers parses what was accepted, finds it valid, and writes it just so."""
    random = Random(code)
    for _ in range(30):
        number = drawn(random, code) if code in COUNTRY_CODE_TO_REGION_CODE else f"+{code}{random.randrange(10**8)}"
        if is_mobile(number) or numbering_plans.accepts(number):
            assert (library_form(number), e164(number)) == ((number, None), (number, None))


@pytest.mark.parametrize(
    "text",
    ["", "+", "+49", "+4930123456789012", "+8613800001234\n", "+86138٠٠001234", "+٨٦13800001234", "8613800001234"],
)
def test_what_is_no_number_is_not_accepted_in_front(text: str) -> None:
    """Too long for E.164 though its country has it, other digits, a line break, no plus."""
    assert not (is_mobile(text) or numbering_plans.accepts(text))
    assert e164(text)[1] is not None


def test_most_mobile_numbers_are_accepted_in_front() -> None:
    """Of a hundred countries' mobile numbers, ninety never wait for phonenumbers, or for its parser alone."""
    plans = [
        (code, PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0]))
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
    ]
    mobile = [f"+{code}{plan.mobile.example_number}" for code, plan in plans if plan and plan.mobile]
    for accepts in (is_mobile, numbering_plans.accepts):
        assert sum(map(accepts, mobile)) > 0.9 * len(mobile) > 180


def test_the_patterns_of_mobile_numbers_are_those_of_phonenumbers() -> None:
    """As `python -m tests.config.mobile_plans` writes them for the version they name; with another one, those of nine
    countries of ten."""
    shipped, made = json.loads(mobile_plans.FILE.read_bytes()), mobile_plans.document()
    if shipped["phonenumbers"] == made["phonenumbers"]:
        assert shipped == made
    assert len(shipped["patterns"].items() & made["patterns"].items()) > 0.9 * len(made["patterns"])


def test_what_is_printable_holds_nothing_unseen() -> None:
    """Every printable character passes also where a tab makes the slower look necessary."""
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    assert source.decode(printable.encode(), "f") + "\t" == source.decode(f"{printable}\t".encode(), "f")


LOADED = """
import sys
from pathlib import Path
from reconciler.config.project import load_project as load
try:
    load(Path(sys.argv[1]))
finally:
    print("jsonschema" in sys.modules)
"""


@pytest.mark.parametrize(("text", "loaded"), [(GOOD, "False"), (GOOD.replace("migrate", "grate"), "True")])
def test_jsonschema_is_loaded_for_what_is_refused_alone(tmp_path: Path, text: str, loaded: str) -> None:
    """A sound project, settings included, is read without it."""
    settings_file = "guards: {max_messages: 5}\nlimits: {throttled_means_not_sent: true}\n"
    write(tmp_path, {"spaces/a.yaml": text, "reconciler.yaml": settings_file})
    done = subprocess.run([sys.executable, "-c", LOADED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == loaded
