"""Message contacts: the directory's rules, and how an address comes to be confirmed."""

from __future__ import annotations

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import EMAIL, PHONE, TOM

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("Name", "T", "InvalidParameter.Name.Length"),
        ("Name", "T" * 13, "InvalidParameter.Name.Length"),
        ("Name", "Tom1", "InvalidParameter.Name"),
        ("Name", "Tom T", "InvalidParameter.Name"),
        ("EmailAddress", "tom", "InvalidParameter.EmailAddress"),
        ("EmailAddress", "tom@example.com\n", "InvalidParameter.EmailAddress"),
        ("PhoneNumber", "13911111234", "InvalidParameter.PhoneNumber"),
        ("PhoneNumber", "86-12345678901", "InvalidParameter.PhoneNumber"),
        ("PhoneNumber", "1-2025550100", "InvalidParameter.MobileCountryCode"),
        ("Title", "Boss", "InvalidParameter.Title"),
        ("MessageTypes", ["Gossip"], "InvalidParameter.MessageTypes"),
    ],
)
def test_each_field_has_its_rule(call: Official, field: str, value: object, code: str) -> None:
    """A value outside its rule is refused by the field's name, in adding and in updating alike."""
    assert call.refused("AddMessageContact", **{**TOM, field: value}) == code
    id = stories.contact(call)
    assert call.refused("UpdateMessageContact", ContactId=id, **{field: value}) == code


def test_names_may_be_chinese(call: Official) -> None:
    """Letters are Latin letters or Chinese characters."""
    id = call("AddMessageContact", **{**TOM, "Name": "王小明"})["Contact"]["ContactId"]
    assert call("GetMessageContact", ContactId=id)["Contact"]["Name"] == "王小明"


def test_a_name_is_unique(call: Official, wire: Wire) -> None:
    """Twice the same name is refused, also as an update."""
    stories.contact(call)
    flat = {**TOM, "MessageTypes.1": "FaultMessage"}
    del flat["MessageTypes"]
    status, answer = wire.call("AddMessageContact", **flat)
    assert (status, answer["Code"]) == (409, "Contact.AlreadyExists")
    ann = call("AddMessageContact", **{**TOM, "Name": "Ann"})["Contact"]["ContactId"]
    assert call.refused("UpdateMessageContact", ContactId=ann, Name="Tom") == "Contact.AlreadyExists"


def test_a_directory_has_twenty_contacts_at_most(call: Official, wire: Wire) -> None:
    """The twenty-first is refused; pages show ten at a time unless asked."""
    wire.tell("settings", calls_per_second=0)
    names = [f"A{chr(97 + i)}" for i in range(20)]
    for name in names:
        call("AddMessageContact", **{**TOM, "Name": name})
    assert call.refused("AddMessageContact", **TOM) == "LimitExceeded.Contact"
    page = call("ListMessageContacts", PageNumber=2)
    assert ([row["Name"] for row in page["Contacts"]], page["TotalCount"]) == (names[10:], 20)
    assert len(call("ListMessageContacts", PageSize=20)["Contacts"]) == 20
    assert call.refused("ListMessageContacts", PageSize=101) == "InvalidParameter.PageSize"
    assert call.refused("ListMessageContacts", PageNumber=0) == "InvalidParameter.PageNumber"


@pytest.mark.parametrize(
    ("operation", "field", "value", "code"),
    [
        ("SendPhoneVerificationForMessageContact", "PhoneNumber", "13911111234", "InvalidParameter.PhoneNumber"),
        ("SendPhoneVerificationForMessageContact", "PhoneNumber", "1-2025550100", "InvalidParameter.MobileCountryCode"),
        (
            "SendPhoneVerificationForMessageContact",
            "PhoneNumber",
            "86-13911119999",
            "EntityNotExists.Contact.Verification",
        ),
        ("SendEmailVerificationForMessageContact", "EmailAddress", "tom", "InvalidParameter.EmailAddress"),
        ("SendEmailVerificationForMessageContact", "EmailAddress", "x@y.z", "EntityNotExists.Contact.Verification"),
    ],
)
def test_a_link_goes_to_the_contacts_own_address_only(
    call: Official, wire: Wire, operation: str, field: str, value: str, code: str
) -> None:
    """Any other address is refused, and nobody gets a message."""
    id = stories.contact(call)
    assert call.refused(operation, ContactId=id, **{field: value}) == code
    assert wire.see("inbox") == {"messages": []}


@pytest.mark.parametrize(("id", "code"), [("tom", "InvalidParameter.ContactId"), (UNKNOWN, "EntityNotExists.Contact")])
def test_a_contact_that_is_not_there(wire: Wire, id: str, code: str) -> None:
    """A malformed id and an unknown one are told apart."""
    status, answer = wire.call("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber=PHONE)
    assert (status, answer["Code"]) == (404 if id == UNKNOWN else 400, code)
    assert wire.call("GetMessageContact", ContactId=id)[1]["Code"] == code


def test_links_are_messages_without_a_code(sandbox: Sandbox, call: Official, wire: Wire) -> None:
    """The inbox tells to whom, how and for which call, oldest first."""
    stories.linked(call)
    messages = wire.see("inbox")["messages"]
    assert [message.pop("at")[-1] for message in messages] == ["Z", "Z"]
    assert messages == [
        {
            "to": "+8613911111234",
            "channel": "sms",
            "operation": "SendPhoneVerificationForMessageContact",
            "code": None,
            "link": f"{sandbox.url}/#message-1",
        },
        {
            "to": EMAIL,
            "channel": "email",
            "operation": "SendEmailVerificationForMessageContact",
            "code": None,
            "link": f"{sandbox.url}/#message-2",
        },
    ]


def test_a_confirmed_address_gets_no_more_links(call: Official, wire: Wire) -> None:
    """What does not wait cannot be asked to confirm."""
    id = stories.active(call, wire)
    refused = call.refused("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber=PHONE)
    assert refused == "EntityNotExists.Contact.Verification"


def test_a_link_must_have_been_sent(call: Official, wire: Wire) -> None:
    """Nobody can follow a link that was never sent, nor the same one twice."""
    stories.contact(call)
    assert wire.ask("confirm", {"to": EMAIL}) == (400, {"error": f"no link waits at {EMAIL}"})


def test_a_changed_address_waits_until_confirmed(call: Official, wire: Wire) -> None:
    """The old one is shown until then; other fields change at once and leave the contact active."""
    id = stories.active(call, wire)
    call("UpdateMessageContact", ContactId=id, Title="CEO", Name="Thomas")
    shown = call("GetMessageContact", ContactId=id)["Contact"]
    assert (shown["Title"], shown["Name"], shown["Status"]) == ("CEO", "Thomas", "Active")
    call("UpdateMessageContact", ContactId=id, PhoneNumber="86-13922222222")
    shown = call("GetMessageContact", ContactId=id)["Contact"]
    assert (shown["PhoneNumber"], shown["Status"]) == (PHONE, "Verifying")
    waiting = call("ListMessageContactVerifications", ContactId=id)["ContactVerifications"]
    assert waiting == [{"ContactId": id, "Target": "86-13922222222"}]
    call("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber="86-13922222222")
    wire.tell("confirm", to="86-13922222222")
    shown = call("GetMessageContact", ContactId=id)["Contact"]
    assert (shown["PhoneNumber"], shown["Status"]) == ("86-13922222222", "Active")
    assert wire.breached() == []


def test_a_changed_address_may_show_at_once(call: Official, wire: Wire) -> None:
    """Which of the two the real directory does is not known."""
    wire.tell("settings", updates_show_at_once=True)
    id = stories.active(call, wire)
    call("UpdateMessageContact", ContactId=id, PhoneNumber="86-13922222222")
    shown = call("GetMessageContact", ContactId=id)["Contact"]
    assert (shown["PhoneNumber"], shown["Status"]) == ("86-13922222222", "Verifying")


def test_only_a_pending_change_can_be_cancelled(call: Official, wire: Wire) -> None:
    """An address that waits from the start is no change; one that was changed meanwhile waits again."""
    id = stories.contact(call)
    at = {"ContactId": id, "EmailAddress": EMAIL}
    refused = call.refused("CancelMessageContactUpdate", **at, PhoneNumber=PHONE)
    assert refused == "EntityNotExists.Contact.Verification"
    call("UpdateMessageContact", ContactId=id, PhoneNumber="86-13922222222")
    call("CancelMessageContactUpdate", **at, PhoneNumber="86-13922222222")
    waiting = call("ListMessageContactVerifications", ContactId=id)["ContactVerifications"]
    assert [row["Target"] for row in waiting] == [EMAIL, PHONE]


def test_a_retained_contact_is_deleted_at_once(call: Official) -> None:
    """Retaining is the default, and its name is free again."""
    id = stories.contact(call)
    assert call("DeleteMessageContact", ContactId=id)["Status"] == "Deleted"
    assert call.refused("GetMessageContactDeletionStatus", ContactId=id) == "EntityNotExists.Contact"
    stories.contact(call)


def test_a_contact_on_its_way_out_takes_part_in_nothing(call: Official, wire: Wire) -> None:
    """It is shown as deleting, and refuses whatever would change it."""
    wire.tell("settings", deletion_s=3600)
    id = stories.contact(call)
    assert call.refused("GetMessageContactDeletionStatus", ContactId=id) == "EntityNotExists.Contact.Deletion"
    call("DeleteMessageContact", ContactId=id, RetainContactInMembers=False)
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Deleting"
    assert call.refused("UpdateMessageContact", ContactId=id, Title="CEO") == "EntityNotExists.Contact"


def test_a_deletion_may_fail(call: Official, wire: Wire) -> None:
    """Played so, it says which account still needs the contact, and the contact is as before."""
    wire.tell("settings", deletions_fail=True)
    id = stories.contact(call)
    call("DeleteMessageContact", ContactId=id, RetainContactInMembers=False)
    wire.tell("clock", advance_s=6)
    failed = call("GetMessageContactDeletionStatus", ContactId=id)["ContactDeletionStatus"]
    assert failed["Status"] == "Failed"
    assert failed["FailReasonList"] == [{"AccountId": "1", "MessageTypes": TOM["MessageTypes"]}]
    assert call("GetMessageContact", ContactId=id)["Contact"]["Status"] == "Verifying"


def test_contact_messages_have_a_daily_cap() -> None:
    """Phone and e-mail share it; it ends with the world's day."""
    with Sandbox(contact_messages_per_day=1) as sandbox:
        call, wire = Official(sandbox), Wire(sandbox)
        id = stories.contact(call)
        mail = {"ContactId": id, "EmailAddress": EMAIL}
        call("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber=PHONE)
        status, answer = wire.call("SendEmailVerificationForMessageContact", **mail)
        assert (status, answer["Code"]) == (409, "SendValidateCodeExceedsLimitForAccount")
        wire.tell("clock", advance_s=86400)
        call("SendEmailVerificationForMessageContact", **mail)
        assert wire.breached() == []
