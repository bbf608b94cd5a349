"""Which contacts there are, and which are on their way out. It must never change an address or send anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Contact, World

MOST = 20
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{16,17}|c-[0-9a-f]{16}")


def present(world: World) -> list[Contact]:
    """The contacts that are; one whose deletion has run its time is gone, unless it failed."""
    if not world.settings.deletions_fail:
        for contact in [each for each in world.contacts.values() if deletion_over(world, each)]:
            remove(world, contact)
    return list(world.contacts.values())


def found(world: World, given: Mapping[str, str]) -> Contact:
    if not _ID.fullmatch(given["ContactId"]):
        raise Refusal("InvalidParameter.ContactId")
    contacts = {contact.id: contact for contact in present(world)}
    if given["ContactId"] not in contacts:
        raise Refusal("EntityNotExists.Contact")
    return contacts[given["ContactId"]]


def living(world: World, given: Mapping[str, str]) -> Contact:
    """The contact, for what one that is being deleted no longer takes part in."""
    contact = found(world, given)
    if deleting(world, contact):
        raise Refusal("EntityNotExists.Contact", "The contact is being deleted")
    return contact


def deleting(world: World, contact: Contact) -> bool:
    return contact.deleting_since is not None and not deletion_over(world, contact)


def deletion_over(world: World, contact: Contact) -> bool:
    return contact.deleting_since is not None and world.now - contact.deleting_since >= world.settings.deletion_s


def remove(world: World, contact: Contact) -> None:
    del world.contacts[contact.id]
    world.watch.forget(contact.fields["Name"])


def refuse_taken(world: World, name: str, but: str = "") -> None:
    """A name is unique in the directory; `but` is the contact that may have it."""
    if any(contact.fields["Name"] == name and contact.id != but for contact in present(world)):
        raise Refusal(world.settings.contact_exists, status=409)
