"""The map shows what is there: every file that it names, and in it every name beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.generate import DOCS

ROOT = DOCS.parent
MAP, GLOSSARY, RULES = (
    (DOCS / name).read_text("utf-8") for name in ("architecture.md", "glossary.md", "../.github/CONTRIBUTING.md")
)
FILE = r"`([\w./-]+(?:\.(?:py|json|md)|/))`"
NAMED = re.compile(rf"{FILE}(?: \(([^)]*)\))?")


def named(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each file or folder, and the names in brackets behind it; other words there are for people."""
    for path, inside in NAMED.findall(text):
        yield path, re.findall(r"`([\w.]+)`", inside)


def place(path: str) -> Path:
    return ROOT / path if (ROOT / path).exists() else ROOT / "reconciler" / path


def names(path: Path) -> set[str]:
    """What a module defines, and the attributes of its classes as `Class.attribute`; the keys of a schema."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return set(re.findall(r'"(\w+)":', text))
    return set(_defined(ast.parse(text).body, ""))


def _defined(body: list[ast.stmt], owner: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield owner + node.name
        if isinstance(node, ast.ClassDef):
            yield from _defined(node.body, f"{owner}{node.name}.")
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                owner + each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
            )


def missing(text: str) -> list[str]:
    """Files that are not there, and names that their files have not."""
    found = [(path, place(path), inside) for path, inside in named(text)]
    gone = [path for path, where, _ in found if not where.exists()]
    return gone + [
        f"{path} {each}"
        for path, where, inside in found
        if inside and where.exists()
        for each in {*inside} - names(where)
    ]


def section(text: str, title: str) -> list[list[str]]:
    """The rows of a section's table, without its head."""
    return rows(text.partition(f"\n## {title}\n")[2].partition("\n## ")[0])[2:]


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in re.findall(r"^\|(.*)\|$", text, re.MULTILINE)]


@pytest.mark.parametrize("text", [MAP, GLOSSARY, RULES], ids=["map", "glossary", "contributing"])
def test_every_file_and_name_is_there(text: str) -> None:
    """Each path is a file or folder of the repository, and each name in brackets is defined in it."""
    assert missing(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`core/plan/make.py` (`plan`)", []),
        ("`core/plan/mike.py` (`plan`)", ["core/plan/mike.py"]),
        ("`core/plan/make.py` (`Context.states`, `plan`; or `planned`)", ["core/plan/make.py planned"]),
        ("`core/code.py` (`Code.fill`, `Code.spill`)", ["core/code.py Code.spill"]),
        ("`schemas/space.schema.json` (`onboarding`, `offboarding`)", ["schemas/space.schema.json offboarding"]),
        ("a folder like `kinds/`, not `cousins/`", ["cousins/"]),
    ],
)
def test_what_is_not_there_is_found(text: str, wrong: list[str]) -> None:
    """The law can fail: for a file, a folder, a name, an attribute and a key."""
    assert missing(text) == wrong


def test_twelve_small_tasks_say_what_to_touch() -> None:
    """Each names a file and something in it."""
    tasks = section(MAP, "Twelve small tasks")
    assert len(tasks) == 12
    assert [task for task, where in tasks if not any(inside for _, inside in named(where))] == []


TERMS = [row for title in re.findall(r"^## (.*)$", GLOSSARY, re.MULTILINE) for row in section(GLOSSARY, title)]


def test_every_term_is_met_somewhere() -> None:
    """Each has a sentence or two, and a file with a name in it; no term occurs twice."""
    assert [term for term, _, where in TERMS if not any(inside for _, inside in named(where))] == []
    assert [term for term, what, _ in TERMS if not what.endswith(".") or what.count(". ") > 2] == []
    words = [word for term, _, _ in TERMS for word in term.split(", ")]
    assert len(words) == len(set(words)) > 60


def test_the_map_is_read_at_one_sitting() -> None:
    """Short enough, and the README leads there."""
    assert MAP.count("\n") < 200
    assert "(docs/architecture.md)" in (ROOT / "README.md").read_text("utf-8")
