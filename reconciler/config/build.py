"""Builds a space from its file. Each value that reaches the model was judged by the schema and by rules of its own.

A space whose file has problems is built as far as it goes, to be compared with the others: it is never planned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from reconciler.config import contacts
from reconciler.config.document import document
from reconciler.config.files import shown
from reconciler.config.nodes import Block, Node, Text, place, section, text
from reconciler.config.numbers import e164
from reconciler.config.schema import judge
from reconciler.core.model import KindName, OnRemove, Resource, Space, Type
from reconciler.errors import ConfigError, Place, Problem

_NUMBER = ("number", "onboarding", "display_name", "method", "locale", "on_remove")
_CONTACT = ("name", "email", "phone", "title", "message_types", "on_remove")
_DEFAULTS = {"method": "sms", "locale": "en_US"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A space as far as it could be built. name, space_id: where these two stand."""

    space: Space
    name: Place
    space_id: Place
    problems: tuple[Problem, ...] = ()


def draft(root: Path, path: Path) -> Draft:
    file = shown(root, path)
    try:
        block, problems = document(root, path)
    except ConfigError as error:
        return Draft(Space("", "", file), Place(file), Place(file), error.problems)
    builder = _Builder(file, block)
    space = builder.space()
    # Where YAML itself was refused, what the schema says of the same place is noise.
    refused = {problem.place for problem in problems}
    problems += [problem for problem in builder.problems if problem.place not in refused]
    return Draft(space, builder.at("space"), builder.at("space_id"), tuple(problems))


class _Builder:
    """One file on its way to a space, and what was found wrong on the way."""

    def __init__(self, file: str, root: Block) -> None:
        self._file = file
        self._root = root
        self._name = str(text(root, "space") or "")
        self._defaults = section(root, "defaults")
        self.problems: list[Problem] = []

    def at(self, key: str) -> Place:
        found = text(self._root, key)
        return Place(self._file) if found is None else place(self._file, found)

    def space(self) -> Space:
        self.problems += judge("space").problems(self._outline(), self._file)
        removed = {str(name): cast(OnRemove, str(todo)) for name, todo in section(self._root, "removed").items()}
        self.problems += self._removed_and_declared()
        return Space(
            self._name,
            str(text(self._root, "space_id") or ""),
            self._file,
            (*self._numbers(), *self._contacts()),
            removed,
        )

    def _removed_and_declared(self) -> Iterator[Problem]:
        """Left standing, such a word would one day remove what somebody takes out by accident."""
        declared = {str(name) for key in ("phone_numbers", "contacts") for name in section(self._root, key)}
        for name in section(self._root, "removed"):
            if str(name) in declared:
                here = place(self._file, name)
                yield Problem("removed-and-declared", "this is declared in this file, and removed", here, str(name))

    def _outline(self) -> Block:
        """The file without the blocks of its resources, which are judged one by one."""
        outline = Block(self._root)
        for key, value in outline.items():
            if key in ("phone_numbers", "contacts") and isinstance(value, Block):
                outline[key] = Block()
        return outline

    def _numbers(self) -> Iterator[Resource]:
        for name, block in section(self._root, "phone_numbers").items():
            self._judge("number_name", name, name)
            self._judge("phone_number", block, name)
            if isinstance(block, Block):
                yield self._number(name, block)

    def _contacts(self) -> Iterator[Resource]:
        for name, block in section(self._root, "contacts").items():
            self._judge("contact", block, name)
            if isinstance(block, Block):
                if "name" in block:  # else the key is the name, and held to stricter rules
                    self._judge("contact_key", name, name)
                yield self._contact(name, block)

    def _judge(self, rule: str, node: Node, name: Text) -> None:
        self.problems += judge("space", rule).problems(node, self._file, name)

    def _number(self, name: Text, block: Block) -> Resource:
        said = self._said(_NUMBER, block)
        attributes: dict[str, Any] = {"number": self._phone(said.get("number"), e164)}
        if "display_name" in said:
            attributes["display_name"] = str(said["display_name"])
        for each, default in _DEFAULTS.items():
            attributes[each] = str(said.get(each, default))
        kind = cast(KindName, str(said.get("onboarding", "")))
        return self._resource("phone_number", name, kind, attributes["number"], attributes, said)

    def _contact(self, name: Text, block: Block) -> Resource:
        said = {"name": name} | self._said(_CONTACT, block)
        attributes: dict[str, Any] = {each: str(said.get(each, "")) for each in ("name", "email", "title")}
        attributes["message_types"] = tuple(sorted(map(str, said.get("message_types", ()))))
        if "phone" in said:
            attributes["phone"] = self._phone(said["phone"], contacts.phone)
        for each, rule in (("name", contacts.name), ("email", contacts.email)):
            if isinstance(value := said.get(each), Text):
                self._note(rule(value), value)
        return self._resource("contact", name, "contact", attributes["name"], attributes, said)

    def _resource(
        self, type_: Type, name: Text, kind: KindName, key: str, attributes: dict[str, Any], said: Mapping[str, Node]
    ) -> Resource:
        places = {each: place(self._file, value) for each, value in said.items()}
        on_remove = cast(OnRemove, str(said.get("on_remove", "refuse")))
        here = place(self._file, name)
        return Resource(self._name, type_, str(name), kind, key, attributes, on_remove, here, places)

    def _said(self, keys: tuple[str, ...], block: Block) -> dict[str, Node]:
        """What the block says, and the file's defaults say for it, in the order of keys."""
        values = cast("dict[str, Node]", {**self._defaults, **block} if keys is _NUMBER else block)
        return {key: values[key] for key in keys if key in values}

    def _phone(self, value: Node | None, rule: Callable[[str], tuple[str, Problem | None]]) -> str:
        if not isinstance(value, Text):
            return ""
        form, problem = rule(value)
        self._note(problem, value)
        return form

    def _note(self, problem: Problem | None, value: Text) -> None:
        if problem is not None:
            self.problems.append(problem.at(place(self._file, value)))
