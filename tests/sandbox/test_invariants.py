"""Each promise is broken once and found out; none is found broken where all was well."""

from __future__ import annotations

import http.client

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, EMAIL, HOW, NUMBER, PHONE, SPACE

DAY = 86_400
OTHER = {"PhoneNumber": "86-13922222222"}
SEND = "SendPhoneVerificationForMessageContact"


def test_a_second_message_to_a_number(call: Official, wire: Wire) -> None:
    """I1: one message per number; here the first code has expired, so I2 has nothing to say."""
    stories.asked(call, wire)
    wire.tell("clock", advance_s=600)
    call("GetChatappVerifyCode", **AT, **HOW)
    assert wire.see("ledger")["violations"] == [
        {"invariant": "I1", "about": f"+{NUMBER}", "what": "a message that was neither due nor allowed"}
    ]


def test_what_was_allowed_breaks_nothing(call: Official, wire: Wire) -> None:
    """As many more messages as were asked for, and not one beyond: that one breaks I1, and while a code is open I2."""
    wire.tell("allow", to=f"+{NUMBER}", messages=1)
    stories.asked(call, wire)
    call("GetChatappVerifyCode", **AT, **HOW)
    assert wire.breached() == []
    call("GetChatappVerifyCode", **AT, **HOW)
    assert wire.breached() == ["I1", "I2"]


def test_a_verification_that_ran_out_makes_a_message_due(call: Official, wire: Wire) -> None:
    """After fourteen days one fresh message is in order, and one only."""
    wire.tell("settings", registers_after_verifying=False)
    code = stories.asked(call, wire)
    wire.call("ChatappVerifyAndRegister", **AT, VerifyCode=code)
    wire.tell("clock", advance_s=14 * DAY)
    call("GetChatappVerifyCode", **AT, **HOW)
    assert wire.breached() == []
    wire.tell("clock", advance_s=600)
    call("GetChatappVerifyCode", **AT, **HOW)
    assert wire.breached() == ["I1"]


def test_a_second_message_to_a_contact(call: Official, wire: Wire) -> None:
    """I1 counts per contact and address: phone and e-mail have one each."""
    id = stories.linked(call)
    assert wire.breached() == []
    call(SEND, ContactId=id, PhoneNumber=PHONE)
    assert wire.breached() == ["I1"]


def test_a_changed_address_makes_a_message_due(call: Official, wire: Wire) -> None:
    """One more for the address that waits anew, and one only."""
    id = stories.active(call, wire)
    call("UpdateMessageContact", ContactId=id, **OTHER)
    call(SEND, ContactId=id, **OTHER)
    assert wire.breached() == []
    call(SEND, ContactId=id, **OTHER)
    assert wire.breached() == ["I1"]


def test_two_contacts_may_share_an_address(call: Official, wire: Wire) -> None:
    """Each contact's own message is due, though one person gets both."""
    stories.linked(call)
    ann = call("AddMessageContact", **{**stories.TOM, "Name": "Ann"})["Contact"]["ContactId"]
    call("SendEmailVerificationForMessageContact", ContactId=ann, EmailAddress=EMAIL)
    assert wire.breached() == []


@pytest.mark.parametrize("name", ["ChatappPhoneNumberRegister", "ChatappVerifyAndRegister"])
def test_a_finished_step_called_again(call: Official, wire: Wire, name: str) -> None:
    """I3: registering or consuming what was registered or consumed, whatever the cloud answers."""
    stories.registered(call, wire)
    given = {**AT, "VerifyCode": "000000"} if name == "ChatappVerifyAndRegister" else AT
    wire.call(name, **given)
    wire.call(name, **given)
    assert "I3" in wire.breached()


def test_creating_again(call: Official, wire: Wire) -> None:
    """I3: a contact is created once, unless it was deleted meanwhile."""
    id = stories.contact(call)
    call("DeleteMessageContact", ContactId=id)
    stories.contact(call)
    assert wire.breached() == []
    call.refused("AddMessageContact", **stories.TOM)
    assert wire.breached() == ["I3"]


def test_an_ok_that_never_arrived_does_not_count(call: Official, wire: Wire) -> None:
    """Who was left without an answer may have to call again."""
    wire.tell("faults", operation="AddChatappPhoneNumber", fault="drop_after")
    new = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        wire.call("AddChatappPhoneNumber", **new)
    assert wire.call("AddChatappPhoneNumber", **new)[1]["Code"] == "PhoneNumber.AlreadyExists"
    assert wire.breached() == []


def test_deregistering_opens_the_way_again(call: Official, wire: Wire) -> None:
    """Registering after deregistering is no repetition."""
    stories.registered(call, wire)
    for _ in range(2):
        call("ChatappPhoneNumberDeregister", **AT)
        call("ChatappPhoneNumberRegister", **AT)
    assert wire.breached() == []


def test_too_many_calls_in_a_second() -> None:
    """I11 is watched apart from the limiter: with that switched off the eleventh call is found out."""
    with Sandbox(calls_per_second=0) as sandbox:
        wire = Wire(sandbox)
        for _ in range(10):
            assert wire.call("ListMessageContacts")[0] == 200
        assert wire.breached() == []
        for _ in range(5):
            assert wire.call("ListMessageContacts")[0] == 200
        assert wire.see("ledger")["violations"] == [
            {"invariant": "I11", "about": "ListMessageContacts", "what": "more than 10 calls within one second"}
        ]


def test_asking_on_after_the_cap() -> None:
    """I12: the first refusal is how one learns of the cap; the next request of that day is too many."""
    with Sandbox(contact_messages_per_day=1) as sandbox:
        call, wire = Official(sandbox), Wire(sandbox)
        id = stories.contact(call)
        call(SEND, ContactId=id, PhoneNumber=PHONE)
        wire.call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=EMAIL)
        assert wire.breached() == []
        wire.call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=EMAIL)
        assert wire.breached() == ["I12"]


def test_a_cap_on_order_binds_too(call: Official, wire: Wire) -> None:
    """I12 holds after an ordered error as well, until the day ends."""
    id = stories.contact(call)
    wire.tell("faults", operation=SEND, fault="error:SendValidateCodeExceedsLimitForAccount")
    call.refused(SEND, ContactId=id, PhoneNumber=PHONE)
    wire.tell("clock", advance_s=DAY)
    call(SEND, ContactId=id, PhoneNumber=PHONE)
    assert wire.breached() == []


def test_too_many_wrong_codes(call: Official, wire: Wire) -> None:
    """I13: three wrong tries are tolerated, the fourth is one too many."""
    code = stories.asked(call, wire)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(3):
        call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=wrong)
    assert wire.breached() == []
    call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=wrong)
    assert wire.breached() == ["I13"]
