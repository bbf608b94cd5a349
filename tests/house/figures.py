"""Measures a checkout, this one or an older one beside it: `python -m tests.house.figures [DIRECTORY]`.

It prints a Markdown table of sizes and of arrows. An arrow is one module that imports another, however often.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from statistics import median

from tests.house.imports import ROOT, arrows, sources

INSIDE = (("cli", "runs"), ("cli",), ("runs",), ("core",), ("store",))
_RECORD = re.compile(r"\b(dataclass|NamedTuple|Struct)\b")
Arrow = tuple[str, str]
Row = tuple[str, str]


def figures(root: Path) -> Iterator[Row]:
    """What is measured, and what it came to."""
    files = sources(root)
    yield "files of the package", f"{len(files):,}"
    yield "lines of the package", f"{sum(map(_lines, files.values())):,}"
    yield "files in a folder, without `__init__`", _crowds(files)
    found = [(mine, their) for mine, theirs in arrows(files).items() for their in theirs]
    for parts in INSIDE:
        yield f"arrows inside {' and '.join(f'`{each}`' for each in parts)}", _arrows(found, parts, files)
    yield "arrows between top packages", _between(found)
    yield "lines of a function, without its docstring", _spread([n for text in files.values() for n in _bodies(text)])
    yield "lines of a file", _spread([*map(_lines, files.values())])
    yield "public docstrings", _share(has for text in files.values() for has in _documented(text))
    yield (
        "fields of dataclasses and tuples, documented",
        _share(has for text in files.values() for _, has in fields(text)),
    )
    yield "lines with a comment", f"{sum(map(_comments, files.values())):,}"
    tests = [path.read_text("utf-8") for path in (root / "tests").rglob("*.py")]
    yield "files of tests", f"{len(tests):,}"
    yield "lines of tests", f"{sum(map(_lines, tests)):,}"


def _lines(text: str) -> int:
    return text.count("\n")


def _crowds(files: Iterable[str]) -> str:
    folders = Counter(path.rpartition("/")[0] for path in files if not path.endswith("__init__.py"))
    most = max(folders.values())
    where = ", ".join(f"`{folder}`" for folder in sorted(folders) if folders[folder] == most)
    return f"median {median(folders.values()):g}, most {most} ({where})"


def _arrows(found: Iterable[Arrow], parts: Sequence[str], files: Iterable[str]) -> str:
    """Between modules; between what lies directly in a package, where a folder is one; and between its folders, where
    the modules beside them are one together."""
    inside = [pair for pair in found if {_top(name) for name in pair} <= {*parts}]
    folders = {path.rpartition("/")[0].replace("/", ".") for path in files}
    rooms = _drawn(inside, _room)
    alike = _drawn(inside, lambda name: _room(name) if _room(name) in folders else f"reconciler.{_top(name)}")
    return f"{len(inside)} between modules, {rooms} between rooms, {alike} between folders"


def _drawn(found: Iterable[Arrow], group: Callable[[str], str]) -> int:
    """How many arrows are left between groups."""
    pairs = {(group(mine), group(their)) for mine, their in found}
    return sum(mine != their for mine, their in pairs)


def _between(found: Iterable[Arrow]) -> str:
    """Modules at the top count as packages; the version, which all may read, is none."""
    apart = [pair for pair in found if len({*map(_top, pair)}) == 2 and all(map(_top, pair))]
    return f"{len(apart)} between modules, {_drawn(apart, _top)} between packages"


def _top(name: str) -> str:
    """reconciler.core.plan.make -> core; reconciler -> ''."""
    return [*name.split("."), ""][1]


def _room(name: str) -> str:
    return ".".join(name.split(".")[:3])


def _bodies(text: str) -> Iterator[int]:
    """Of each function, methods and inner ones too: from `def` to its end."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
            yield _span(node) - (_span(said) if said else 0)


def _documented(text: str) -> Iterator[bool]:
    """Of the module and of each public class, function and method: whether it has a docstring."""
    for node in ast.walk(ast.parse(text)):
        owns = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if owns and not getattr(node, "name", "").startswith("_"):
            yield bool(ast.get_docstring(node))


def fields(text: str) -> Iterator[tuple[str, bool]]:
    """Each field of a dataclass, a named tuple or a struct, and whether a line of the docstring begins `name: `."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and _RECORD.search(
            " ".join(map(ast.unparse, (*node.decorator_list, *node.bases)))
        ):
            doc = ast.get_docstring(node) or ""
            targets = (each.target for each in node.body if isinstance(each, ast.AnnAssign))
            names = (each.id for each in targets if isinstance(each, ast.Name) and not each.id.startswith("_"))
            yield from ((f"{node.name}.{name}", bool(re.search(rf"^{name}: ", doc, re.MULTILINE))) for name in names)


def _share(found: Iterable[bool]) -> str:
    each = [*found]
    return f"{sum(each):,} of {len(each):,}"


def _comments(text: str) -> int:
    return sum(token.type == tokenize.COMMENT for token in tokenize.generate_tokens(StringIO(text).readline))


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _spread(numbers: Sequence[int]) -> str:
    ordered = sorted(numbers)
    return f"median {median(ordered):g}, p90 {ordered[-(-len(ordered) * 9 // 10) - 1]}, max {ordered[-1]}"


def table(rows: Iterable[Row]) -> str:
    return "\n".join(["| figure | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


if __name__ == "__main__":
    print(table(figures(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)))
