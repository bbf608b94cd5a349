"""A template: a file with `parameters`, and around them a space file in which `${name}` marks what differs."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from reconciler.config.document import read_document
from reconciler.config.files import relative
from reconciler.config.schema import judge
from reconciler.config.templates.placeholders import OPEN
from reconciler.config.templates.shape import Holes, Shape, shape
from reconciler.config.text.explain import close_or_all
from reconciler.config.text.nodes import Block, Items, Node, Where, place, placed, section
from reconciler.errors import ConfigError, Problem

OWN = 1 << 63
"""The bit of a mark that says: in the template, not in the file that fills it."""
PARAMETERS = "parameters"
USES = ("template", "values", "instances")
"""The keys of a file that fills a template; what else it holds is its own."""


class Parameter(NamedTuple):
    """A parameter of a template.

    mark: of its name.
    default: None if each file must give a value.
    default_mark: of the default, or of the name if there is none.
    description: for those who fill it in; "" for none.
    """

    mark: int
    default: Node | None
    default_mark: int
    description: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template without problems of its own.

    file: its name, relative to the project.
    parameters: by name.
    body: the keys of a space, with placeholders.
    shape: how the body is filled in; None if it has no placeholders.
    holes: by mark.
    in_texts: parameters that are used within a text or a key -> mark of the first such place.
    """

    file: str
    parameters: Mapping[str, Parameter]
    body: Block
    shape: Shape | None
    holes: Holes
    in_texts: Mapping[str, int]


def read_template(root: Path, path: Path) -> Template:
    """Raises ConfigError with all that is wrong with the template itself."""
    file = relative(root, path)
    block, problems = read_document(root, path)
    at = partial(place, file)
    for key in filter(block.__contains__, USES):
        what = f"`{key}` in a template: a template cannot fill another"
        problems.append(Problem("template-nested", what, at(block.of_key(key))))
    problems += _judged(block, at)
    declared = section(block, PARAMETERS)
    body = without(block, (PARAMETERS, *USES))
    _tag(body)
    holes: Holes = {}
    made = shape(body, 0, holes)
    if not problems:
        parameters = {name: _parameter(mark, said) for name, mark, said, _ in placed(declared)}
        in_texts = _in_texts(holes)
        problems += misused({mark & ~OWN: hole for mark, hole in holes.items()}, parameters, at)
        problems += _unused(holes, parameters, at)
        problems += _lists_in_texts(parameters, in_texts, at)
    if problems:
        raise ConfigError.of(problems)
    return Template(file, parameters, body, made, holes, in_texts)


def without(block: Block, keys: Collection[str]) -> Block:
    kept = [row for row in placed(block) if row[0] not in keys]
    made = Block((key, value) for key, _, value, _ in kept)
    return made.marked([block.marks[0], *(mark for _, above, _, below in kept for mark in (above, below))])


def misused(holes: Holes, parameters: Collection[str], at: Where) -> Iterator[Problem]:
    """Placeholders that nothing can fill."""
    for mark, hole in holes.items():
        for name in dict.fromkeys(hole.names):
            if name == OPEN:
                yield Problem("placeholder-open", "a `${` is not closed", at(mark))
            elif name not in parameters:
                hint = close_or_all(name, parameters)
                yield Problem("placeholder-unknown", "no parameter has this name", at(mark), f"${{{name}}}", hint)


def _judged(block: Block, at: Where) -> list[Problem]:
    if PARAMETERS not in block:
        return [Problem("template-without-parameters", "this is no template: it has no `parameters`", at(0))]
    said = block[PARAMETERS]
    return judge("template", PARAMETERS).problems(said, said, at, block.of(PARAMETERS), block.of_key(PARAMETERS))


def _tag(node: Block | Items) -> None:
    for each in node.values() if isinstance(node, Block) else node:
        if not isinstance(each, str):
            _tag(each)
    node.marked(array("Q", (mark | OWN for mark in node.marks)))


def _parameter(mark: int, said: Node) -> Parameter:
    assert isinstance(said, Block)
    default = said.get("default")
    where = mark if default is None else said.of("default")
    return Parameter(mark, default, where, str(said.get("description", "")))


def _in_texts(holes: Holes) -> dict[str, int]:
    found: dict[str, int] = {}
    for mark, hole in holes.items():
        for name in () if hole.takes_any else hole.names:
            found.setdefault(name, mark)
    return found


def _unused(holes: Holes, parameters: Mapping[str, Parameter], at: Where) -> Iterator[Problem]:
    used = {name for hole in holes.values() for name in hole.names}
    for name, parameter in parameters.items():
        if name not in used:
            yield Problem("parameter-unused", "nothing in the template uses this parameter", at(parameter.mark), name)


def _lists_in_texts(parameters: Mapping[str, Parameter], in_texts: Mapping[str, int], at: Where) -> Iterator[Problem]:
    for name, mark in in_texts.items():
        if name in parameters and isinstance(parameters[name].default, Items):
            what = f"the default of `{name}` is a list, but it is used within a text at {at(mark & ~OWN)}"
            yield Problem("value-not-text", what, at(parameters[name].default_mark))
