"""Which contacts exist and which are being deleted. It never changes an address or sends anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Contact, World

MOST = 20
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{16,17}|c-[0-9a-f]{16}")


def present(world: World) -> list[Contact]:
    """The existing contacts. A contact whose deletion is complete is removed, unless deletions fail."""
    if not world.settings.deletions_fail:
        for contact in [each for each in world.contacts.values() if deletion_over(world, each)]:
            remove(world, contact)
    return list(world.contacts.values())


def found(world: World, given: Mapping[str, str]) -> Contact:
    """The contact of this id. Raises Refusal."""
    if not _ID.fullmatch(given["ContactId"]):
        raise Refusal("InvalidParameter.ContactId")
    contacts = {contact.id: contact for contact in present(world)}
    if given["ContactId"] not in contacts:
        raise Refusal("EntityNotExists.Contact")
    return contacts[given["ContactId"]]


def living(world: World, given: Mapping[str, str]) -> Contact:
    """The contact, for operations that refuse one that is being deleted."""
    contact = found(world, given)
    if deleting(world, contact):
        raise Refusal("EntityNotExists.Contact", "The contact is being deleted")
    return contact


def deleting(world: World, contact: Contact) -> bool:
    """Whether its deletion is in progress."""
    return contact.deleting_since is not None and not deletion_over(world, contact)


def deletion_over(world: World, contact: Contact) -> bool:
    """Whether its deletion has taken its time."""
    return contact.deleting_since is not None and world.now - contact.deleting_since >= world.settings.deletion_s


def remove(world: World, contact: Contact) -> None:
    """Deletes a contact."""
    del world.contacts[contact.id]
    world.watch.forget(contact.fields["Name"])


def refuse_taken(world: World, name: str, but: str = "") -> None:
    """Names are unique in the directory. `but`: the contact that may have this name."""
    if any(contact.fields["Name"] == name and contact.id != but for contact in present(world)):
        raise Refusal(world.settings.contact_exists, status=409)
