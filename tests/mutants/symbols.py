"""A bug by the symbol that it breaks: found by its name in the package, changed on its syntax tree.

So it stays the same bug where a module is renamed or moved, or its lines are laid out anew. It never quotes a line.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutants.trial import ROOT, Bug


class Change(NamedTuple):
    """symbol: its dotted name, after its module's own where that alone is not unique; a row of a table goes by its
    first argument. of: what stands in a node's place, None where the node stays."""

    symbol: str
    of: Callable[[Any], Any]

    def bug(self, name: str, by: Sequence[str]) -> Bug:
        """Raises LookupError unless there is one such symbol, and one place in it to be changed."""
        defined = [*_defined(self.symbol)]
        if len(defined) != 1:
            raise LookupError(f"{name}: {self.symbol} is defined {len(defined)} times")
        file, module, symbol = deepcopy(defined[0])
        places = [node for node in ast.walk(symbol) if self.of(node)]
        if len(places) != 1:
            raise LookupError(f"{name}: its place is found {len(places)} times in {self.symbol}")
        changing = ast.NodeTransformer()
        changing.visit = lambda node: self.of(node) or changing.generic_visit(node)
        changing.visit(symbol)
        return Bug(name, file, ast.unparse(module), by)


def instead(symbol: str, find: str, put: str) -> Change:
    """In place of an expression another one, in place of a statement others."""
    old: Any = ast.parse(find).body[0]
    new: Any = ast.parse(put).body
    if isinstance(old, ast.Expr):
        old, new = old.value, new[0].value
    return Change(symbol, lambda node: new if ast.dump(node) == ast.dump(old) else None)


def given(symbol: str, name: str, put: str) -> Change:
    """Another value for a keyword, or for a key."""
    new = ast.parse(put, mode="eval").body

    def of(node: Any) -> Any:
        match node:
            case ast.keyword(arg=str(arg)) if arg == name:
                return ast.keyword(arg, new)
            case ast.Dict(keys=keys) if name in (names := [getattr(key, "value", None) for key in keys]):
                return ast.Dict(keys, [new if n == name else v for n, v in zip(names, node.values, strict=True)])
        return None

    return Change(symbol, of)


def _defined(symbol: str) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """The file, its tree, and what the symbol stands for in it."""
    first, *rest = names = symbol.split(".")
    for path in (ROOT / "reconciler").rglob("*.py"):
        for inside in (names, rest) if rest and path.stem == first else (names,):
            yield from ((str(path.relative_to(ROOT)), _parsed(path), node) for node in _called(_parsed(path), inside))


@cache
def _parsed(path: Path) -> ast.AST:
    return ast.parse(path.read_text("utf-8"))


def _called(node: ast.AST, names: Sequence[str]) -> Iterator[ast.AST]:
    """What the names lead to, each inside the one before."""
    if not names:
        yield node
        return
    for child in ast.iter_child_nodes(node):
        name = _name(child)
        if name in ("", names[0]):
            yield from _called(child, names[bool(name) :])


def _name(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.For(target=ast.Name(id=name))
        ):
            return name
        case ast.Call(args=[ast.Constant(value=str(name)), *_]):
            return name
    return ""
