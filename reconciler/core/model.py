"""What is desired and what is recorded, as plain values. They are never mixed: a plan is what lies between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reconciler.errors import Place, Problem
from reconciler.kinds.types import TypeName

if TYPE_CHECKING:
    from reconciler.core import fields

Attributes = Mapping[str, Any]
OnRemove = Literal["refuse", "forget", "deregister", "delete"]


class Resource(NamedTuple):
    """One block of a space file.

    name: the key people chose. key: what the cloud knows it by, the E.164 number or the contact's name.
    attributes: a number has number, display_name (maybe absent), method, locale; a contact has name, email,
    title, message_types (sorted tuple) and phone (E.164, maybe absent). places: attribute -> where it stands,
    and under "" where the block does.
    """

    space: str
    type: TypeName
    name: str
    kind: str
    key: str
    attributes: Attributes
    on_remove: OnRemove = "refuse"
    places: Mapping[str, Place] = {}

    @property
    def address(self) -> str:
        return f"{self.space}/{self.type}/{self.name}"

    @property
    def place(self) -> Place | None:
        return self.places.get("")


@dataclass(frozen=True, slots=True)
class Space:
    """One space file. removed: resource name -> what to do with a recorded resource that was removed from the YAML.

    moved: the space_id from which all of it moves here, "" for none. places: of the file's own keys.
    """

    name: str
    space_id: str
    file: str
    resources: tuple[Resource, ...] = ()
    removed: Mapping[str, OnRemove] = field(default_factory=dict)
    moved: str = ""
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)


class Guards(NamedTuple):
    """What a single run may do at most. delete percent counts the recorded resources, from ten of them up."""

    max_messages: fields.Whole = 20
    max_delete_percent: fields.Whole = 30
    allowed_countries: tuple[str, ...] = ()


class Limits(NamedTuple):
    """calls_per_second is per operation; the daily ones count over all spaces of a backend. 0 means none."""

    calls_per_second: fields.Whole = 10
    contact_messages_per_day: fields.Whole = 100
    code_messages_per_day: fields.Whole = 0
    throttled_means_not_sent: bool = True

    def daily(self, name: str) -> int:
        return {
            "contact_messages_per_day": self.contact_messages_per_day,
            "code_messages_per_day": self.code_messages_per_day,
        }.get(name, 0)


class Project(NamedTuple):
    """All that the files say. state: where the journal lives, e.g. `sqlite:.reconciler/state.db`, below root.

    warnings: what may be meant so; each with the address that it is about, if there is one.
    """

    root: str
    spaces: tuple[Space, ...]
    state: str = "sqlite:.reconciler/state.db"
    guards: Guards = Guards()
    limits: Limits = Limits()
    warnings: tuple[Problem, ...] = ()
