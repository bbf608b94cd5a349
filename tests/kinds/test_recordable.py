"""Whatever the cloud shows of a resource, what `check` and an import would record of it is what a record may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.core import codec, fields
from reconciler.kinds import KINDS
from reconciler.kinds.contact import CONTACT, LISTED
from reconciler.kinds.looks import LISTING
from reconciler.kinds.number_settings import SETTINGS
from reconciler.kinds.table import Facts, Look
from tests.kinds import contact

ODD: tuple[Any, ...] = (
    *(None, "", " ", "x y", "n/a", "a\nb", "3", "[3]", "86 139 1111 1234", "+0861391111", "\u5ba2\u670d"),
    *(3, -1, 1.5, True, [], ["x y"], [3], [None], {}, {"a": 1}, ["FaultMessage", 3], [{"MemberId": "rd-1"}]),
)
NUMBER: dict[str, Any] = {
    "number": "+8613800001234",
    "space_id": "cams-acme",
    "phase": "registered",
    "display_name": "Acme",
    **{each.fact: "x" for each in SETTINGS},
    "websites": ("https://acme.example",),
    "queue": True,
    "cart": True,
    "catalog": True,
    "days": 1,
}
MEMBERS, TYPES = ["rd-3Ghk92"], ["FaultMessage"]
PERSON: dict[str, Any] = {**contact.FACTS, "message_types": TYPES, "members": MEMBERS, "days": 1}
ROW: dict[str, Any] = {**contact.ROW, "EmailAddress": "tom@example.com", "MessageTypes": TYPES, "Members": MEMBERS}
SHOWN = ("VerifiedName", "CodeVerificationStatus", "StatusQueue", *(each.field for each in SETTINGS))
SOUGHT = next(look for look in KINDS["register"].steps["declared"].before if look.holds)


def held(looks: tuple[Look, ...], facts: Facts, answer: Facts) -> Iterator[Facts]:
    yield from (look.holds(facts, answer) for look in looks if look.holds)


def read(kind: str, phase: str, facts: Facts, answer: Facts) -> Iterator[Facts]:
    for each in KINDS[kind].observed:
        if phase in each.phases:
            yield from (finding.facts for finding in each.reads(facts, answer))


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_contact_can_be_recorded_as_it_is_found(odd: Any) -> None:
    """In each of its fields; and an import records its addresses with no link due."""
    for field in ROW:
        answer = {"Contacts": [{**ROW, field: odd}], "TotalCount": 1}
        for found in (*held((LISTED,), PERSON, answer), *read("contact", CONTACT.ready, PERSON, answer)):
            assert codec.fits({**found}, fields.Facts), (field, found)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_number_can_be_recorded_as_it_is_found(odd: Any) -> None:
    """In each field of its row and of its settings, also where it has left service."""
    for field in SHOWN:
        for status in ("CONNECTED", "OFFLINE"):
            row = {"PhoneNumber": "8613800001234", "Status": status, field: odd}
            answer = {"PhoneNumbers": [row], "Data": {field: odd}, LISTING: {}}
            looks = (SOUGHT, *SOUGHT.also)
            for found in (*held(looks, NUMBER, answer), *read("register", "registered", NUMBER, answer)):
                assert codec.fits({**found}, fields.Facts), (field, found)
