"""Fills a template for one space: its values go in, then what the file itself adds comes beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reconciler.config.templates.shape import Filling, Holes, shape
from reconciler.config.templates.template import OWN, USES, Template, misused, without
from reconciler.config.text.explain import close_or_all
from reconciler.config.text.nodes import Block, Items, Node, Where, place, placed, section
from reconciler.errors import Place, Problem


class Filled(NamedTuple):
    """One space, filled in.

    block: None if it cannot be filled in.
    at: the place of a mark.
    own: the mark of the whole space.
    problems: all that were found.
    """

    block: Block | None
    at: Where
    own: int
    problems: list[Problem]


class Origin:
    """What a mark of a filled space means: a place, and the other one, of the template or of the file that fills it.

    file: the one that fills it. used: mark of the template's name there. own: mark of the space in it. given: the
    values, as they stand there.
    """

    def __init__(self, template: Template, file: str, used: int, own: int, given: Block) -> None:
        self._template, self._file, self._used, self._own, self._given = template, file, used, own, given
        self._holes: Holes = {}

    def also(self, holes: Holes) -> None:
        """Placeholders in what the file itself adds."""
        self._holes = holes

    def __call__(self, mark: int) -> Place:
        if mark == self._own:
            return place(self._file, mark)._replace(also=f"its template is {self._template.file}")
        here = place(self._template.file if mark & OWN else self._file, mark & ~OWN)
        hole = (self._template.holes if mark & OWN else self._holes).get(mark)
        if hole and hole.names:
            return self._value(hole.names[0], here)
        return here._replace(also=f"used at {self._user}") if mark & OWN else here

    @property
    def _user(self) -> Place:
        return place(self._file, self._used)

    def _value(self, name: str, here: Place) -> Place:
        if name in self._given:
            return place(self._file, self._given.of(name))._replace(also=f"filled in at {here}")
        default = place(self._template.file, self._template.parameters[name].default_mark)
        return default._replace(also=f"filled in at {here}, used at {self._user}")


def fill(template: Template, block: Block, file: str, used: int, own: int) -> Filled:
    """block: with the values, and what is the space's own."""
    given = section(block, "values")
    at = Origin(template, file, used, own, given)
    values = {name: each.default for name, each in template.parameters.items() if each.default is not None} | given
    problems = [*_unwanted(template, given, at), *_missing(template, values, block, own, at)]
    problems += _lists_in_texts(template, given, at)
    added = without(block, USES)
    holes: Holes = {}
    shaped = shape(added, own, holes)
    problems += misused(holes, template.parameters, at)
    if problems:
        return Filled(None, at, own, problems)
    at.also(holes)
    filling = Filling(values, at, problems)
    body = template.shape(filling) if template.shape else template.body
    mine = shaped(filling) if shaped else added
    assert isinstance(body, Block) and isinstance(mine, Block)
    return Filled(_joined(body, mine, own, filling), at, own, problems)


def _joined(body: Block, added: Block, own: int, filling: Filling, deeper: bool = True) -> Block:
    """The template's and the file's own keys: sections are joined, and no key is in both."""
    made, marks = Block(body), list(body.marks)
    marks[0] = own
    for key, above, value, below in placed(added):
        theirs = body.get(key)
        if theirs is None:
            made[key] = value
            marks += above, below
        elif deeper and isinstance(theirs, Block) and isinstance(value, Block):
            made[key] = _joined(theirs, value, theirs.marks[0], filling, deeper=False)
        else:
            what = f"the template has this key, too, at {filling.at(body.of_key(key))}"
            filling.problems.append(Problem("key-in-both", what, filling.at(above), key))
    return made.marked(marks)


def _unwanted(template: Template, given: Block, at: Where) -> Iterator[Problem]:
    known = template.parameters
    for name, mark, *_ in placed(given):
        if name not in known:
            what = f"{template.file} has no such parameter"
            yield Problem("value-unwanted", what, at(mark), name, close_or_all(name, known))


def _missing(template: Template, values: Mapping[str, Node], block: Block, own: int, at: Where) -> Iterator[Problem]:
    here = at(block.of_key("values") if "values" in block else own)._replace(also="")
    for name, parameter in template.parameters.items():
        if name not in values:
            wanted = place(template.file, parameter.mark)
            what_it_is = f": {parameter.description}" if parameter.description else ""
            hint = f"Add `{name}: …` below `values`{what_it_is}."
            yield Problem("value-missing", f"`{name}` has no value; {wanted} asks for one", here, hint=hint)


def _lists_in_texts(template: Template, given: Block, at: Where) -> Iterator[Problem]:
    for name, mark in template.in_texts.items():
        if isinstance(given.get(name), Items):
            what = f"`{name}` is a list, but it is used within a text at {place(template.file, mark & ~OWN)}"
            yield Problem("value-not-text", what, at(given.of(name)))
