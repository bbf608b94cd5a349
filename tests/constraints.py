"""Versions for pip's `--constraint`: `python -m tests.constraints installed|oldest`.

installed: all that the test extra brings, as it is here; kept in constraints.txt, which the README's commands install.
oldest: what pyproject.toml names, at the least version it allows; what those packages bring themselves is left open.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "tests" / "constraints.txt"


def named() -> dict[str, Requirement]:
    """Every package that pyproject.toml names, by its name."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    return {canonicalize_name(each.name): each for each in map(Requirement, texts)}


def least(requirement: Requirement) -> str:
    (version,) = [each.version for each in requirement.specifier if each.operator == ">="]
    return version


def oldest() -> dict[str, str]:
    return {name: least(requirement) for name, requirement in named().items()}


def installed() -> dict[str, str]:
    return {name: distribution(name).version for name in _brought(named().values(), set())}


def _brought(requirements: Iterable[Requirement], seen: set[tuple[str, str]]) -> Iterator[str]:
    for each in requirements:
        name = canonicalize_name(each.name)
        yield name
        for extra in ["", *each.extras]:
            if (name, extra) not in seen:
                seen.add((name, extra))
                further = map(Requirement, distribution(name).requires or [])
                yield from _brought([one for one in further if _wanted(one, extra)], seen)


def _wanted(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def text(versions: dict[str, str]) -> str:
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.constraints")
    parser.add_argument("which", choices=["installed", "oldest"])
    print(text({"installed": installed, "oldest": oldest}[parser.parse_args().which]()), end="")
