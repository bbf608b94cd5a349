"""The declared configuration as plain values. Recorded state is never mixed with it: a plan is their difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reconciler.errors import Place, Problem
from reconciler.kinds.types import TypeName

if TYPE_CHECKING:
    from reconciler.core import fields

Attributes = Mapping[str, Any]
OnRemove = Literal["refuse", "forget", "deregister", "delete", "detach"]


class Resource(NamedTuple):
    """One block of a space file, or the callback of its account.

    space: the space's name.
    type: phone number, contact or account callback.
    name: the key in the YAML.
    kind: its lifecycle.
    key: its identity in the cloud: the E.164 number, the contact's name, or the space's id.
    attributes: of a number: number, display_name (may be absent), method, locale. Of a contact: name, email, title,
        message_types (sorted tuple), phone (E.164, may be absent), members (sorted tuple, absent if there are none).
        Of an account callback: space_id, url.
    on_remove: what happens when the block is removed.
    places: attribute -> its place in the file; "" -> the block's.
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
        """`space/type/name`."""
        return f"{self.space}/{self.type}/{self.name}"

    @property
    def place(self) -> Place | None:
        """The block's."""
        return self.places.get("")


@dataclass(frozen=True, slots=True)
class Space:
    """One space file.

    name: of the space.
    space_id: in the cloud.
    file: its path, below the root; "" if there is none any more.
    resources: in the file's order.
    removed: resource name -> what to do with a recorded resource that was removed from the YAML.
    moved: the space id whose resources all move here; "" for none.
    renamed: earlier name of a block -> its name now, or the next earlier one.
    imports: addresses, without the space's name, of what is listed under `import`.
    places: of the file's own keys.
    """

    name: str
    space_id: str
    file: str
    resources: tuple[Resource, ...] = ()
    removed: Mapping[str, OnRemove] = field(default_factory=dict)
    moved: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)

    def was_called(self, name: str) -> frozenset[str]:
        """The names that a block had, with the one it has now."""
        names = {name}
        while more := {old for old, new in self.renamed.items() if new in names} - names:
            names |= more
        return frozenset(names)


class Guards(NamedTuple):
    """Limits of a single run.

    max_messages: messages.
    max_delete_percent: removals, as a percentage of the recorded resources; applies from ten resources up.
    allowed_countries: calling codes of new numbers; empty for all.
    callback_hosts: hosts that callbacks may be set to, with their ports unless 443; empty for all.
    """

    max_messages: fields.Whole = 20
    max_delete_percent: fields.Whole = 30
    allowed_countries: tuple[str, ...] = ()
    callback_hosts: tuple[str, ...] = ()

    def stricter(self, other: Guards) -> Guards:
        """What both allow."""
        return Guards(
            min(self.max_messages, other.max_messages),
            min(self.max_delete_percent, other.max_delete_percent),
            _both(self.allowed_countries, other.allowed_countries),
            _both(self.callback_hosts, other.callback_hosts),
        )


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    shared = tuple(each for each in one if each in other) or NOWHERE
    return shared if one and other else one or other


NOWHERE = ("none",)
"""What is allowed if two lists have none in common: an empty list would allow all."""


class Limits(NamedTuple):
    """Limits of calls and messages; 0 for none.

    calls_per_second: of each operation.
    contact_messages_per_day: over all spaces of a backend, in 24 hours.
    code_messages_per_day: likewise.
    throttled_means_not_sent: whether a throttled call certainly had no effect.
    """

    calls_per_second: fields.Whole = 10
    contact_messages_per_day: fields.Whole = 100
    code_messages_per_day: fields.Whole = 0
    throttled_means_not_sent: bool = True

    def daily(self, name: str) -> int:
        """The daily limit of this name; 0 for none."""
        return {
            "contact_messages_per_day": self.contact_messages_per_day,
            "code_messages_per_day": self.code_messages_per_day,
        }.get(name, 0)


class Project(NamedTuple):
    """The whole configuration.

    root: the directory of reconciler.yaml.
    spaces: by file.
    state: the URL of the journals, e.g. `sqlite:.reconciler/state.db`, relative to the root.
    guards: limits of a run.
    limits: limits of calls and messages.
    warnings: possible mistakes, each with the address it is about, if there is one.
    environment: the chosen one; "" without environments.
    account: id of its account; "" for any.
    contacts_account: id of the account that keeps message contacts, if it is another one; else "".
    elsewhere: ids of the spaces that other environments declare.
    further: other settings by name, as text: whose cloud it is, where its state is, what is protected.
    """

    root: str
    spaces: tuple[Space, ...]
    state: str = "sqlite:.reconciler/state.db"
    guards: Guards = Guards()
    limits: Limits = Limits()
    warnings: tuple[Problem, ...] = ()
    environment: str = ""
    account: str = ""
    contacts_account: str = ""
    elsewhere: frozenset[str] = frozenset()
    further: Mapping[str, str] = {}
