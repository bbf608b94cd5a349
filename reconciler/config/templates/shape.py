"""A parsed block made ready to be filled many times: what has no placeholder is shared by all that it is filled for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from reconciler.config.templates.placeholders import Hole, hole
from reconciler.config.text.nodes import LONGEST, Block, Items, Node, Where, placed
from reconciler.errors import Problem


class Filling(NamedTuple):
    """One space's values, while they are filled in.

    values: by parameter.
    at: the place of a mark.
    problems: those found on the way are added.
    """

    values: Mapping[str, Node]
    at: Where
    problems: list[Problem]


Shape = Callable[[Filling], Node]
Holes = dict[int, Hole]
"""Mark of a text or key -> its placeholders."""


def shape(node: Node, mark: int, holes: Holes) -> Shape | None:
    """How a node is filled, None for one that stays as it is. holes: gets the placeholders that are found."""
    if isinstance(node, Block):
        return _block(node, holes)
    if isinstance(node, Items):
        return _items(node, holes)
    found = _noted(node, mark, holes, False)
    return (lambda filling: _text(found, mark, filling)) if found else None


def _text(found: Hole, mark: int, filling: Filling) -> Node:
    """The filled text; its length is counted before it is made."""
    if found.takes_any or (length := found.length(filling.values)) <= LONGEST:
        return found.filled(filling.values)
    what = f"a text of {length:,} characters, once it is filled in; at most {LONGEST:,} are read"
    filling.problems.append(Problem("text-too-long", what, filling.at(mark)))
    return ""


def _noted(text: str, mark: int, holes: Holes, is_key: bool) -> Hole | None:
    if found := hole(text, is_key):
        holes[mark] = found
    return found


def _items(items: Items, holes: Holes) -> Shape | None:
    shapes = {at: made for at, item in enumerate(items) if (made := shape(item, items.of(at), holes))}
    if not shapes:
        return None

    def filled(filling: Filling) -> Items:
        made = Items(shapes[at](filling) if at in shapes else item for at, item in enumerate(items))
        return made.marked(items.marks)

    return filled


def _block(block: Block, holes: Holes) -> Shape | None:
    keys = {key: found for key, mark, *_ in placed(block) if (found := _noted(key, mark, holes, True))}
    shapes = {key: made for key, _, value, mark in placed(block) if (made := shape(value, mark, holes))}
    if not keys and not shapes:
        return None

    def filled(filling: Filling) -> Block:
        made = Block(block).marked(block.marks)
        for key, each in shapes.items():
            made[key] = each(filling)
        return _renamed(made, keys, filling) if keys else made

    return filled


def _renamed(block: Block, keys: Mapping[str, Hole], filling: Filling) -> Block:
    made, marks = Block(), [block.marks[0]]
    for key, above, value, below in placed(block):
        name = str(keys[key].filled(filling.values)) if key in keys else key
        if name in made:
            first = filling.at(marks[2 * list(made).index(name) + 1])
            what = f"the same key twice, once it is filled in; the first is at {first}"
            filling.problems.append(Problem("key-filled-twice", what, filling.at(above), name))
            continue
        made[name] = value
        marks += above, below
    return made.marked(marks)
