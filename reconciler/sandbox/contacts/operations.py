"""The operations on message contacts. Contacts are confirmed out of band: no operation takes a code.

The account has one directory. Each operation takes the world and the parameters, and returns the answer's fields
without the envelope, or raises Refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from reconciler.sandbox.contacts import confirmations, directory, members, rules
from reconciler.sandbox.contacts.confirmations import ADDRESSES
from reconciler.sandbox.numbers import spelling
from reconciler.sandbox.numbers.operations import Handler, Parameters
from reconciler.sandbox.numbers.telephone import contact_e164
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.world import Answer, Contact, World, stamp


def add(world: World, given: Parameters) -> Answer:
    fields = rules.values(given)
    directory.refuse_taken(world, fields["Name"])
    if len(directory.present(world)) >= directory.MOST:
        raise Refusal("LimitExceeded.Contact")
    contact = Contact(IDS[world.settings.id_form](world), world.now, {"PhoneNumber": "", **fields})
    contact.waiting = {field: fields[field] for field in ADDRESSES if field in fields}
    world.contacts[contact.id] = contact
    return {"Contact": {"ContactId": contact.id, "CreateDate": _date(world, contact)}}


def update(world: World, given: Parameters) -> Answer:
    """A changed address takes effect when it is confirmed, everything else at once."""
    contact, fields = directory.living(world, given), rules.values(given)
    if "Name" in fields:
        directory.refuse_taken(world, fields["Name"], but=contact.id)
        world.watch.forget(contact.fields["Name"])
    for field in [field for field in ADDRESSES if field in fields]:
        confirmations.readdress(world, contact, field, fields.pop(field))
    contact.fields.update(fields)
    return {}


def cancel_update(world: World, given: Parameters) -> Answer:
    """Reverts addresses whose change waits for confirmation: the named ones, or all."""
    contact = directory.living(world, given)
    pending = [field for field in ADDRESSES if confirmations.pending(contact, field)]
    all_of_them = not any(given.get(field) for field in ADDRESSES)
    named = [field for field in pending if all_of_them or contact.waiting[field] == given.get(field)]
    if not named:
        raise Refusal("EntityNotExists.Contact.Verification")
    for field in named:
        confirmations.readdress(world, contact, field, contact.fields[field])
    return {}


def delete(world: World, given: Parameters) -> Answer:
    contact = directory.living(world, given)
    if given.get("RetainContactInMembers", "true").lower() == "false" or not world.settings.deletes_at_once:
        contact.deleting_since = world.now
        return {"Status": "Deleting"}
    directory.remove(world, contact)
    return {"Status": "Deleted"}


def deletion_status(world: World, given: Parameters) -> Answer:
    contact = directory.found(world, given)
    if contact.deleting_since is None:
        raise Refusal("EntityNotExists.Contact.Deletion")
    going = directory.deleting(world, contact)
    reasons = [] if going else [{"AccountId": "1", "MessageTypes": contact.fields["MessageTypes"]}]
    status = {"ContactId": contact.id, "Status": "Deleting" if going else "Failed", "FailReasonList": reasons}
    return {"ContactDeletionStatus": status}


def get(world: World, given: Parameters) -> Answer:
    return {"Contact": _shown(world, directory.found(world, given))}


def listed(world: World, given: Parameters) -> Answer:
    """Lists contacts. `Member` selects those bound to one."""
    member, wanted = given.get("Member"), given.get("ContactId")
    contacts = [each for each in directory.present(world) if not member or member in members.shown(world, each)]
    rows = [_shown(world, each) for each in contacts if not wanted or each.id == wanted]
    return _page("Contacts", rows, given)


def verifications(world: World, given: Parameters) -> Answer:
    contacts = [directory.found(world, given)] if given.get("ContactId") else directory.present(world)
    waiting = [(each.id, target) for each in contacts for target in confirmations.shown(world, each).values()]
    rows = [{"ContactId": id, "Target": target} for id, target in waiting]
    return _page("ContactVerifications", rows, given)


def send_phone(world: World, given: Parameters) -> Answer:
    contact_e164(given["PhoneNumber"])
    confirmations.send(world, "SendPhoneVerificationForMessageContact", given, "PhoneNumber")
    return {}


def send_email(world: World, given: Parameters) -> Answer:
    rules.email(given["EmailAddress"])
    confirmations.send(world, "SendEmailVerificationForMessageContact", given, "EmailAddress")
    return {}


def _shown(world: World, contact: Contact) -> Answer:
    waiting, settings = confirmations.shown(world, contact), world.settings
    status = "Verifying" if waiting else "Active"
    return {
        "ContactId": contact.id,
        "CreateDate": _date(world, contact),
        **contact.fields,
        "EmailAddress": spelling.email(contact.fields["EmailAddress"], settings),
        "Name": spelling.text(contact.fields["Name"], settings),
        **(waiting if settings.updates_show_at_once else {}),
        "Status": settings.deletion_shows if directory.deleting(world, contact) else status,
        **members.listed(world, contact),
    }


def _date(world: World, contact: Contact) -> str:
    return stamp(contact.created, world.settings.date_form)


def _page(name: str, rows: Sequence[Answer], given: Parameters) -> Answer:
    number, size = _count(given, "PageNumber", 1, 10**6), _count(given, "PageSize", 10, 100)
    page = rows[(number - 1) * size : number * size]
    return {name: list(page), "PageNumber": number, "PageSize": size, "TotalCount": len(rows)}


def _count(given: Parameters, name: str, default: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise Refusal(f"InvalidParameter.{name}")
    return int(text)


IDS: dict[str, Callable[[World], str]] = {
    "uuid": lambda world: str(UUID(int=world.random.getrandbits(128))),
    "digits": World.new_id,
    "prefixed": lambda world: f"c-{world.random.getrandbits(64):016x}",
}
CONTACTS: dict[str, Handler] = {
    "AddMessageContact": add,
    "UpdateMessageContact": update,
    "CancelMessageContactUpdate": cancel_update,
    "DeleteMessageContact": delete,
    "GetMessageContactDeletionStatus": deletion_status,
    "AssociateMembers": members.bind,
    "DisassociateMembers": members.unbind,
    "GetMessageContact": get,
    "ListMessageContacts": listed,
    "ListMessageContactVerifications": verifications,
    "SendPhoneVerificationForMessageContact": send_phone,
    "SendEmailVerificationForMessageContact": send_email,
}
