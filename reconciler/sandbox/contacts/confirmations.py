"""A contact's addresses: which wait for confirmation, where links went, who followed them. No operation confirms
one."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.sandbox.contacts import directory
from reconciler.sandbox.numbers import spelling
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Contact, World

ADDRESSES = {"EmailAddress": "email", "PhoneNumber": "sms"}


def address(target: str) -> str:
    """The recipient of a target: E.164 or an e-mail address."""
    return target if "@" in target else f"+{target.replace('-', '')}"


def send(world: World, operation: str, given: Mapping[str, str], field: str) -> None:
    """Sends a link to an address that waits; refuses any other."""
    contact = directory.living(world, given)
    waits = contact.waiting.get(field)
    if waits is None or given[field] not in (waits, spelling.email(waits, world.settings)):
        raise Refusal("EntityNotExists.Contact.Verification")
    to = address(waits)
    world.send(operation, to, ADDRESSES[field], None)
    world.watch.message(contact.id, to)
    contact.linked.add(to)


def confirm(world: World, to: str) -> int:
    """The person at this address follows the newest link. Returns how many contacts that confirmed."""
    linked = [contact for contact in directory.present(world) if to in contact.linked]
    for contact in linked:
        contact.linked.discard(to)
        for field in [field for field, target in contact.waiting.items() if address(target) == to]:
            contact.fields[field] = contact.waiting.pop(field)
            contact.confirmed.add(contact.fields[field])
            contact.followed[field] = contact.fields[field], world.now
    return len(linked)


def readdress(world: World, contact: Contact, field: str, target: str) -> None:
    """Changes an address: the new one waits for confirmation. An address confirmed before does not wait again.

    The link of one that was never confirmed is void, so another one is due if the address is put back.
    """
    if target == contact.waiting.get(field):
        return
    contact.linked.discard(address(contact.waiting.pop(field, "")))
    if not target or (target == contact.fields[field] and target in contact.confirmed):
        return
    contact.waiting[field] = target
    world.watch.cycle(contact.id, address(target))


def shown(world: World, contact: Contact) -> dict[str, str]:
    """The addresses that a read reports as waiting, including those confirmed too recently to show."""
    late = {
        field: target
        for field, (target, at) in contact.followed.items()
        if world.now - at < world.settings.confirming_shows_s
    }
    return {field: spelling.email(target, world.settings) for field, target in {**late, **contact.waiting}.items()}


def pending(contact: Contact, field: str) -> bool:
    """Whether the waiting address is a changed one."""
    return field in contact.waiting and contact.waiting[field] != str(contact.fields[field])
