"""What the YAML of a simulated project says, as the model has it, and how people edit it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from reconciler.core.model import Guards, Limits, OnRemove, Project, Resource, Space

SPACES = {"acme": "cams-acme", "globex": "cams-globex"}
BOUGHT = "+8613711110001"
NUMBERS = ("+8613800001234", "+8613800005678", "+6281234567890", BOUGHT)
PHONES = ("+8613911111234", "+8613911115678")
PEOPLE = ("tom", "amy")
EMAILS = ("help@example.com", "desk@example.com")
RETITLED = "ProjectDirector"
UNDO: dict[str, tuple[OnRemove, ...]] = {
    "phone_number": ("refuse", "forget", "deregister", "deregister"),
    "contact": ("refuse", "forget", "delete", "delete"),
}
BIG = Guards(max_messages=50, max_delete_percent=100)


@dataclass
class Files:
    """blocks: by (space's name, type, block's name). removed: by space's name, then block's name."""

    blocks: dict[tuple[str, str, str], Resource] = field(default_factory=dict)
    removed: dict[str, dict[str, OnRemove]] = field(default_factory=lambda: {name: {} for name in SPACES})

    def copied(self) -> Files:
        return Files(dict(self.blocks), {name: dict(said) for name, said in self.removed.items()})

    def project(self, limits: Limits) -> Project:
        return Project("/nowhere", tuple(self._spaces()), guards=BIG, limits=limits)

    def _spaces(self) -> Iterator[Space]:
        for name, id in SPACES.items():
            mine = tuple(block for key, block in self.blocks.items() if key[0] == name)
            yield Space(name, id, f"spaces/{name}.yaml", mine, self.removed[name])

    def put(self, block: Resource) -> None:
        self.blocks[block.space, block.type, block.name] = block

    def take(self, block: Resource) -> None:
        del self.blocks[block.space, block.type, block.name]


def number(random: Random, space: str, name: str, number: str) -> Resource:
    kind = "prevalidated" if number == BOUGHT else random.choice(("register", "migrate"))
    facts: dict[str, Any] = {"number": number, "method": random.choice(("sms", "voice")), "locale": "en_US"}
    if kind == "register":
        facts["display_name"] = "Acme"
    return Resource(space, "phone_number", name, kind, number, facts, random.choice(UNDO["phone_number"]))  # type: ignore[arg-type]


def contact(random: Random, space: str, name: str, person: str) -> Resource:
    """Each person has an e-mail and a phone of their own; what one is may change to what the other never was."""
    facts: dict[str, Any] = {"name": person, "email": f"{person}.{random.choice(EMAILS)}", "title": "CEO"}
    facts["message_types"] = ("FaultMessage",)
    if random.randrange(2):
        facts["phone"] = PHONES[PEOPLE.index(person)]
    return Resource(space, "contact", name, "contact", person, facts, random.choice(UNDO["contact"]))


def edited(random: Random, files: Files) -> Files:
    """One edit, as a pull request would make it. It may turn out to be one that no plan accepts."""
    files = files.copied()
    edit = random.choice((_add, _add, _add, _add, _remove, _remove, _rename, _move, _change, _change, _word, _back))
    edit(random, files)
    return files


def _add(random: Random, files: Files) -> None:
    keys = {block.key for block in files.blocks.values()}
    free = [key for key in (*NUMBERS, *PEOPLE) if key not in keys]
    if free:
        key, space = random.choice(free), random.choice(tuple(SPACES))
        build = contact if key in PEOPLE else number
        type = "contact" if key in PEOPLE else "phone_number"
        names = [name for name in ("one", "two", "three", "four") if (space, type, name) not in files.blocks]
        files.put(build(random, space, random.choice(names), key))


def _some(random: Random, files: Files) -> Resource | None:
    return random.choice(list(files.blocks.values())) if files.blocks else None


def _remove(random: Random, files: Files) -> None:
    block = _some(random, files)
    if block:
        files.take(block)
        if random.randrange(2):
            files.removed[block.space][block.name] = random.choice(UNDO[block.type][1:])


def _rename(random: Random, files: Files) -> None:
    """A new name calls nothing; one that another block had, too, stands for that one no longer."""
    block = _some(random, files)
    name = random.choice(("one", "two", "three", "four"))
    if block and (block.space, block.type, name) not in files.blocks:
        files.take(block)
        files.put(block._replace(name=name))


def _move(random: Random, files: Files) -> None:
    block = _some(random, files)
    if block:
        space = next(name for name in SPACES if name != block.space)
        if (space, block.type, block.name) not in files.blocks:
            files.take(block)
            files.put(block._replace(space=space))


def _change(random: Random, files: Files) -> None:
    block = _some(random, files)
    if block and block.type == "contact":
        files.put(contact(random, block.space, block.name, block.key)._replace(on_remove=block.on_remove))
        if random.randrange(2):
            block = files.blocks[block.space, block.type, block.name]
            files.put(block._replace(attributes={**block.attributes, "title": "Other"}))
    elif block:
        files.put(number(random, block.space, block.name, block.key))


def _word(random: Random, files: Files) -> None:
    block = _some(random, files)
    if block:
        files.put(block._replace(on_remove=random.choice(UNDO[block.type])))


def _back(random: Random, files: Files) -> None:
    """What was said about removals has had its time."""
    files.removed = {name: {} for name in SPACES}
