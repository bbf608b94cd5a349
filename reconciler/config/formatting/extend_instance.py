"""Extends one space of a file with `instances`: the lines of the instance, as if they were a file of their own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

from reconciler.config.text.nodes import Block, place, section
from reconciler.config.text.reader import parse_yaml


def instance_name(root: Block, space: str, space_id: str) -> str:
    """The name under which a file has this space; "" for none."""
    there = section(root, "instances")
    found = (name for name, each in there.items() if isinstance(each, Block) and each.get("space_id") == space_id)
    named = (name for name, each in there.items() if isinstance(each, Block) and each.get("space", name) == space)
    return next(found, next(named, ""))


def instance_extended(text: str, root: Block, name: str, extend: Callable[[str], str | None]) -> str | None:
    """The text with what `extend` makes of the instance's lines. None if it has no lines of its own, or if something
    else would change."""
    lines, instances = text.splitlines(keepends=True), section(root, "instances")
    body = _body(lines, instances, name) if name else None
    if body is None:
        return None
    begin, end, width = body
    inside = "".join(line[width:] if line.strip() else line for line in lines[begin:end])
    made = extend(inside)
    if made is None:
        return None
    whole = "".join(f"{' ' * width}{line}" if line.strip() else line for line in made.splitlines(keepends=True))
    result = "".join([*lines[:begin], whole, *lines[end:]])
    after, wanted = parse_yaml(result, ""), {**root, "instances": {**instances, name: parse_yaml(made, "").node}}
    return result if not after.problems and after.node == wanted else None


def _body(lines: list[str], instances: Block, name: str) -> tuple[int, int, int] | None:
    """The first line below the instance's key, the line after its last one, and how far they are indented."""
    here = place("", instances.of_key(name))
    top, column = here.line - 1, here.column - 1
    counting = [at for at in range(top + 1, len(lines)) if has_content(lines[at])]
    within = list(takewhile(lambda at: indentation(lines[at]) > column, counting))
    if not within:
        return None
    width, end = indentation(lines[within[0]]), within[-1] + 1
    fits = all(indentation(line) >= width for line in lines[top + 1 : end] if line.strip())
    return (top + 1, end, width) if fits else None


def has_content(line: str) -> bool:
    """Whether a line is neither blank nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def indentation(line: str) -> int:
    """In blanks."""
    return len(line) - len(line.lstrip(" "))
