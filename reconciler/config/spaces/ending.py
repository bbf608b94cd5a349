"""Checks of `removed` and `moved`: what a file says of resources that it does not declare any more, or elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reconciler.config.text.nodes import Block, Where, placed, section, text
from reconciler.core.model import Resource
from reconciler.errors import Problem


def ending_problems(root: Block, at: Where, resources: Collection[Resource]) -> Iterator[Problem]:
    """root: the file. at: what marks mean. resources: declared in blocks of it."""
    if "removed" in root:
        yield from _removed_and_declared(root, at, resources)
    if "moved" in root:
        yield from _moved_to_itself(root, at)
        yield from _renamed(root, at, {each.name for each in resources})


def _removed_and_declared(root: Block, at: Where, resources: Collection[Resource]) -> Iterator[Problem]:
    """Left in the file, such an entry would remove a resource whose block is deleted by accident."""
    declared = {each for resource in resources for each in (resource.name, resource.key)}
    for name, mark, *_ in placed(section(root, "removed")):
        if name in declared:
            yield Problem("removed-and-declared", "this is declared in this file, and removed", at(mark), name)


def _moved_to_itself(root: Block, at: Where) -> Iterator[Problem]:
    """Left in the file, such an entry would allow this id to replace another one."""
    moved = section(root, "moved")
    if (old := text(moved, "space_id")) and old == text(root, "space_id"):
        what = "this is the file's own space_id, and nothing moves from it"
        yield Problem("moved-nowhere", what, at(moved.of("space_id")), old)


def _renamed(root: Block, at: Where, declared: Collection[str]) -> Iterator[Problem]:
    """A chain of names, each of which was the next one's earlier name, ends at a block of the file."""
    renamed = section(section(root, "moved"), "key")
    for old, mark, new, below in placed(renamed):
        if old == new:
            yield Problem("moved-nowhere", "this is its own earlier name, and nothing moves", at(mark), old)
        elif old in declared:
            what = "a block of this file has this name, so it did not move"
            yield Problem("moved-and-declared", what, at(mark), old)
        elif isinstance(new, str) and new not in declared and new not in renamed:
            yield Problem("moved-unknown", "no block of this file has this name", at(below), new)
