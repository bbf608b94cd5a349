"""`fmt`: one layout, whatever was written; what a file means and every comment of it stay."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from reconciler.config.formatting.pretty import pretty
from reconciler.config.formatting.quotes import needs_quotes
from reconciler.config.schema import load_schema
from reconciler.config.text import source
from reconciler.config.text.nodes import Block
from reconciler.config.text.reader import parse_yaml
from reconciler.errors import ConfigError
from tests.fuzz import config
from tests.stage.project import Project

ROOT = Path(__file__).parents[2]
BEFORE = """\
# yaml-language-server: $schema=space.schema.json
# Acme, since 2026.

# as the console shows it
space_id: 'cams-acme'   # checked
# the name
space: acme
contacts:
    # about tom
    tom: {title: CEO, email: "tom@example.com",   message_types: [ 'FaultMessage',ServiceMessage ]}
    # nobody else
# our lines
phone_numbers:
        support:
                # since it is new
                onboarding: "register"
                number: +8613800001234

                display_name: 'Acme: Support'
                locale: en_US
        "86": {onboarding: migrate, number: "+8613800001235"}
        # no more

# the end
"""
AFTER = """\
# yaml-language-server: $schema=space.schema.json
# Acme, since 2026.

# the name
space: acme
# as the console shows it
space_id: cams-acme     # checked
# our lines
phone_numbers:
  support:
    number: "+8613800001234"
    # since it is new
    onboarding: register

    display_name: "Acme: Support"
    locale: en_US
  "86": {number: "+8613800001235", onboarding: migrate}
  # no more
contacts:
  # about tom
  tom: {email: tom@example.com, title: CEO, message_types: [FaultMessage, ServiceMessage]}
  # nobody else

# the end
"""


def formatted(text: str, schema: str = "space") -> str | None:
    return pretty(text, load_schema(schema))


def test_a_file_is_formatted() -> None:
    """Keys in the order of the reference with the comments above them, two blanks, quotes where they are needed."""
    assert formatted(BEFORE) == AFTER
    assert formatted(AFTER) == AFTER


def test_settings_keep_their_types() -> None:
    """A whole number has no quotes, a country code has: other readers would take it for a number."""
    text = "guards: {allowed_countries: ['86'], max_messages: 20}\nspaces:\n- a.yaml\n"
    made = 'spaces:\n  - a.yaml\nguards: {max_messages: 20, allowed_countries: ["86"]}\n'
    assert formatted(text, "project") == made


def test_whatever_is_read_is_formatted_without_a_loss() -> None:
    """Files by grammar with every kind of slip: the same meaning, the same comments, and formatted once for all."""
    count = 0
    for seed in range(250):
        for name, raw in config.generated(Random(seed)).items():
            try:
                text = source.decode(raw, "f")
            except ConfigError:
                continue
            schema = "project" if name == "reconciler.yaml" else "space"
            node, problems, _ = parse_yaml(text, "f")
            if problems or not isinstance(node, Block) or not node:
                assert formatted(text, schema) is None
            elif made := formatted(text, schema):
                assert (parse_yaml(made, "f").node, formatted(made, schema)) == (node, made)
                assert sorted(re.findall("# .*", made)) == sorted(line.rstrip() for line in re.findall("# .*", text))
                count += 1
    assert count > 100


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/spaces/*.yaml")), ids=str)
def test_the_examples_are_formatted(path: Path) -> None:
    """What is shown to people is how it is to be written."""
    text = path.read_text()
    assert (
        formatted(text, "template" if "parameters:" in text else "filled" if "template:" in text else "space") == text
    )


@pytest.mark.parametrize(
    "text", ["+8613800001234", "86", "0123", "1e3", "0o17", "12:34", "NO", "~", "", "a: b", "a #b", "- a", "2026-01-01"]
)
def test_other_readers_need_quotes(text: str) -> None:
    """What YAML 1.1 or 1.2 would take for a number, a date, nothing, or another shape."""
    assert needs_quotes(text)


@pytest.mark.parametrize(
    "text", ["acme", "Acme & Co. (East)", "${customer}", "客服", "en_US", "sqlite:.reconciler/state.db"]
)
def test_other_readers_need_no_quotes(text: str) -> None:
    """Words, names, placeholders, paths."""
    assert not needs_quotes(text)


def test_the_command_formats_a_project(project: Project) -> None:
    """Settings, space files and their templates; --check writes nothing, names what would change, and exits 1."""
    project.write("spaces/acme.yaml", "space_id: cams-acme\nspace: acme\n")
    project.write("spaces/globex.yaml", "space_id: cams-globex\nvalues: {a: globex}\ntemplate: ../shop.yaml\n")
    project.write("shop.yaml", "space: '${a}'\nparameters: {a: {}}\n")
    names = "spaces/acme.yaml\nspaces/globex.yaml\nshop.yaml\n"
    checked = project.run("fmt", "--check")
    assert (checked.code, checked.out, checked.err) == (1, names, "")
    done = project.run("fmt")
    assert (done.code, done.out, done.err) == (0, names, "")
    assert (project.root / "shop.yaml").read_text() == "parameters: {a: {}}\nspace: ${a}\n"
    assert (project.root / "spaces/acme.yaml").read_text() == "space: acme\nspace_id: cams-acme\n"
    again = project.run("fmt", "--check")
    assert (again.code, again.out) == (0, "")


def test_what_is_no_yaml_is_left_alone(project: Project) -> None:
    """Its problems are told, the other files are formatted, and the exit code is 1; so is a file outside."""
    project.write("spaces/acme.yaml", "space_id: cams-acme\nspace: acme\n")
    project.write("spaces/globex.yaml", "space: {\n")
    done = project.run("fmt")
    assert (done.code, done.out) == (1, "spaces/acme.yaml\n")
    assert done.err.startswith("error[yaml-syntax] spaces/globex.yaml:2:1: ")
    assert (project.root / "spaces/globex.yaml").read_text() == "space: {\n"
    assert project.run("fmt", "../elsewhere.yaml").code == 64
