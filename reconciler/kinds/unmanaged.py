"""What the cloud has and nobody recorded: rows of the listings that `check` reads anyway."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from reconciler.kinds import wire
from reconciler.kinds.contact import LISTED
from reconciler.kinds.looks import CONNECTED
from reconciler.kinds.spelling import phone
from reconciler.kinds.statuses import SERVICE
from reconciler.kinds.table import Data, Look


class Row(NamedTuple):
    """Something that is not recorded.

    key: its number or name.
    found: for people.
    """

    key: str
    found: str


class Unmanaged(NamedTuple):
    """How to find what is not recorded of one resource type.

    look: the listing.
    rows: the answer's data, keys of what is recorded or declared -> the other rows.
    """

    look: Look
    rows: Callable[[Data, Collection[str]], Iterator[Row]]


def _numbers(answer: Data, known: Collection[str]) -> Iterator[Row]:
    mine = set(map(phone, known))
    for row in wire.rows(answer, "PhoneNumbers"):
        number, status = wire.text(row, "PhoneNumber"), wire.text(row, "Status")
        if number and phone(number) not in mine and SERVICE.get(status) != "out":
            name = wire.text(row, "VerifiedName")
            yield Row(f"+{number.removeprefix('+')}", f"{status or 'no status'}{f', name {name}' if name else ''}")


def _contacts(answer: Data, known: Collection[str]) -> Iterator[Row]:
    for row in wire.rows(answer, "Contacts"):
        name = wire.text(row, "Name")
        if name and not any(wire.same_text(name, each) for each in known):
            yield Row(name, wire.text(row, "Status") or "no status")


UNMANAGED: Mapping[str, Unmanaged] = {
    "phone_number": Unmanaged(CONNECTED, _numbers),
    "contact": Unmanaged(LISTED, _contacts),
}
"""Resource type -> how to find what is not recorded."""
