"""The ways things come about, told through the official clients; the tests start from where these end."""

from __future__ import annotations

from typing import Any

from tests.sandbox.callers import Official, Wire

SPACE = "acme"
NUMBER = "8613800001234"
PHONE = "86-13911111234"
EMAIL = "tom@example.com"
AT = {"CustSpaceId": SPACE, "PhoneNumber": NUMBER}
HOW = {"Method": "sms", "Locale": "en"}
TOM: dict[str, Any] = {
    "Name": "Tom",
    "EmailAddress": EMAIL,
    "PhoneNumber": PHONE,
    "Title": "TechnicalDirector",
    "MessageTypes": ["FaultMessage", "SecurityMessage"],
}


def added(call: Official) -> None:
    call("AddChatappPhoneNumber", CustSpaceId=SPACE, Cc="86", PhoneNumber="13800001234", VerifiedName="Acme")


def asked(call: Official, wire: Wire) -> str:
    """Added, and a code was sent, which is given back."""
    added(call)
    call("GetChatappVerifyCode", **AT, **HOW)
    return wire.code()


def registered(call: Official, wire: Wire) -> None:
    call("ChatappVerifyAndRegister", **AT, VerifyCode=asked(call, wire))


def migrating(call: Official) -> None:
    call("CreateChatappMigrationInitiate", CustSpaceId=SPACE, CountryCode="86", MobileNumber="13800001234")


def contact(call: Official) -> str:
    return str(call("AddMessageContact", **TOM)["Contact"]["ContactId"])


def linked(call: Official) -> str:
    """A contact to whose both addresses a link was sent."""
    id = contact(call)
    call("SendPhoneVerificationForMessageContact", ContactId=id, PhoneNumber=PHONE)
    call("SendEmailVerificationForMessageContact", ContactId=id, EmailAddress=EMAIL)
    return id


def active(call: Official, wire: Wire) -> str:
    id = linked(call)
    wire.tell("confirm", to="+8613911111234")
    wire.tell("confirm", to=EMAIL)
    return id


def status(call: Official) -> tuple[str, str]:
    """(Status, CodeVerificationStatus) of the number in its space."""
    (row,) = call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"]
    return row["Status"], row["CodeVerificationStatus"]
