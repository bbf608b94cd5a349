"""What tests and people can change and see under /_sandbox. API calls never get here.

`TOLD`: path -> function that changes the world and is recorded. It takes the world and the body and returns the answer.
It raises ValueError before anything has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox import seeding
from reconciler.sandbox.contacts import confirmations, directory
from reconciler.sandbox.contacts.console import on_contact
from reconciler.sandbox.numbers import listing
from reconciler.sandbox.numbers.console import on_number
from reconciler.sandbox.numbers.telephone import possible
from reconciler.sandbox.world import Answer, Code, Message, Number, Purchase, Role, World, moment, shown

Body = Mapping[str, Any]
_ACCOUNTS = {"approved": "APPROVED", "pending": "PENDING", "rejected": "REJECTED", "none": ""}
_STATES = ("verified", "unverified", "elsewhere", "prevalidated")


def text(body: Body, name: str, among: tuple[str, ...] = ()) -> str:
    """A required string of the body. among: the allowed values. Raises ValueError."""
    value = body.get(name)
    if not isinstance(value, str) or not value or (among and value not in among):
        raise ValueError(f"{name} must be {' or '.join(among)}" if among else f"{name} must be a text, not empty")
    return value


def count(body: Body, name: str) -> int:
    """A required positive integer of the body. Raises ValueError."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} must be a whole number, 1 or more")
    return value


def confirm(world: World, body: Body) -> Answer:
    """The person at this address follows the link."""
    to = _address(body)
    confirmed = confirmations.confirm(world, to)
    if not confirmed:
        raise ValueError(f"no link waits at {to}")
    return {"confirmed": confirmed}


def number(world: World, body: Body) -> Answer:
    """Sets up a number as if it had got there earlier; its previous state is forgotten."""
    to, state = text(body, "number"), text(body, "state", _STATES)
    if not possible(to):
        raise ValueError("number must be E.164, such as +8613800001234")
    space = text(body, "space") if state.endswith("verified") else ""
    _forget(world, to)
    if state == "prevalidated":
        purchase = world.purchases[to] = Purchase(world.new_id(), Code(world.new_code(), world.now))
        return {"purchase_code": shown(purchase.code.value)}
    if state == "elsewhere":
        world.elsewhere.add(to)
    else:
        verified_at = world.now if state == "verified" else None
        world.space(space).numbers[to] = Number(to, world.new_id(), verified_at=verified_at)
    return {}


def sign_up(world: World, body: Body) -> Answer:
    """Somebody signs a number up in the browser: the space has it, verified, and not registered."""
    to, space, name = text(body, "number"), text(body, "space"), body.get("display_name", "")
    if not possible(to) or not isinstance(name, str):
        raise ValueError("number must be E.164, such as +8613800001234, and display_name a text")
    if world.holders(to) or to in world.elsewhere:
        raise ValueError("the number is in a space, or at another provider")
    world.purchases.pop(to, None)
    world.space(space).numbers[to] = Number(to, world.new_id(), name, verified_at=world.now, named_at=world.now)
    return {}


def space(world: World, body: Body) -> Answer:
    """Sets the review status of a space's account, and the name that the console shows, if one is given."""
    name, account = text(body, "space"), text(body, "account", tuple(_ACCOUNTS))
    title = text(body, "name") if "name" in body else ""
    world.space(name).account = _ACCOUNTS[account]
    world.space(name).title = title or world.space(name).title
    return {}


def clock(world: World, body: Body) -> Answer:
    """Advances the world's clock (days, expiry), not the time that signatures are checked against."""
    seconds = body.get("advance_s")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise ValueError("advance_s must be a number of seconds, 0 or more")
    world.offset += seconds
    return {"offset_s": world.offset}


def console(world: World, body: Body) -> Answer:
    """Somebody changes a number or a contact in the console, whatever is recorded of it."""
    try:
        (on_number if "number" in body else on_contact)(world, body)
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]} is missing") from None
    return {}


def allow(world: World, body: Body) -> Answer:
    """Somebody requested more messages: they break no promise."""
    world.watch.allow(_address(body), count(body, "messages"))
    return {}


def role(world: World, body: Body) -> Answer:
    """A RAM role, with what it trusts."""
    named = {name: text(body, name) for name in ("role", "provider", "issuer", "audience", "subject", "secret")}
    lasts = body.get("lasts_s", 0)
    if isinstance(lasts, bool) or not isinstance(lasts, int | float) or lasts < 0:
        raise ValueError("lasts_s must be a number of seconds, 0 or more")
    world.roles[named["role"]] = Role(**named, lasts_s=float(lasts))
    return {}


def settings(world: World, body: Body) -> Answer:
    """Changes settings."""
    world.settings = world.settings.changed(body)
    return {}


def truth(world: World) -> Answer:
    """The real state, whatever reads report."""
    numbers = [
        {
            "space": space.id,
            "number": each.number,
            "status": each.status,
            "shown": listing.status(world, each, world.now),
            "verified": world.verified(each),
            "registrations": len(world.registrations.get(each.number, ())),
            **({"settings": dict(each.settings)} if each.settings else {}),
        }
        for space in world.spaces.values()
        for each in space.numbers.values()
    ]
    contacts = [
        {
            "id": each.id,
            "name": each.fields["Name"],
            "waiting": sorted(each.waiting),
            "members": sorted(each.members),
        }
        for each in directory.present(world)
    ]
    return {"now": moment(world.now), "numbers": numbers, "contacts": contacts}


def followed(world: World, body: Body) -> Answer:
    """Somebody followed a redirect."""
    world.watch.breach("redirect", "", "an answer that pointed elsewhere was followed")
    return {}


def inbox(messages: list[Message], url: str) -> Answer:
    """The messages to people, oldest first. A link leads to the page, where a person can follow it."""
    rows = [
        {
            "to": message.to,
            "channel": message.channel,
            "operation": message.operation,
            "code": message.code,
            "link": None if message.code else f"{url}/#message-{position}",
            "at": message.at,
        }
        for position, message in enumerate(messages, start=1)
    ]
    return {"messages": rows}


def page(world: World) -> Answer:
    """The arguments of page.render."""
    linked = {to for contact in directory.present(world) for to in contact.linked}
    purchases = {number: shown(purchase.code.value) for number, purchase in world.purchases.items()}
    return {"messages": list(world.messages), "linked": linked, "purchases": purchases}


def _address(body: Body) -> str:
    to = text(body, "to")
    return to if to.startswith("+") else confirmations.address(to)


def _forget(world: World, to: str) -> None:
    for holder in world.holders(to):
        del holder.numbers[to]
    world.elsewhere.discard(to)
    world.purchases.pop(to, None)
    world.watch.cycle("", to)


TOLD: dict[str, Callable[[World, Body], Answer]] = {
    "confirm": confirm,
    "numbers": number,
    "signups": sign_up,
    "spaces": space,
    "clock": clock,
    "allow": allow,
    "settings": settings,
    "roles": role,
    "followed": followed,
    "recorded": seeding.recorded,
    "console": console,
}
