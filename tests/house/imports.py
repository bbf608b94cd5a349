"""Reads who imports whom, from the source alone: imports inside functions count as much as those at the top."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What stands lower may be imported by what stands higher, never the other way round.
FLOORS = (
    ("errors", "operations", "refusals", "runtime", ""),
    ("kinds", "net"),
    ("core",),
    ("executor", "render", "config", "cloud", "store", "sandbox", "forge"),
    ("revisions", "rehearsal"),
    ("runs",),
    ("cli", "__main__"),
)
EDGES = {"config", "cloud", "store", "sandbox", "forge", "render"}
ALLOWED_ACROSS = {("sandbox", "reconciler.cloud.signing")}
USED_ONCE = {"httpx": "reconciler/net/http.py", "deepdiff": "reconciler/core/diff.py"}
OUTSIDE_WORLD = {
    "os",
    "io",
    "pathlib",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
    "random",
    "secrets",
    "uuid",
}
# Whoever asks or shows at a terminal is the command line, and nobody else.
TERMINAL = {"click", "rich", "termios"}
PURE = {"core", "kinds", "render"}


def sources(root: Path = ROOT) -> dict[str, str]:
    """Path below the repository -> text, of every file of the package."""
    return {
        str(path.relative_to(root)): path.read_text("utf-8") for path in sorted((root / "reconciler").rglob("*.py"))
    }


def imports(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path: str) -> str:
    """reconciler/core/plan/make.py -> core; reconciler/operations.py -> operations; reconciler/__init__.py -> ''."""
    rest = path.removeprefix("reconciler/").removesuffix(".py").split("/")
    return "" if rest[0] == "__init__" else rest[0]


def floor(name: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if name in parts)


def broken(files: Mapping[str, str]) -> list[str]:
    """Every import that the law forbids, as `file imports module`."""
    return [
        f"{path} imports {module}" for path, text in files.items() for module in imports(text) if _wrong(path, module)
    ]


def _wrong(path: str, module: str) -> bool:
    top = module.split(".")[0]
    if top in USED_ONCE:
        return path != USED_ONCE[top]
    if top in TERMINAL:
        return part(path) != "cli"
    if top in OUTSIDE_WORLD:
        return part(path) in PURE
    if top != "reconciler":
        return False
    mine, theirs = part(path), _theirs(module)
    if mine in EDGES and theirs in EDGES and mine != theirs:
        return not any(mine == who and module.startswith(what) for who, what in ALLOWED_ACROSS)
    if "executor" in (mine, theirs) and {mine, theirs} & (EDGES | {"render"}):
        return True
    return floor(theirs) > floor(mine)


def _theirs(module: str) -> str:
    name = [*module.split("."), ""][1]
    return name if any(name in parts for parts in FLOORS) else ""


def module(path: str) -> str:
    """reconciler/core/plan/make.py -> reconciler.core.plan.make; a package by its own name."""
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def arrows(files: Mapping[str, str]) -> dict[str, set[str]]:
    """Module -> the modules of ours that it imports."""
    names = {module(path) for path in files}
    return {
        module(path): {owner(name, names) for name in imports(text)} & names - {module(path)}
        for path, text in files.items()
    }


def owner(name: str, names: set[str]) -> str:
    return name if name in names else name.rpartition(".")[0]


def rooms(graph: Mapping[str, set[str]], package: str) -> dict[str, set[str]]:
    """What lies directly in a package, modules and rooms alike -> what else of it that needs."""
    depth, inside = package.count(".") + 2, f"{package}."
    found: dict[str, set[str]] = {}
    for name in graph:
        if name.startswith(inside):
            mine = ".".join(name.split(".")[:depth])
            theirs = {".".join(each.split(".")[:depth]) for each in graph[name] if each.startswith(inside)}
            found.setdefault(mine, set()).update(theirs - {mine})
    return found


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """One that the arrows make, if any."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
