"""Templates: what comes of them is what a plain file would say, and a `$` is filled in only where one is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from reconciler.config.formatting.quotes import yaml_text
from reconciler.config.glance import space_ids
from reconciler.config.project import load_project, rendered
from reconciler.config.schema import load_schema
from reconciler.config.templates.placeholders import hole
from reconciler.config.templates.schemas import schema_of_users
from reconciler.config.templates.template import read_template
from reconciler.config.text.nodes import Block
from reconciler.config.text.reader import parse_yaml
from reconciler.core.plan.space_digest import space_digest
from reconciler.errors import ConfigError
from tests.config.telling import GOOD, lines, write
from tests.docs.schemas import OF_A_SPACE, of_a_space

SHOP = """\
parameters:
  customer: {}
  support: {description: the shop's line}
  locale: {default: en_US}
  types: {default: [ServiceMessage, FaultMessage]}
space: ${customer}
phone_numbers:
  ${customer}-support:
    number: ${support}
    onboarding: register
    display_name: "${customer} costs $5, $name $$ $${customer}!"
    locale: ${locale}
contacts:
  ops: {name: "${customer}", email: "ops@${customer}.example", title: Other, message_types: "${types}"}
"""
ACME = """\
template: ../../templates/shop.yaml
values:
  customer: acme
  support: "+8613800001234"
space_id: cams-acme
contacts:
  tom: {email: "tom+$${x}@${customer}.example", title: CEO, message_types: [FaultMessage]}
"""
MANY = """\
template: ../templates/shop.yaml
instances:
  globex:
    values: {customer: globex, support: "+8613800001235", locale: de, types: [SecurityMessage]}
    space_id: cams-globex
  initech:
    values: {customer: initech, support: "+8613800001236"}
    space_id: cams-initech
"""
PLAIN = """\
space: {name}
phone_numbers:
  {name}-support:
    number: "{number}"
    onboarding: register
    display_name: "{name} costs $5, $name $ ${{customer}}!"
    locale: {locale}
contacts:
  ops: {{name: {name}, email: "ops@{name}.example", title: Other, message_types: {types}}}
{more}space_id: cams-{name}
"""
FILES = {
    "templates/shop.yaml": SHOP.replace(" $${customer}", ""),
    "spaces/eu/acme.yaml": ACME.replace("+$${x}", ""),
    "spaces/many.yaml": MANY,
    "reconciler.yaml": "spaces: ['spaces/**/*.yaml']\n",
}


def digests(root: Path) -> dict[str, str]:
    return {space.name: space_digest(space) for space in load_project(root).spaces}


def test_what_is_filled_in_is_what_a_plain_file_says(tmp_path: Path) -> None:
    """From a file for one space, with a block of its own, and from instances; with defaults, and a list as a value."""
    tom = "  tom: {email: tom@acme.example, title: CEO, message_types: [FaultMessage]}\n"
    two = "[ServiceMessage, FaultMessage]"
    rows = [
        {"name": "acme", "number": "+8613800001234", "locale": "en_US", "types": two, "more": tom},
        {"name": "globex", "number": "+8613800001235", "locale": "de", "types": "[SecurityMessage]", "more": ""},
        {"name": "initech", "number": "+8613800001236", "locale": "en_US", "types": two, "more": ""},
    ]
    plain = {f"spaces/{row['name']}.yaml": PLAIN.replace(" ${{customer}}", "").format(**row) for row in rows}
    filled = digests(write(tmp_path / "filled", FILES))
    assert filled == digests(write(tmp_path / "plain", plain))
    assert list(filled) == ["acme", "globex", "initech"]


def test_what_is_rendered_means_the_same(tmp_path: Path) -> None:
    """Each space as its file would be without a template: read as one, it wants the same."""
    root = write(tmp_path / "filled", FILES)
    spaces = rendered(root)
    assert [file for file, _ in spaces] == ["spaces/eu/acme.yaml", "spaces/many.yaml", "spaces/many.yaml"]
    plain = {f"spaces/{block['space']}.yaml": yaml_text(block) for _, block in spaces}
    assert digests(write(tmp_path / "plain", plain)) == digests(root)


def test_places_are_those_of_the_values(tmp_path: Path) -> None:
    """Of a value its own, which also names where the template has it; of the rest, the template's."""
    globex = load_project(write(tmp_path, FILES)).spaces[1]
    assert tuple(globex.places["space_id"]) == ("spaces/many.yaml", 5, 15, "")
    (number, _) = globex.resources
    assert tuple(number.places["number"]) == ("spaces/many.yaml", 4, 41, "filled in at templates/shop.yaml:9:13")
    assert tuple(number.places["onboarding"]) == ("templates/shop.yaml", 10, 17, "used at spaces/many.yaml:1:11")
    default = "filled in at templates/shop.yaml:14:93, used at spaces/eu/acme.yaml:1:11"
    acme = load_project(tmp_path).spaces[0]
    assert tuple(acme.resources[1].places["message_types"]) == ("templates/shop.yaml", 5, 20, default)


def test_without_a_template_a_dollar_is_a_dollar(tmp_path: Path) -> None:
    """Also two of them, and a name behind it; only what looks like a placeholder that nobody filled in is refused."""
    text = GOOD.replace("onboarding: migrate", 'onboarding: register, display_name: "A$B $$ $name"')
    (space,) = load_project(write(tmp_path, {"spaces/a.yaml": text})).spaces
    assert space.resources[0].attributes["display_name"] == "A$B $$ $name"
    assert "template-not-filled" in lines(write(tmp_path, {"spaces/a.yaml": text.replace("$name", "${name}")}))


TEXTS = st.text(st.sampled_from("$${}ab"), max_size=12)


@given(TEXTS)
def test_only_two_marks_mean_anything(text: str) -> None:
    """A text is itself once each `$` of it is written twice; without `$$` and `${` it is itself as it stands."""
    doubled = hole(text.replace("$", "$$"), is_key=False)
    assert (doubled.filled({}) if doubled else text.replace("$", "$$")) == text
    assert (hole(text, is_key=False) is None) == ("$$" not in text and "${" not in text)


@given(TEXTS)
def test_values_are_taken_as_they_are(value: str) -> None:
    """Nothing in a value is looked at again."""
    found = hole("<${a}>", is_key=False)
    assert found
    assert found.filled({"a": value}) == f"<{value}>"


def test_a_name_is_known_at_a_glance(tmp_path: Path) -> None:
    """Whoever has an address finds the space's journal, also of spaces that a template is filled in for."""
    root = write(tmp_path, {**FILES, "spaces/good.yaml": GOOD})
    ids = {"good": "cams-good", "acme": "cams-acme", "globex": "cams-globex", "initech": "cams-initech"}
    assert space_ids(root) == ids


def test_a_template_among_the_spaces_is_not_overlooked(tmp_path: Path) -> None:
    """It is read, by the files that fill it; a file that fills one and is not read is named."""
    files = {"spaces/common/shop.yaml": SHOP.replace("space: ", "space_id: cams-${customer}\nspace: ")}
    user = "template: common/shop.yaml\nvalues: {customer: acme, support: '+8613800001234'}\n"
    files |= {"spaces/acme.yaml": user, "spaces/below/globex.yaml": user.replace("common", "../common")}
    files["spaces/common/shop.yaml"] = files["spaces/common/shop.yaml"].replace(" $${customer}", "")
    warnings = load_project(write(tmp_path, files)).warnings
    assert [(each.code, str(each.place)) for each in warnings] == [("file-not-read", "spaces/below/globex.yaml:1:1")]


@pytest.mark.parametrize("name", sorted(OF_A_SPACE))
def test_editors_know_templates(name: str) -> None:
    """Their schemas are those that come of a space's, and draft-07."""
    assert "\n".join(of_a_space(name)) + "\n" == (Path(__file__).parents[2] / f"schemas/{name}.schema.json").read_text()
    Draft7Validator.check_schema(load_schema(name))


@pytest.mark.parametrize(("name", "text"), [("template", SHOP), ("filled", ACME), ("filled", MANY)])
def test_editors_accept_templates(name: str, text: str) -> None:
    """A template, a file that fills it, and one with instances; a misspelt key is shown in each of them."""
    node: Any = parse_yaml(text, "f").node
    assert isinstance(node, Block)
    validator = Draft7Validator(load_schema(name))
    assert [error.message for error in validator.iter_errors(json.loads(json.dumps(node)))] == []
    assert not validator.is_valid({**node, "spaec": "x"})


def test_a_template_is_read_once_and_told_of_once(tmp_path: Path) -> None:
    """What is wrong with it is said at its own place, with the first file that uses it and how many more do."""
    user = "template: ../shop.yaml\nvalues: {a: x}\nspace_id: cams-"
    root = write(tmp_path, {"shop.yaml": "parameters: {a: {}}\nspace: ${b}\n", "spaces/a.yaml": f"{user}a\n"})
    write(root, {f"spaces/{name}.yaml": f"{user}{name}\n" for name in "bcd"})
    assert lines(root) == (
        "error[parameter-unused] shop.yaml:1:14: nothing in the template uses this parameter "
        "(used at spaces/a.yaml:1:11, and 3 more like it)\n  found: 'a'\n  hint: Remove it, or use it.\n"
        "error[placeholder-unknown] shop.yaml:2:8: no parameter has this name "
        "(used at spaces/a.yaml:1:11, and 3 more like it)\n  found: '${b}'\n  hint: One of: a.\n"
    )


def test_editors_complete_the_values_of_a_template(tmp_path: Path) -> None:
    """The schema of its users has its parameters, with what they are; those without a default are required."""
    root = write(tmp_path, FILES)
    schema = schema_of_users(load_schema("space"), read_template(root, root / "templates/shop.yaml"))
    values = schema["definitions"]["values"]
    assert list(values["properties"]) == ["customer", "support", "locale", "types"]
    assert values["properties"]["support"]["description"] == "the shop's line"
    assert values["required"] == ["customer", "support"]
    validator = Draft7Validator(schema)
    assert validator.is_valid(json.loads(json.dumps(parse_yaml(MANY, "f").node)))
    assert not validator.is_valid(json.loads(json.dumps(parse_yaml(MANY.replace("locale", "lang"), "f").node)))


def test_a_text_stays_short_however_it_is_filled(tmp_path: Path) -> None:
    """Its length is counted before it is made: a few lines cannot fill the memory. A name too long is no file."""
    write(tmp_path, {"templates/shop.yaml": "parameters: {a: {}}\nspace: acme\nspace_id: '" + "${a}" * 2000 + "'\n"})
    write(tmp_path, {"spaces/acme.yaml": f"template: ../templates/shop.yaml\nvalues: {{a: {'x' * 9_000}}}\n"})
    with pytest.raises(ConfigError) as refused:
        load_project(tmp_path)
    assert [each.code for each in refused.value.problems if each.code == "text-too-long"] == ["text-too-long"]
    write(tmp_path, {"spaces/acme.yaml": f"template: ../templates/{'x' * 300}.yaml\nvalues: {{a: b}}\nspace_id: c\n"})
    with pytest.raises(ConfigError) as refused:
        load_project(tmp_path)
    assert [each.code for each in refused.value.problems] == ["template-missing"]
