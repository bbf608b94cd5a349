"""What the README's commands install is what was tested, and pyproject.toml's bounds are whole."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.constraints import KEPT, installed, named, oldest

LINES = KEPT.read_text("utf-8").splitlines()
VERSIONS = dict(line.split("==") for line in LINES)


def test_constraints_are_names_and_versions() -> None:
    """No address, no hash, no range: a name and a version a line, in order."""
    assert [line for line in LINES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][a-z0-9.]*", line)] == []
    assert sorted(set(LINES)) == sorted(LINES)


def test_nothing_is_left_open() -> None:
    """Every package that pyproject.toml names is held; so is what they bring, where they are what was tested.

    After a change of pyproject.toml: `python -m tests.constraints installed > tests/constraints.txt`.
    """
    wanted, here = named(), installed()
    assert set(wanted) - set(VERSIONS) == set()
    if all(here[name] == VERSIONS[name] for name in wanted):
        assert set(here) - set(VERSIONS) == set()


@pytest.mark.parametrize("requirement", named().values(), ids=str)
def test_every_dependency_has_both_bounds(requirement: Requirement) -> None:
    """The least version that the suite passes with, and the first major that may break; what was tested is between."""
    assert sorted(each.operator for each in requirement.specifier) == ["<", ">="]
    assert VERSIONS[canonicalize_name(requirement.name)] in requirement.specifier
    assert oldest()[canonicalize_name(requirement.name)] in requirement.specifier
