"""Changes that nobody thought of, one at a time, drawn from the syntax of the modules that decide."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from random import Random
from typing import Any

from tests.mutants.trial import ROOT, Bug

_LAWS = ("tests/core", "tests/kinds", "tests/executor")
_JOURNALS = (
    *("tests/core", "tests/store/test_lease.py", "tests/store/test_contract.py"),
    *("tests/store/test_journal.py", "tests/store/test_growth.py"),
)
# Modules -> the tests that guard them, the quickest first.
GUARDED: dict[str, tuple[str, ...]] = {
    "reconciler/core/**/*.py": (*_LAWS, "tests/scenarios", "tests/review", "tests/state", "tests/rehearsal"),
    "reconciler/kinds/*.py": (
        *("tests/kinds", "tests/core"),
        "tests/scenarios",
        "tests/render/formats",
        "tests/rehearsal/test_phases.py",
        "tests/check",
    ),
    "reconciler/executor/[ad]*.py": ("tests/executor", "tests/core", "tests/scenarios", "tests/e2e/test_unlisted.py"),
    "reconciler/executor/submit.py": ("tests/scenarios", "tests/together/test_prompts.py"),
    "reconciler/cloud/[prs]*.py": ("tests/cloud", "tests/scenarios", "tests/pace"),
    "reconciler/store/[jl]*.py": _JOURNALS,
    "reconciler/store/safety/emergency.py": ("tests/store/test_emergency.py", *_JOURNALS, "tests/badday/test_links.py"),
}
# What survives those meets these.
_WIDER = ("tests/in_service", "tests/check", "tests/badday", "tests/e2e")
_OTHER: dict[type, type] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
_SAYS_NOTHING = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Assert)
_PAIRS = {"any": "all", "all": "any", "min": "max", "max": "min"}


def drawn(number: int, seed: int) -> list[Bug]:
    """As many bugs, or all there are; the same for the same seed and text."""
    every = [bug for pattern, by in GUARDED.items() for path in sorted(ROOT.glob(pattern)) for bug in _bugs(path, by)]
    return Random(seed).sample(every, min(number, len(every)))


def _bugs(path: Any, by: tuple[str, ...]) -> Iterator[Bug]:
    source, file = path.read_text("utf-8"), str(path.relative_to(ROOT))
    for line, what, changed in changes(source):
        yield Bug(f"{file}:{line} {what}", file, changed, (*by, *(each for each in _WIDER if each not in by)))


def changes(source: str) -> Iterator[tuple[int, str, str]]:
    """Each change: its line, what it does, the whole text with it."""
    raw, starts = source.encode(), [0]
    for line in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _walked(ast.parse(source)):
        begin, end = (starts[row - 1] + col for row, col in _span(node))
        before = raw[begin:end].decode()
        for changed in _changed(node):
            text = ast.unparse(changed)
            put = f"({text})" if isinstance(node, ast.BoolOp | ast.IfExp | ast.Compare | ast.UnaryOp) else text
            if put != before:
                what = f"`{_short(before)}` -> `{_short(put)}`"
                yield node.lineno, what, (raw[:begin] + put.encode() + raw[end:]).decode()


def _span(node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _walked(node: ast.AST) -> Iterator[Any]:
    """What runs: no annotation, no text, nothing within a formatted one, whose places are not told."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, _SAYS_NOTHING) or _is_type(child):
                continue
            if hasattr(child, "lineno"):
                yield child
            yield from _walked(child)


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id[0].isupper()


def _changed(node: Any) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _OTHER:
            yield _with(node, ops=[_OTHER[type(op)]()])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=_OTHER[type(op)]())
            yield from (_with(node, values=rest) if len(rest) > 1 else rest[0] for rest in _one_less(values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _OTHER:
            yield _with(node, op=_OTHER[type(op)]())
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Name(id=name) if name in _PAIRS:
            yield ast.Name(_PAIRS[name])
        case ast.Call(keywords=keywords) if keywords:
            yield from (_with(node, keywords=rest) for rest in _one_less(keywords))
        case ast.Set(elts=elements) | ast.Tuple(elts=elements, ctx=ast.Load()) if len(elements) > 2:
            yield from (_with(node, elts=rest) for rest in _one_less(elements))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()


def _with(node: Any, **fields: Any) -> Any:
    other = copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _one_less(values: list[Any]) -> Iterator[list[Any]]:
    for place in range(len(values)):
        yield values[:place] + values[place + 1 :]
