"""Builds a space from its file. Every value in the model was checked by the schema, and by further rules.

A space whose file has problems is built as far as possible, for checks across files; it is never planned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sys import intern
from typing import Any, cast

from reconciler.config.document import read_document
from reconciler.config.files import relative
from reconciler.config.schema import Judge, judge
from reconciler.config.spaces import contacts
from reconciler.config.spaces.account import account_callback
from reconciler.config.spaces.ending import ending_problems
from reconciler.config.spaces.imports import SECTIONS, import_problems, imports
from reconciler.config.spaces.mobile_plans import is_mobile
from reconciler.config.spaces.number_settings import GROUPS, settings, settled_switches, unserved
from reconciler.config.spaces.numbers import e164, of_new_range, textless
from reconciler.config.templates.fill import Filled
from reconciler.config.templates.template import PARAMETERS
from reconciler.config.templates.use import Templates, fills
from reconciler.config.text.explain import close
from reconciler.config.text.nodes import Block, Node, Places, Where, place, placed, section, text
from reconciler.core.model import Attributes, OnRemove, Resource, Space
from reconciler.errors import ConfigError, Problem
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import NAMES
from reconciler.kinds.table import Kind
from reconciler.kinds.types import TYPES, TypeName

_DEFAULTS = {"method": "sms", "locale": "en_US"}
_OTHERS = {
    name: tuple(each for each in kind.shown if each not in {*_DEFAULTS, *NAMES, "display_name"})
    for name, kind in KINDS.items()
}
"""Attributes of a kind that have no rule of their own here."""
_WAYS = tuple(name for name, kind in KINDS.items() if kind.row.keyed_by_number)
Said = Mapping[str, Any]
Rule = Callable[[str], tuple[str, Problem | None]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A space as far as it could be built.

    space: possibly incomplete.
    problems: of its file.
    warnings: of its file.
    """

    space: Space
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def drafts(root: Path, path: Path, templates: Templates) -> Iterator[Draft]:
    """Reads and builds the spaces of one file: one, or one for each instance of its template."""
    file = relative(root, path)
    for each in written_spaces(root, path, templates):
        yield _built(file, each) if each.block is not None else Draft(Space("", "", file), tuple(each.problems))


def written_spaces(root: Path, path: Path, templates: Templates) -> Iterator[Filled]:
    """As they are written, once their templates are filled in."""
    file = relative(root, path)
    at = partial(place, file)
    try:
        block, problems = read_document(root, path)
    except ConfigError as error:
        yield Filled(None, at, 0, list(error.problems))
        return
    if fills(block):
        for number, each in enumerate(templates.spaces(path, file, block)):
            yield each._replace(problems=[*each.problems, *([] if number else problems)])
    elif PARAMETERS in block:
        what = "this is a template, which is no space itself"
        yield Filled(None, at, 0, [*problems, Problem("template-as-space", what, at(block.of_key(PARAMETERS)))])
    else:
        yield Filled(block, at, 0, problems)


def _built(file: str, filled: Filled) -> Draft:
    assert filled.block is not None
    builder, problems = _Builder(file, filled.block, filled.at, filled.own), filled.problems
    space = builder.space()
    # After a YAML error, schema errors at the same place are noise.
    refused = {problem.place for problem in problems}
    problems += [each for each in builder.problems if each.place not in refused or each.code == "missing-key"]
    return Draft(space, tuple(problems), tuple(builder.warnings))


class _Builder:
    """Builds one file's space and collects its problems."""

    def __init__(self, file: str, root: Block, at: Where, own: int) -> None:
        """at: what marks mean. own: mark of the space as a whole, for what is missing in it."""
        self._file = file
        self._at = at
        self._own = own
        self._root = root
        settled_switches(root)
        self._name = text(root, "space") or ""
        self._defaults = section(root, "defaults")
        self._of_defaults = {key: mark for key, _, _, mark in placed(self._defaults)}
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._sound = judge("space").accepts(root)
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def space(self) -> Space:
        if not self._sound:
            outline = self._outline()
            self.problems += judge("space").problems(outline, outline, self._at, self._own)
        removed = {name: cast(OnRemove, str(todo)) for name, todo in section(self._root, "removed").items()}
        of_removed = {f"removed {name}": mark for name, mark, *_ in placed(section(self._root, "removed"))}
        blocks = (*self._numbers(), *self._contacts())
        self.problems += (*ending_problems(self._root, self._at, blocks), *import_problems(self._root, self._at))
        moved = section(self._root, "moved")
        of_moved = {f"moved {old}": mark for old, mark, *_ in placed(section(moved, "key"))}
        of_moved |= {"moved": moved.of("space_id")} if "space_id" in moved else {}
        return Space(
            self._name,
            text(self._root, "space_id") or "",
            self._file,
            (*blocks, *account_callback(self._root, self._at)),
            removed,
            text(moved, "space_id") or "",
            {old: str(new) for old, new in section(moved, "key").items()},
            imports(self._root),
            self.places(self._root, self._root.marks[0], of_removed | of_moved),
        )

    def places(self, block: Block, own: int, more: Mapping[str, int]) -> Places:
        """The places of a block and its values. Blocks with equal keys share their order. own: the block's mark."""
        keys = tuple(block)
        return Places(self._at, self._orders.setdefault(keys, keys), block.marks, own, more)

    def _outline(self) -> Block:
        """The file without its resources, which are validated one by one."""
        outline = Block(self._root).marked(self._root.marks)
        for key in SECTIONS:
            if isinstance(outline.get(key), Block):
                outline[key] = Block()
        return outline

    def _numbers(self) -> Iterator[Resource]:
        of_name, of_number = judge("space", "number_name"), judge("space", "phone_number")
        for name, mark, block, below in placed(section(self._root, "phone_numbers")):
            if not self._sound:
                self._judge(of_name, name, mark, mark)
                self._judge(of_number, block, below, mark)
            if isinstance(block, Block):
                yield self._number(name, mark, block)

    def _contacts(self) -> Iterator[Resource]:
        for name, mark, block, below in placed(section(self._root, "contacts")):
            if not self._sound:
                self._judge(judge("space", "contact"), block, below, mark)
            if isinstance(block, Block):
                if not self._sound and "name" in block:  # otherwise the key is the name, which has stricter rules
                    self._judge(judge("space", "contact_key"), name, mark, mark)
                yield self._contact(name, mark, block)

    def _judge(self, rule: Judge, node: Node, here: int, owner: int) -> None:
        self.problems += rule.problems(node, node, self._at, here, owner)

    def _number(self, name: str, mark: int, block: Block) -> Resource:
        said = {**self._defaults, **block} if self._defaults else block
        places = self.places(block, mark, self._of_defaults)
        new = said.get("range") == "new"
        attributes: dict[str, Any] = {"number": self._phone(said, places, "number", of_new_range if new else e164)}
        if "display_name" in said:
            self._note_blanks(said["display_name"], places, "display_name")
            attributes["display_name"] = str(said["display_name"])
        for each, default in _DEFAULTS.items():
            attributes[each] = _word(said, each, default)
        kind = _word(said, "onboarding", "")
        if kind not in _WAYS and close(kind, _WAYS) == close("register", _WAYS):
            rules = judge("space", "phone_number")
            if rules.lacks("display_name", block):  # reported in the same round
                what = "`display_name` is missing: `register` needs it"
                self.problems.append(Problem("missing-key", what, places[""], hint=rules.to_add("display_name")))
        for each in _OTHERS.get(kind, ()):
            if each in said:
                attributes[each] = str(said[each])
        if not GROUPS.isdisjoint(said):
            attributes |= self._settings(block, said, KINDS.get(kind), places)
        resource = self._resource("phone_number", name, kind, attributes, places, said)
        if resource.key and (new or not is_mobile(resource.key)):
            self.warnings += [doubt.at(places["number"]) for doubt in _doubts(resource, new)]
        return resource

    def _settings(self, block: Block, said: Said, kind: Kind | None, places: Places) -> dict[str, Any]:
        """None of a number that never comes into service: those of `defaults` are not for it."""
        if group := unserved(kind, block):
            what = f"`{group}` is for a number in service, and this one ends at its id"
            self.problems.append(Problem("settings-unserved", what, places[group]))
        return dict(settings(said)) if kind is None or kind.served else {}

    def _contact(self, name: str, mark: int, block: Block) -> Resource:
        said = {"name": name, **block}
        places = self.places(block, mark, {"name": mark})
        attributes: dict[str, Any] = {each: str(said.get(each, "")) for each in ("name", "email", "title")}
        attributes["message_types"] = tuple(sorted(map(str, said.get("message_types", ()))))
        if said.get("members"):
            attributes["members"] = tuple(sorted(map(str, said["members"])))
        if "phone" in said:
            attributes["phone"] = self._phone(said, places, "phone", contacts.phone)
        for each, rule in (("name", contacts.name), ("email", contacts.email)):
            if isinstance(value := said.get(each), str) and not self._note_blanks(value, places, each):
                self._note(rule(value), places, each)
        return self._resource("contact", name, "contact", attributes, places, said)

    def _resource(
        self, type_: TypeName, name: str, kind: str, attributes: Attributes, places: Places, said: Said
    ) -> Resource:
        key = attributes[TYPES[type_].key]
        on_remove = cast(OnRemove, _word(said, "on_remove", "refuse"))
        return Resource(self._name, type_, name, kind, key, attributes, on_remove, places)

    def _phone(self, said: Said, places: Places, key: str, rule: Rule) -> str:
        if not isinstance(value := said.get(key), str):
            return ""
        form, problem = rule(value)
        self._note(problem, places, key)
        return form

    def _note_blanks(self, value: Node, places: Places, key: str) -> bool:
        """Whether a value has leading or trailing blanks, which the cloud may remove. Other problems there are then
        noise."""
        if not isinstance(value, str) or (bare := value.strip()) == value or not bare:
            return False
        here = places[key]
        edge = next(each for each in (value[0], value[-1]) if each.isspace())
        what = f"`{key}` begins or ends with a blank (U+{ord(edge):04X})"
        self.problems = [problem for problem in self.problems if problem.place != here]
        self.problems.append(Problem("outer-blanks", what, here, value))
        return True

    def _note(self, problem: Problem | None, places: Places, key: str) -> None:
        if problem is not None:
            self.problems.append(problem.at(places[key]))


def _doubts(resource: Resource, new: bool) -> Iterator[Problem]:
    """Warnings about a number. new: its range is declared as new."""
    number, kind = resource.key, KINDS.get(resource.kind)
    known = not new or e164(number)[1] is None
    if not known:
        yield _doubt(resource, "range-new", "no numbering plan known here has this number")
    elif new:
        yield _doubt(resource, "range-known", "its range is known by now")
    sent = resource.attributes["method"] == "sms" and not (kind and kind.bought)
    if known and sent and (what := textless(number)):
        yield _doubt(resource, "sms-to-landline", f"{what} gets no text messages")


def _doubt(resource: Resource, code: str, what: str) -> Problem:
    return Problem(code, f"{resource.address}: {what}", found=resource.key, address=resource.address)


def _word(said: Said, key: str, default: str) -> str:
    """Equal words of many blocks share one string."""
    return intern(str(said.get(key, default)))
