"""What an import records of a number's settings: those that the cloud shows, so that none of them is sent again."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import KINDS

FACTS: dict[str, Any] = {
    "number": "+8613800001234",
    "space_id": "cams-acme",
    "messages_url": "https://acme.example/in",
    "queue": True,
    "about": "Ask us",
    "cart": True,
    "catalog": False,
}
HERE: dict[str, Any] = {"PhoneNumber": "8613800001234", "Status": "CONNECTED"}
# Onboarding -> the read that looks for the number where it is to be.
SOUGHT = {
    name: next(look for look in KINDS[name].steps[phase].before if look.holds)
    for name, phase in (("register", "declared"), ("migrate", "declared"), ("embedded", "declared"))
} | {"prevalidated_embedded": KINDS["prevalidated_embedded"].steps["identified"].before[0]}
PROFILE, COMMERCE = SOUGHT["register"].also


@pytest.mark.parametrize("kind", SOUGHT)
@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({"UpCallbackUrl": "https://acme.example/in", "UpQueue": "q"}, {"to_set": ["profile", "commerce"]}),
        (
            {"UpCallbackUrl": "https://else.example", "VerifiedName": "Acme"},
            {
                "to_set": ["profile", "commerce"],
                "messages_url": "https://else.example",
                "queue": False,
                "display_name": "Acme",
            },
        ),
        ({}, {"to_set": ["profile", "commerce"], "messages_url": None, "queue": False}),
        ({"Status": "PENDING", "VerifiedName": "Acme"}, {"display_name": "Acme"}),
    ],
)
def test_callbacks_of_a_number_in_service_are_imported(kind: str, row: dict[str, Any], held: dict[str, Any]) -> None:
    """As they are listed, beside its name; those that are not set there are none. Before it is in service, all of its
    settings are still to be sent."""
    holds = SOUGHT[kind].holds
    assert holds
    assert holds(FACTS, {"PhoneNumbers": [{**HERE, **row}]}) == held
    assert holds(FACTS, {"PhoneNumbers": []}) == {}
    assert SOUGHT[kind].also == (PROFILE, COMMERCE)


@pytest.mark.parametrize(
    ("shown", "held"),
    [
        ({"About": "Ask us"}, {"to_set": ["callbacks", "commerce"]}),
        ({"About": "Other"}, {"to_set": ["callbacks", "commerce"], "about": "Other"}),
        ({}, {"to_set": ["callbacks", "commerce"], "about": None}),
    ],
)
def test_a_profile_is_imported(shown: dict[str, Any], held: dict[str, Any]) -> None:
    """If one is declared; by a read of its own."""
    assert PROFILE.holds
    assert PROFILE.holds(FACTS, {"Data": shown}) == held
    assert (PROFILE.operation, PROFILE.needed(FACTS)) == ("QueryPhoneBusinessProfile", True)
    undeclared = {**FACTS, "about": None}
    assert (PROFILE.needed(undeclared), PROFILE.holds(undeclared, {"Data": shown})) == (False, {})


@pytest.mark.parametrize(
    ("shown", "held"),
    [
        ({"CartEnable": True, "CatalogVisible": False}, {"to_set": ["callbacks", "profile"]}),
        (
            {"CartEnable": "false", "CatalogVisible": "true"},
            {"to_set": ["callbacks", "profile"], "cart": False, "catalog": True},
        ),
        ({"CartEnable": True}, {}),
        ({}, {}),
    ],
)
def test_a_switch_that_is_neither_on_nor_off_is_still_to_be_sent(shown: dict[str, Any], held: dict[str, Any]) -> None:
    """With its group: what the cloud does not show is not recorded."""
    assert COMMERCE.holds
    assert COMMERCE.holds(FACTS, {"Data": shown}) == held
    assert (COMMERCE.operation, COMMERCE.needed({**FACTS, "cart": None, "catalog": None})) == (
        "GetCommerceSetting",
        False,
    )
