"""Fills the world from recorded state: the progress of each number and contact. No message is sent.

numbers    [{number, space, name, status, verified, code, settings}]   code: whether its holder has received one that is
           open; settings: wire name -> value
contacts   [{id, fields, waiting, linked, deleting, members}]   waiting, linked: names of address fields
purchases  [number]
sent       [[daily limit's name, seconds since the epoch]]   messages that count for the daily caps
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.contacts.confirmations import ADDRESSES, address
from reconciler.sandbox.settings import DAY
from reconciler.sandbox.world import Answer, Code, Contact, Number, Purchase, World, shown

STATUSES = ("PENDING", "MIGRATING", "CONNECTED")
Row = Mapping[str, Any]


def recorded(world: World, body: Row) -> Answer:
    """Returns `codes`: number -> code that is waited for. Raises ValueError before anything has changed."""
    try:
        numbers = [(row["space"], row["code"], _number(world, row)) for row in body["numbers"]]
        contacts = [(_contact(world, row), row["linked"]) for row in body["contacts"]]
        purchases = {str(number): Purchase(world.new_id(), _code(world)) for number in body["purchases"]}
        sent = [(str(daily), float(at)) for daily, at in body["sent"]]
    except (KeyError, TypeError):
        raise ValueError("numbers, contacts, purchases and sent must be as they are described") from None
    codes = dict(_placed(world, numbers))
    for contact, linked in contacts:
        _link(world, contact, linked)
    for daily, at in sent:
        world.sent[daily, int((at - world.settings.day_starts_s) // DAY)] += 1
    world.purchases |= purchases
    bought = {number: shown(purchase.code.value) for number, purchase in purchases.items()}
    return {"codes": {**codes, **bought}}


def _number(world: World, row: Row) -> Number:
    if row["status"] not in STATUSES:
        raise ValueError(f"status must be {' or '.join(STATUSES)}")
    verified = world.now if row["verified"] else None
    settings = dict(row.get("settings", {}))
    return Number(row["number"], world.new_id(), row["name"], row["status"], verified, settings=settings)


def _code(world: World) -> Code:
    return Code(world.new_code(), world.now)


def _placed(world: World, numbers: list[tuple[str, bool, Number]]) -> Iterator[tuple[str, str]]:
    for space, has_code, number in numbers:
        world.space(space).numbers[number.number] = number
        if has_code:
            number.code = _code(world)
            world.watch.message("", number.number)
            yield number.number, shown(number.code.value)


def _contact(world: World, row: Row) -> Contact:
    fields = {"PhoneNumber": "", **row["fields"]}
    waiting = {field: fields[field] for field in row["waiting"]}
    confirmed = {fields[field] for field in ADDRESSES if field not in waiting}
    since = world.now if row["deleting"] else None
    return Contact(
        row["id"], world.now, fields, waiting, confirmed, deleting_since=since, members={*row.get("members", ())}
    )


def _link(world: World, contact: Contact, linked: list[str]) -> None:
    world.contacts[contact.id] = contact
    for field in linked:
        to = address(contact.waiting[field])
        contact.linked.add(to)
        world.watch.message(contact.id, to)
