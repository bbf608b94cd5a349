"""The house stands as it is drawn: imports point one way, and each thing from outside has one door."""

from __future__ import annotations

import ast
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from reconciler.errors import ERRORS
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES
from tests.house.figures import fields
from tests.house.imports import ROOT, arrows, broken, circle, imports, module, owner, rooms, sources

TOP = {"pyproject.toml", "README.md", "reconciler", "schemas", "examples", "tests", "docs", "CHANGELOG.md", "LICENSE"}


def test_imports_point_one_way() -> None:
    """cli -> runs -> revisions, rehearsal -> executor, render and the edges -> core -> kinds, net -> the bottom."""
    assert broken(sources()) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("reconciler/core/plan/make.py", "import httpx"),
        ("reconciler/core/plan/make.py", "from time import sleep"),
        ("reconciler/kinds/contact.py", "from reconciler.core.model import Space"),
        ("reconciler/store/sqlite/journals.py", "from reconciler.config import load"),
        ("reconciler/sandbox/world.py", "from reconciler.cloud.client import Cloud"),
        ("reconciler/render/escape.py", "import os"),
        ("reconciler/errors/state.py", "from reconciler.core import plan"),
        ("reconciler/config/project.py", "import deepdiff"),
        ("reconciler/runs/session.py", "import click"),
        ("reconciler/runs/session.py", "from reconciler.cli.terminal import say"),
    ],
)
def test_a_forbidden_import_is_found(path: str, line: str) -> None:
    """The law can fail: each kind of forbidden import, also inside a function, is told by file and module."""
    assert len(broken({path: f"def f():\n    {line}\n"})) == 1


GRAPH = arrows(sources())
PACKAGES = sorted({name.rpartition(".")[0] for name in GRAPH} - {""})
# Folders whose files are all of one form.
ALIKE = {"reconciler/cli/verbs", "reconciler/kinds"}
# Within core a room may need those before it, and no other.
CORE = ("journal", "plan", "lifecycle")


def test_modules_run_in_no_circle() -> None:
    """Also inside a package, and inside functions."""
    assert circle(GRAPH) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_rooms_run_in_no_circle(package: str) -> None:
    """What lies side by side in a folder, a module or a room, needs the others one way."""
    assert circle(rooms(GRAPH, package)) == []


def test_a_circle_is_found() -> None:
    """The law can fail: of two modules, and of two rooms whose modules alone make none."""
    assert circle({"a": {"b"}, "b": {"a"}}) != []
    apart = {"r.x.a": {"r.y.b"}, "r.y.b": set(), "r.y.c": {"r.x.d"}, "r.x.d": set()}
    assert circle(apart) == []
    assert circle(rooms(apart, "r")) != []


def test_the_core_has_one_direction() -> None:
    """The words of all are on top; then journal, plan and lifecycle, each on those before it."""
    needs = rooms(GRAPH, "reconciler.core")
    for number, room in enumerate(CORE):
        assert needs[f"reconciler.core.{room}"].isdisjoint(f"reconciler.core.{later}" for later in CORE[number + 1 :])
    top = {name for name in needs if name.rpartition(".")[2] not in {*CORE, "review", "rehearsal"}}
    assert {each for name in top for each in needs[name]} <= top


def test_folders_stay_small() -> None:
    """No folder has more than 15 files, but those whose files are all of one form."""
    files = Counter(path.rpartition("/")[0] for path in sources() if not path.endswith("__init__.py"))
    assert {folder for folder, number in files.items() if number > 15} <= ALIKE


def test_no_module_only_forwards() -> None:
    """Whoever wants a name imports it from where it is; a package's face may show what is inside it."""
    forwarding = {path for path, text in sources().items() if _only_imports(text) and not path.endswith("__init__.py")}
    assert forwarding == set()


def _only_imports(text: str) -> bool:
    kept = (ast.Import, ast.ImportFrom, ast.Expr)
    return all(isinstance(node, kept) for node in ast.parse(text).body)


# What others made and this program may set: click's own place for it, the process's streams, a thread's kind, a log,
# how a session signs, the zone that a scheduler reckons by.
OTHERS = {"obj", "stdin", "daemon", "disabled", "propagate", "auth", "_cache_tz"}


def _set(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Attributes that are assigned to, but for an object's own."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in ast.walk(ast.Tuple([each for each in targets if each is not None])):
            if isinstance(target, ast.Attribute) and isinstance(target.ctx, ast.Store) and _base(target) != "self":
                yield target


def _base(attribute: ast.Attribute) -> str:
    return attribute.value.id if isinstance(attribute.value, ast.Name) else ""


def _fields(tree: ast.AST) -> set[str]:
    """Of the classes that a module defines."""
    named = (
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    )
    own = (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _base(node) == "self")
    return {*named, *own}


def _reached_into(path: str, text: str) -> list[str]:
    tree = ast.parse(text)
    return [f"{path}: {ast.unparse(each)}" for each in _set(tree) if each.attr not in _fields(tree) | OTHERS]


def test_nothing_is_changed_from_outside() -> None:
    """What a module made, only that module changes. The sandbox's world is what its operations change, by design."""
    outside = {path: text for path, text in sources().items() if not path.startswith("reconciler/sandbox/")}
    assert [each for path, text in outside.items() for each in _reached_into(path, text)] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("journal.backend = other", ["journal.backend"]),
        ("hands.adopt, hands.ask = 1, ask", ["hands.adopt", "hands.ask"]),
        ("state.serial += 1", ["state.serial"]),
        ("class A:\n    x: int = 0\n    def f(self):\n        self.y = A()\n        self.y.x = 1", []),
    ],
)
def test_a_change_from_outside_is_found(line: str, found: list[str]) -> None:
    """Alone, of several at once, and added to; what belongs to a class of the module itself is not."""
    assert _reached_into("reconciler/runs/session.py", line) == [
        f"reconciler/runs/session.py: {each}" for each in found
    ]


OF_KINDS = {"contact", "migrated", "prevalidated", "registered"}
# Its schema has sections and words of its own; the sandbox plays the cloud; a verb is called `migrate`.
MAY_NAME_KINDS = ("reconciler/kinds/", "reconciler/config/", "reconciler/sandbox/", "reconciler/cli/verbs/")


def test_generic_code_knows_no_kind() -> None:
    """A kind's module is imported by kinds alone, and its name or type is a text of nothing that serves them all."""
    importing = {name for name, needs in GRAPH.items() if needs & {f"reconciler.kinds.{each}" for each in OF_KINDS}}
    assert {name for name in importing if not name.startswith("reconciler.kinds")} == set()
    texts = {path: text for path, text in sources().items() if not path.startswith(MAY_NAME_KINDS)}
    naming = {path for path, text in texts.items() if {*KINDS, *TYPES} & set(_texts(text))}
    assert naming == set()


def _texts(text: str) -> Iterator[str]:
    return (
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


# The sandbox plays the cloud, in the cloud's own words: as another program would, it has names of its own.
def test_a_public_name_has_one_meaning() -> None:
    """A name that others import by itself is defined in one module; so is every public class."""
    texts = {path: text for path, text in sources().items() if not path.startswith("reconciler/sandbox/")}
    defining, classes = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for path, text in texts.items():
        defined = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        for name, node in defined.items():
            (classes if isinstance(node, ast.ClassDef) else defining)[name].add(module(path))
    taken = {(owner(each, set(GRAPH)), each.rpartition(".")[2]) for text in texts.values() for each in imports(text)}
    shared = {name: {each for each in found if (each, name) in taken} for name, found in defining.items()}
    several = {name: found for name, found in {**shared, **classes}.items() if len(found) > 1}
    assert {name: found for name, found in several.items() if not name.startswith("_")} == {}


def test_files_stay_small() -> None:
    """No file of the package has more than 300 lines."""
    assert [path for path, text in sources().items() if text.count("\n") > 300] == []


def test_every_field_is_documented() -> None:
    """One a line, `name: …`, in the docstring of its dataclass, named tuple or struct."""
    assert [f"{path}: {name}" for path, text in sources().items() for name, has in fields(text) if not has] == []


def test_the_top_level_is_what_was_chosen() -> None:
    """Beside what was chosen only dot-files and dot-folders stand at the top."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tops = {line.split("/")[0] for line in tracked.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= TOP


def _codes(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ERRORS:
            yield node.value


def _raised(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Problem", "bad", "_bad") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def test_every_error_has_its_row() -> None:
    """A code that is raised stands in the table, with a summary and a way out that end as sentences do."""
    raised = {code for text in sources().values() for code in _raised(text)}
    assert raised - set(ERRORS) == set()
    assert [code for code, row in ERRORS.items() if not row.summary or not row.hint.endswith((".", "?"))] == []


def test_no_error_is_idle() -> None:
    """Every row of the table is used somewhere."""
    used = {
        code for path, text in sources().items() if not path.startswith("reconciler/errors/") for code in _codes(text)
    }
    assert set(ERRORS) - used == set()


def test_the_stage_needs_no_suite_and_nobody_needs_the_bench() -> None:
    """What all suites share imports none of them, and the benchmark can go without a trace."""
    suites = [(path.relative_to(ROOT / "tests").parts[0], path) for path in ROOT.glob("tests/**/*.py")]
    named = [(mine, name.split(".")) for mine, path in suites for name in imports(path.read_text("utf-8"))]
    needs = {(mine, name[1]) for mine, name in named if name[0] == "tests"}
    assert {theirs for mine, theirs in needs if mine == "stage"} <= {"stage", "programs"}
    assert {mine for mine, theirs in needs if theirs == "bench"} == {"bench"}
