"""The configuration reference has every key, and the defaults that it tells are those of the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.config.schema import load_schema
from reconciler.config.settings import Settings
from reconciler.config.spaces import build
from tests.docs.configuration import configuration

PAGE = "\n".join(configuration())


def keys(schema: Any) -> Iterator[str]:
    """Every name that some mapping of a schema may have as a key."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ()
        for each in schema.values():
            yield from keys(each)


@pytest.mark.parametrize("name", ["space", "template", "filled", "project"])
def test_every_key_has_its_entry(name: str) -> None:
    """With its type, and whether it is required, optional or has a default."""
    entries = [line for line in PAGE.splitlines() if line.startswith("**`")]
    assert [key for key in keys(load_schema(name)) if not any(f"{key}`** (" in entry for entry in entries)] == []
    assert [
        entry for entry in entries if not any(f", {word}" in entry for word in ("required", "optional", "default"))
    ] == []


def test_the_defaults_are_those_of_the_code() -> None:
    """What a schema says is taken where a key is missing is what is taken."""
    project = load_schema("project")["definitions"]
    assert (project["state"]["default"], project["site"]["default"]) == (Settings().state, Settings().site)
    for group, used in (("guards", Settings().guards), ("limits", Settings().limits)):
        said = {key: each["default"] for key, each in project[group]["properties"].items() if "default" in each}
        assert said == {key: getattr(used, key) for key in said}
    space = load_schema("space")["definitions"]
    assert {key: space[key]["default"] for key in build._DEFAULTS} == build._DEFAULTS
