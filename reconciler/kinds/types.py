"""What all kinds of one resource type have in common. Code that must tell one type from another reads these rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

TypeName = Literal["phone_number", "contact", "account_callback"]


class ResourceType(NamedTuple):
    """A resource type.

    name: as in addresses.
    key: the attribute that identifies it in the cloud.
    undoing: the value of `on_remove` for which an operation removes it; "" if none does: then it is forgotten.
    detaching: the value for which an operation removes it but not what it is bound to; "" if none does.
    proof: what a person provides: the code that arrives on the phone, or the link that is followed; "" for nothing.
    directory_wide: it belongs to no space: moving its block to another space moves the record, without a call.
    id: the fact that holds its id in the cloud; "" if it is identified by its key.
    moving: the kind that brings a ready resource from another space.
    personal: attributes that identify a person.
    callbacks: attributes that say where the cloud sends something -> what it sends. In plans and comments only their
        hosts are shown.
    fetched: attributes that say where the cloud fetches something; shown like callbacks.
    short: the name for people, in a sentence about several.
    console: where people see to it by hand.
    """

    name: TypeName
    key: Literal["number", "name", "space_id"]
    undoing: Literal["", "deregister", "delete"]
    proof: Literal["", "code", "link"]
    directory_wide: bool = False
    id: str = ""
    moving: str = ""
    personal: tuple[str, ...] = ()
    callbacks: Mapping[str, str] = MappingProxyType({})
    fetched: tuple[str, ...] = ()
    short: str = ""
    detaching: Literal["", "detach"] = ""
    console: str = ""

    def ends(self, on_remove: str) -> bool:
        """Whether removing it also ends what it is bound to."""
        return bool(self.detaching) and on_remove == self.undoing

    @property
    def removing(self) -> tuple[str, ...]:
        """The values of `on_remove` that let it be removed."""
        return tuple(each for each in ("forget", self.detaching, self.undoing) if each)

    def by_hand(self, left: str) -> str:
        """What is left to clean up, with the place where that can be done."""
        return f"{left} ({self.console})"

    @property
    def host_only(self) -> tuple[str, ...]:
        """The attributes that are addresses on the web, of which only the host is shown."""
        return (*self.callbacks, *self.fetched)

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name.replace("_", " ")

    @property
    def keyed_by_number(self) -> bool:
        """Its key is a phone number: masked in output, and equal in every spelling."""
        return self.key == "number"


TYPES: dict[str, ResourceType] = {
    each.name: each
    for each in (
        ResourceType(
            "phone_number",
            "number",
            "deregister",
            "code",
            moving="migrate",
            personal=("number",),
            callbacks={"messages_url": "messages", "status_url": "reports of delivery"},
            fetched=("picture",),
            short="number",
            console="console of Chat App Message Service, Channel Management",
        ),
        ResourceType(
            "contact",
            "name",
            "delete",
            "link",
            directory_wide=True,
            id="contact_id",
            personal=("name", "email", "phone"),
            detaching="detach",
            console="Message Center of the console, contacts",
        ),
        ResourceType(
            "account_callback",
            "space_id",
            "",
            "",
            callbacks={"url": "reports on the account"},
            short="space",
            console="console of Chat App Message Service, Channel Management",
        ),
    )
}
HOST_ONLY = frozenset(name for row in TYPES.values() for name in row.host_only)
"""The attributes of any type that are addresses on the web, of which only the host is shown."""
