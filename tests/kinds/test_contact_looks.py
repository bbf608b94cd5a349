"""What each read of a contact decides and records: no second link to an address that got one, none to a wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.contact import CONTACT, LISTED
from reconciler.kinds.table import Look
from tests.kinds import contact

Row = dict[str, Any]
FACTS: Row = {**contact.FACTS, "begun": False}
ROW: Row = {**contact.ROW, "EmailAddress": "tom@example.com"}
PHONE, EMAIL = "86-13911111234", "tom@example.com"
STEPS = CONTACT.steps


def waiting(*targets: Any) -> Row:
    return {"ContactVerifications": [{"Target": each} for each in targets]}


def before(phase: str) -> Look:
    return STEPS[phase].before[0]


@pytest.mark.parametrize(
    ("targets", "phone", "email", "both"),
    [
        ([], "confirmed", "confirmed", ""),
        ([PHONE], "", "confirmed", "waiting"),
        (["+86 139 1111 1234"], "", "confirmed", "waiting"),
        ([EMAIL], "confirmed", "", "waiting"),
        (["Tom@Example.com"], "confirmed", "", "waiting"),
        ([PHONE, EMAIL], "", "", "waiting"),
        (["86-13900000000", "else@example.com", 3, None], "confirmed", "confirmed", ""),
    ],
)
def test_an_address_that_does_not_wait_is_confirmed(targets: list[Any], phone: str, email: str, both: str) -> None:
    """In whatever form the directory writes it; no link is sent to it. One of somebody else's is not ours."""
    answer = waiting(*targets)
    assert before("added").says(FACTS, answer) == phone
    assert before("phone_asked").says(FACTS, answer) == email
    assert before("links_sent").says(FACTS, answer) == both
    elsewhere = STEPS["links_sent"].stuck[0].says(FACTS, answer)
    assert elsewhere == ("elsewhere" if targets and not both else "")


def test_the_only_address_left_is_learned() -> None:
    """Not while both wait, nor of a contact that has one alone."""
    learn = before("links_sent").learn
    assert learn(FACTS, waiting(PHONE)) == {"open": "phone"}
    assert learn(FACTS, waiting(EMAIL)) == {"open": "email"}
    assert learn(FACTS, waiting(PHONE, EMAIL)) == learn(FACTS, waiting()) == {}
    assert learn({**FACTS, "phone": None}, waiting(EMAIL)) == {}


@pytest.mark.parametrize("phase, what, rest", [("added", "phone", ["email"]), ("phone_asked", "email", ["phone"])])
def test_a_link_is_sent_once(phase: str, what: str, rest: list[str]) -> None:
    """After it, or where it is not needed, the address it went to is recorded and not asked again."""
    step = STEPS[phase]
    for learn in (step.learn, before(phase).learn):
        assert learn(FACTS, {}) == {"to_ask": rest, f"asked_{what}": FACTS[what]}
        assert learn({**FACTS, "to_ask": [what], "open": what}, {}) == {
            "to_ask": [],
            f"asked_{what}": FACTS[what],
            "open": "",
        }
        assert learn({**FACTS, what: None}, {})[f"asked_{what}"] == ""
    assert step.needed(FACTS) is True
    assert step.needed({**FACTS, "to_ask": rest}) is False
    assert step.needed({**FACTS, what: None}) is False


def test_a_contact_is_asked_at_the_addresses_it_has() -> None:
    """The link goes to the phone by SMS, then to the mailbox; the directory writes the phone with a dash."""
    phone, email = STEPS["added"], STEPS["phone_asked"]
    assert (phone.sends(FACTS), email.sends(FACTS)) == (("sms", "+8613911111234"), ("email", EMAIL))
    assert phone.request(FACTS) == {"ContactId": "c-1", "PhoneNumber": PHONE}
    assert email.request(FACTS) == {"ContactId": "c-1", "EmailAddress": EMAIL}
    assert phone.unless == email.unless == "confirmed already"


def test_listings_are_read_in_one_page() -> None:
    """A directory holds at most 20 contacts."""
    page = {"PageNumber": 1, "PageSize": 100}
    assert LISTED.request(FACTS) == page
    assert before("added").request(FACTS) == {"ContactId": "c-1", **page}


DIFFERENT: list[Row] = [
    {"EmailAddress": "else@example.com"},
    {"EmailAddress": None},
    {"PhoneNumber": "86-13900000000"},
    {"PhoneNumber": ""},
    {"PhoneNumber": None},
    {"Title": "Other"},
    {"MessageTypes": ["FaultMessage"]},
    {"MessageTypes": ["FaultMessage", 3]},
    {"MessageTypes": [3]},
    {"MessageTypes": "FaultMessage"},
    {"MessageTypes": None},
]
SAME: list[Row] = [
    {},
    {"EmailAddress": "Tom@Example.COM"},
    {"PhoneNumber": "+86-139 1111 1234"},
    {"MessageTypes": ["FaultMessage", "SecurityMessage"]},
]


def found(row: Row, **facts: Any) -> tuple[str, str]:
    """By the listing, and by the read of the contact itself."""
    row, given = {**ROW, **row}, {**FACTS, **facts}
    return LISTED.says(given, {"Contacts": [row]}), STEPS["links_sent"].says(given, {"Contact": row})


@pytest.mark.parametrize("row", DIFFERENT)
def test_a_contact_with_another_value_is_not_ours(row: Row) -> None:
    """It is not taken over without consent, and a confirmation of it is not ours."""
    assert found(row) == ("differs", "changed")


@pytest.mark.parametrize("row", SAME)
def test_a_contact_is_the_same_in_the_directory_s_spelling(row: Row) -> None:
    """E-mail addresses in lower case, phones with dashes, lists in any order; with members to bind, those come next."""
    assert found(row) == ("found", "confirmed")
    assert found(row, members=["m-1"]) == ("found", "ok")
    assert found(row, to_unbind=["m-1"]) == ("found", "ok")
    assert found({**row, "Status": "Verifying"}) == ("found", "")


@pytest.mark.parametrize(("there", "words"), [(None, "found"), ("", "found"), (PHONE, "differs")])
def test_a_contact_without_a_phone_has_none_there(there: Any, words: str) -> None:
    """Null and an empty text are none."""
    assert found({"PhoneNumber": there}, phone=None)[0] == words


def test_a_contact_is_looked_up_by_its_name() -> None:
    """A row without an id cannot be used; an answer that names none makes the run look again."""
    others: list[Any] = [3, {**ROW, "Name": "amy", "ContactId": "c-2"}, {**ROW, "Name": " tom "}]
    assert LISTED.says(FACTS, {"Contacts": others}) == "found"
    assert LISTED.learn(FACTS, {"Contacts": others}) == {"contact_id": "c-1", "to_ask": ["phone", "email"]}
    assert LISTED.says(FACTS, {"Contacts": others[:2]}) == LISTED.says(FACTS, {}) == ""
    assert LISTED.says(FACTS, {"Contacts": [{**ROW, "ContactId": None}]}) == "nameless"
    created = STEPS["declared"]
    assert created.says(FACTS, {"Contact": {"ContactId": "c-9"}}) == "ok"
    assert created.says(FACTS, {"Contact": {"ContactId": ""}}) == created.says(FACTS, {}) == ""
    assert created.learn(FACTS, {"Contact": {"ContactId": "c-9"}}) == {
        "contact_id": "c-9",
        "to_ask": ["phone", "email"],
    }


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({}, {"asked_phone": "+8613911111234", "asked_email": EMAIL}),
        ({"EmailAddress": "TOM@example.com"}, {"asked_phone": "+8613911111234", "asked_email": EMAIL}),
        (
            {"EmailAddress": "tim@example.com", "PhoneNumber": "", "MessageTypes": ["B", 3, "A"]},
            {
                "email": "tim@example.com",
                "phone": None,
                "title": "CEO",
                "message_types": ["A", "B"],
                "asked_email": "tim@example.com",
            },
        ),
        (
            {"Title": "Other", "PhoneNumber": "+86-13911119999", "MessageTypes": None},
            {
                "email": EMAIL,
                "phone": "+8613911119999",
                "title": "Other",
                "message_types": [],
                "asked_phone": "+8613911119999",
                "asked_email": EMAIL,
            },
        ),
    ],
)
def test_an_imported_contact_is_as_the_directory_has_it(row: Row, held: Row) -> None:
    """Whoever created it may have sent its links: they count as sent."""
    assert LISTED.holds
    assert LISTED.holds(FACTS, {"Contacts": [{**ROW, **row}]}) == {"to_ask": [], **held}
    assert LISTED.holds(FACTS, {"Contacts": []}) == {}


def anew(change: Row, **recorded: Any) -> Any:
    return CONTACT.anew({**FACTS, "to_ask": [], **recorded}, {**FACTS, **change})


def test_an_update_sends_links_to_new_addresses_only() -> None:
    """A value put back while its link is valid needs none; nor does a title."""
    asked = {"asked_phone": FACTS["phone"], "asked_email": EMAIL}
    new = {"email": "new@example.com"}
    assert anew({"title": "Other"}, **asked) == anew({"title": "Other"}) == {"to_ask": []}
    assert anew(new, **asked) == anew(new) == {"to_ask": ["email"], "readdressed": ["email"]}
    assert anew({"phone": None}, **asked) == {"to_ask": []}
    assert anew({}, email="new@example.com", asked_email=EMAIL) == {"to_ask": [], "readdressed": ["email"]}
    assert anew({}, to_ask=["email"]) == {"to_ask": ["email"]}
    assert anew({}, readdressed=["phone"], asked_phone="") == {"to_ask": ["phone"], "readdressed": ["phone"]}
    assert anew({"phone": "+8613911119999"}, phone=None) == {"to_ask": ["phone"], "readdressed": ["phone"]}


def test_an_update_voids_links_to_what_it_replaced() -> None:
    """A link to an address that the directory no longer holds is worth nothing."""
    learn = STEPS["changed"].learn
    asked = {"asked_phone": FACTS["phone"], "asked_email": "old@example.com"}
    assert learn({**FACTS, **asked}, {}) == {"asked_email": ""}
    assert learn({**FACTS, "asked_email": "", "readdressed": ["email"]}, {}) == {"readdressed": []}
    assert learn({**FACTS, **asked, "phone": None}, {}) == {"asked_phone": "", "asked_email": ""}
    assert learn(FACTS, {}) == {}


def test_an_update_that_somebody_made_is_taken_over_by_consent() -> None:
    """Where the new address waits already, with no message on record, somebody sent one. An update that was begun, or
    changes no address, is not looked for."""
    look = before("changed")
    facts = {**FACTS, "readdressed": ["email"], "to_ask": ["email"]}
    assert look.says(facts, waiting(EMAIL)) == "sent"
    assert look.says(facts, waiting(PHONE)) == look.says(facts, waiting()) == ""
    assert look.says({**facts, "to_ask": ["phone"]}, waiting(EMAIL)) == ""
    assert look.says({**FACTS, "to_ask": ["email"]}, waiting(EMAIL)) == ""
    taken = {"to_ask": ["phone"], "readdressed": [], "asked_email": EMAIL}
    assert look.learn({**facts, "to_ask": ["phone", "email"]}, waiting(EMAIL)) == taken
    needed = [look.needed({**FACTS, "begun": begun, "readdressed": at}) for begun in (False, True) for at in ([], [1])]
    assert needed == [False, True, False, False]
