"""What a person does with a contact in the cloud's console, without the knowledge of this program.

Nothing is sent, and nothing is counted as a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.contacts import directory
from reconciler.sandbox.world import Contact, World

Body = Mapping[str, Any]


def on_contact(world: World, body: Body) -> None:
    """Does `do` to the `contact` of this name. Raises as the console of numbers does."""
    found = [each for each in directory.present(world) if each.fields["Name"] == body["contact"]]
    act = CONTACT_ACTS.get(str(body["do"]))
    if not (found and act):
        raise ValueError(f"do must be {' or '.join(CONTACT_ACTS)}, to a contact that there is")
    act(world, found[0], body)


def _delete(world: World, contact: Contact, body: Body) -> None:
    directory.remove(world, contact)


def _update(world: World, contact: Contact, body: Body) -> None:
    """Confirmed at once."""
    contact.fields = {**contact.fields, **body["fields"]}


def _confirm(world: World, contact: Contact, body: Body) -> None:
    contact.waiting = {}


def _unbind(world: World, contact: Contact, body: Body) -> None:
    contact.members = contact.members - {str(each) for each in body["members"]}


CONTACT_ACTS: dict[str, Callable[[World, Contact, Body], None]] = {
    "remove": _delete,
    "update": _update,
    "confirm": _confirm,
    "unbind": _unbind,
}
