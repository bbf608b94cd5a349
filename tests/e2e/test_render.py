"""`render`: each space as its file would be without a template."""

from __future__ import annotations

import json

import pytest

from tests.stage.project import Project

SHOP = """\
parameters: {customer: {}, support: {}, greeting: {default: "12"}}
phone_numbers:
  support: {onboarding: register, number: "${support}", display_name: "${greeting}"}
space_id: cams-${customer}
"""
USERS = """\
template: ../templates/shop.yaml
instances:
  acme: {values: {customer: acme, support: "+8613800001234"}}
  globex: {values: {customer: globex, support: "+8613800001235", greeting: "a: b"}}
"""
SHOWN = """\
# spaces/shops.yaml
space: acme
space_id: cams-acme
phone_numbers:
  support:
    number: "+8613800001234"
    onboarding: register
    display_name: "12"
---
# spaces/shops.yaml
space: globex
space_id: cams-globex
phone_numbers:
  support:
    number: "+8613800001235"
    onboarding: register
    display_name: "a: b"
"""


@pytest.fixture
def shops(project: Project) -> Project:
    for path in project.root.glob("spaces/*"):
        path.unlink()
    project.write("templates/shop.yaml", SHOP)
    project.write("spaces/shops.yaml", USERS)
    return project


def test_what_comes_of_a_template_is_shown(shops: Project) -> None:
    """As YAML, its keys in the order of the reference, quotes where another reader would take a text for a number."""
    done = shops.run("render")
    assert (done.code, done.out, done.err) == (0, SHOWN, "")
    assert shops.run("render", "globex").out == SHOWN.partition("---\n")[2]


def test_it_is_one_json_document(shops: Project) -> None:
    """With the file of each space."""
    (space,) = json.loads(shops.run("render", "acme", "--json").out)["spaces"]
    assert (space["file"], space["space"], space["space_id"]) == ("spaces/shops.yaml", "acme", "cams-acme")


def test_what_is_wrong_follows_what_is_shown(shops: Project) -> None:
    """What is filled in is what one wants to see when something is wrong with it."""
    shops.write("spaces/shops.yaml", USERS.replace("+8613800001235", "+86138"))
    done = shops.run("render")
    assert (done.code, done.out) == (1, SHOWN.replace("+8613800001235", "+86138"))
    assert done.err.startswith("error[number-too-short] spaces/shops.yaml:4:48: ")


def test_an_unknown_name_is_a_wrong_command(shops: Project) -> None:
    """And nothing is shown."""
    done = shops.run("render", "initech")
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("error[unknown-space] no space of this name is declared\n")
