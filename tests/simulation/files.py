"""What the YAML of a simulated project says, as the model has it, and how people edit it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from reconciler.core.model import Guards, Limits, OnRemove, Project, Resource, Space
from reconciler.kinds import KINDS
from reconciler.kinds.number_settings import NAMES

SPACES = {"acme": "cams-acme", "globex": "cams-globex"}
BOUGHT = "+8613711110001"
SIGNED_UP = "+8613711110002"
SIGNED_UP_IN = "acme"
NUMBERS = ("+8613800001234", "+8613800005678", "+6281234567890", BOUGHT)
PHONES = ("+8613911111234", "+8613911115678")
PEOPLE = ("tom", "amy")
EMAILS = ("help@example.com", "desk@example.com")
RETITLED = "ProjectDirector"
HOOKS = [{"messages_url": f"https://{name}.example/m", "status_url": f"https://{name}.example/s"} for name in "ab"]
SETTINGS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({}, {**HOOKS[0], "queue": False}, {**HOOKS[1], "queue": True}),
    ({}, {"about": "Ask  us"}, {"about": "Ask", "websites": ("https://a.example",)}, {"email": "A@b.example"}),
    ({}, {"cart": True, "catalog": False}, {"cart": False, "catalog": False}),
)
"""A group of settings: the values that people declare of it. What the cloud has without a word may be among them."""
MEMBERS = ((), ("rd-1",), ("rd-1", "rd-2"), tuple(f"fd-{n}" for n in range(7)), ("fd-6", "rd-2"))
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


def signed_up() -> Resource:
    """A number that somebody signs up in a browser."""
    facts = {"number": SIGNED_UP, "method": "sms", "locale": "en_US"}
    return Resource(SIGNED_UP_IN, "phone_number", "five", "embedded", SIGNED_UP, facts, "deregister")


def set_up(random: Random, files: Files) -> Files:
    """An edit of a number's settings or a contact's members, or a number that comes from a browser."""
    files = files.copied()
    block = _some(random, files)
    if not any(each.key == SIGNED_UP for each in files.blocks.values()) and random.randrange(3) == 0:
        files.put(signed_up())
    elif block and block.type == "contact":
        files.put(block._replace(attributes={**block.attributes, "members": random.choice(MEMBERS)}))
    elif block and KINDS[block.kind].served:
        others = {name: value for name, value in block.attributes.items() if name not in NAMES}
        said = [random.choice(group) for group in SETTINGS]
        files.put(block._replace(attributes={**others, **said[0], **said[1], **said[2]}))
    return files


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
    if block and block.key != SIGNED_UP:
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
    elif block and block.key != SIGNED_UP:
        files.put(number(random, block.space, block.name, block.key))


def _word(random: Random, files: Files) -> None:
    block = _some(random, files)
    if block:
        files.put(block._replace(on_remove=random.choice(UNDO[block.type])))


def _back(random: Random, files: Files) -> None:
    """What was said about removals has had its time."""
    files.removed = {name: {} for name in SPACES}
