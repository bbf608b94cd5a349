"""Which members a contact is bound to. Nobody is notified of it."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.sandbox.contacts import confirmations, directory, rules
from reconciler.sandbox.numbers.operations import Parameters
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Contact, World, stamp

MOST = 10
_SPELLED: dict[str, Answer] = {"empty": {"Members": []}, "null": {"Members": None}, "absent": {}}


def bind(world: World, given: Parameters) -> Answer:
    """For a confirmed contact only."""
    contact, wanted = directory.living(world, given), rules.members(given)
    if confirmations.shown(world, contact):
        raise Refusal("ContactStatusMismatchAction")
    if len(contact.members.union(wanted)) > MOST:
        raise Refusal("LimitExceeded.ContactMembers")
    if world.settings.rebinding == "refused" and contact.members.intersection(wanted):
        raise Refusal("EntityAlreadyExists.Member")
    world.watch.undone("DisassociateMembers", contact.fields["EmailAddress"])
    return _changed(world, contact, wanted, contact.members.union)


def unbind(world: World, given: Parameters) -> Answer:
    contact, wanted = directory.living(world, given), rules.members(given)
    if world.settings.rebinding == "refused" and not contact.members.issuperset(wanted):
        raise Refusal("EntityNotExists.Member")
    world.watch.undone("AssociateMembers", contact.fields["EmailAddress"])
    return _changed(world, contact, wanted, contact.members.difference)


def listed(world: World, contact: Contact) -> Answer:
    """As a read lists them."""
    found = shown(world, contact)
    return {"Members": found} if found else _SPELLED[world.settings.no_members]


def shown(world: World, contact: Contact) -> list[str]:
    """The members that a read reports: those bound or unbound too recently are as before."""
    late = {each for each, at in contact.rebound.items() if world.now - at < world.settings.binding_shows_s}
    return sorted(contact.members ^ late)


def _changed(world: World, contact: Contact, wanted: list[str], become: Callable[[list[str]], set[str]]) -> Answer:
    """Does all of it, or the first half."""
    done = wanted if world.settings.binding == "whole" else wanted[: (len(wanted) + 1) // 2]
    before, contact.members = contact.members, become(done)
    contact.rebound.update(dict.fromkeys(before ^ contact.members, world.now))
    date = stamp(world.now, world.settings.date_form)
    return {"Members": [{"ContactId": contact.id, "MemberId": each, "ModifyDate": date} for each in done]}
