"""How the tests of the config reader write a project and read what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reconciler.config.project import load_project
from reconciler.errors import ConfigError, Problem

GOOD = 'space: good\nspace_id: cams-good\nphone_numbers: {a: {number: "+8613800001111", onboarding: migrate}}\n'


def line(problem: Problem) -> str:
    found = "" if problem.found is None else f"  found: {ascii(problem.found)[:80]}\n"
    return f"error[{problem.code}] {problem.place}: {problem.what}\n{found}  hint: {problem.mend}\n"


def lines(root: Path) -> str:
    """All problems of a project as text; an empty text where it is sound."""
    try:
        load_project(root)
    except ConfigError as error:
        return "".join(line(problem) for problem in error.problems)
    return ""


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root
