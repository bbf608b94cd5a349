"""Numbers, codes and migrations: what the cloud does, and how it refuses."""

from __future__ import annotations

import pytest

from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, HOW, NUMBER, SPACE

DAY = 86_400


def test_a_wrong_code_changes_nothing(call: Official, wire: Wire) -> None:
    """Wrong is cheap: the right code still works afterwards."""
    code = stories.asked(call, wire)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=_other(code)) == "VerifyCode.Invalid"
    assert stories.status(call) == ("PENDING", "NOT_VERIFIED")
    call("ChatappVerifyAndRegister", **AT, VerifyCode=code)
    assert stories.status(call) == ("CONNECTED", "VERIFIED")


def test_three_wrong_tries_void_a_code(call: Official, wire: Wire) -> None:
    """After the third wrong try even the right code comes too late."""
    code = stories.asked(call, wire)
    wrong = [call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=_other(code)) for _ in range(3)]
    assert wrong == ["VerifyCode.Invalid"] * 3
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=code) == "VerifyCode.Expired"


def test_codes_expire(call: Official, wire: Wire) -> None:
    """Ten minutes of the world's time."""
    code = stories.asked(call, wire)
    wire.tell("clock", advance_s=600)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=code) == "VerifyCode.Expired"


def test_a_new_code_supersedes_the_old(call: Official, wire: Wire) -> None:
    """Only the newest code works; the older one is called expired, not wrong."""
    old = stories.asked(call, wire)
    call("GetChatappVerifyCode", **AT, **HOW)
    new = wire.code()
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=old) == "VerifyCode.Expired"
    call("ChatappVerifyAndRegister", **AT, VerifyCode=new)


def test_a_code_is_used_once(call: Official, wire: Wire) -> None:
    """Consumed is consumed."""
    code = stories.asked(call, wire)
    call("ChatappVerifyAndRegister", **AT, VerifyCode=code)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=code) == "VerifyCode.Expired"


def test_a_code_without_a_request_is_wrong(call: Official) -> None:
    """No code was sent, so none can be right."""
    stories.added(call)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode="123456") == "VerifyCode.Invalid"


def test_a_code_travels_without_its_hyphen(call: Official, wire: Wire) -> None:
    """Codes are shown with a hyphen and submitted without."""
    code = stories.asked(call, wire)
    hyphened = f"{code[:3]}-{code[3:]}"
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=hyphened) == "VerifyCode.Invalid"


def test_the_codes_names_are_a_setting(call: Official, wire: Wire) -> None:
    """Nobody knows how the real cloud words these, so a client must live with any wording."""
    wire.tell("settings", code_wrong="A.B", code_expired="C.D", number_exists="E.F", contact_exists="G.H")
    code = stories.asked(call, wire)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=_other(code)) == "A.B"
    wire.tell("clock", advance_s=600)
    assert call.refused("ChatappVerifyAndRegister", **AT, VerifyCode=code) == "C.D"
    again = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}
    assert call.refused("AddChatappPhoneNumber", **again) == "E.F"
    stories.contact(call)
    assert call.refused("AddMessageContact", **stories.TOM) == "G.H"


def test_a_verification_holds_for_fourteen_days(call: Official, wire: Wire) -> None:
    """A number that was verified and never registered is unverified again after that."""
    wire.tell("numbers", number=f"+{NUMBER}", space=SPACE, state="verified")
    wire.tell("clock", advance_s=14 * DAY - 60)
    assert stories.status(call) == ("PENDING", "VERIFIED")
    wire.tell("clock", advance_s=60)
    assert stories.status(call) == ("PENDING", "NOT_VERIFIED")
    assert call.refused("ChatappPhoneNumberRegister", **AT) == "PhoneNumber.NotVerified"


def test_a_registered_number_stays_verified(call: Official, wire: Wire) -> None:
    """Ready is final, however old the verification is."""
    stories.registered(call, wire)
    wire.tell("clock", advance_s=30 * DAY)
    assert stories.status(call) == ("CONNECTED", "VERIFIED")


def test_registering_is_metered(call: Official, wire: Wire) -> None:
    """Ten registrations and deregistrations of a number in 72 hours, then it is blocked for a while."""
    wire.tell("settings", calls_per_second=0, watched_calls_per_second=0)
    wire.tell("numbers", number=f"+{NUMBER}", space=SPACE, state="verified")
    for _ in range(5):
        call("ChatappPhoneNumberRegister", **AT)
        call("ChatappPhoneNumberDeregister", **AT)
    assert call.refused("ChatappPhoneNumberRegister", **AT) == "PhoneNumber.RegisterLimit"
    wire.tell("clock", advance_s=3 * DAY)
    call("ChatappPhoneNumberRegister", **AT)


def test_a_number_is_added_once(call: Official, wire: Wire) -> None:
    """Not again in its space, not in another, and not while another provider has it."""
    stories.added(call)
    again = {"Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}
    assert call.refused("AddChatappPhoneNumber", CustSpaceId=SPACE, **again) == "PhoneNumber.AlreadyExists"
    assert call.refused("AddChatappPhoneNumber", CustSpaceId="other", **again) == "PhoneNumber.AlreadyExists"
    wire.tell("numbers", number=f"+{NUMBER}", state="elsewhere")
    assert call.refused("AddChatappPhoneNumber", CustSpaceId=SPACE, **again) == "PhoneNumber.AlreadyExists"


@pytest.mark.parametrize("national", ["8613800001234", "138", "+13800001234", "1380000123x"])
def test_a_malformed_number_is_refused(call: Official, national: str) -> None:
    """The country code is not repeated, and nothing but digits is a number."""
    given = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": national, "VerifiedName": "Acme"}
    assert call.refused("AddChatappPhoneNumber", **given) == "InvalidParameter.PhoneNumberError"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Method": "pigeon"}, "InvalidParameter.Method"),
        ({"Locale": "xx"}, "InvalidParameter.Locale"),
        ({"PhoneNumber": "8613800009999"}, "InvalidParameter.PhoneNumberError"),
    ],
)
def test_a_code_request_is_checked(call: Official, wire: Wire, changed: dict[str, str], code: str) -> None:
    """What cannot be sent is refused, and nobody gets a message."""
    stories.added(call)
    assert call.refused("GetChatappVerifyCode", **{**AT, **HOW, **changed}) == code
    assert wire.see("inbox") == {"messages": []}


@pytest.mark.parametrize("account", ["pending", "rejected", "none"])
def test_without_an_approved_account_nothing_registers(call: Official, wire: Wire, account: str) -> None:
    """Adding, codes, registering and migrating are refused; reading says why."""
    wire.tell("numbers", number=f"+{NUMBER}", space=SPACE, state="verified")
    wire.tell("spaces", space=SPACE, account=account)
    shown = call("QueryChatappBindWaba", CustSpaceId=SPACE).get("Data", {}).get("AccountReviewStatus")
    assert shown == (None if account == "none" else account.upper())
    new = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800005678", "VerifiedName": "Acme"}
    start = {"CustSpaceId": SPACE, "CountryCode": "86", "MobileNumber": "13800005678"}
    refused = [
        call.refused("AddChatappPhoneNumber", **new),
        call.refused("GetChatappVerifyCode", **AT, **HOW),
        call.refused("ChatappPhoneNumberRegister", **AT),
        call.refused("CreateChatappMigrationInitiate", **start),
    ]
    assert refused == ["Authentication.NoAuth"] * 4


def test_verifying_may_succeed_alone(call: Official, wire: Wire) -> None:
    """ChatappVerifyAndRegister has two halves; where the second fails the number is verified, not registered."""
    wire.tell("settings", registers_after_verifying=False)
    code = stories.asked(call, wire)
    status, answer = wire.call("ChatappVerifyAndRegister", **AT, VerifyCode=code)
    assert (status, answer["Code"]) == (500, "InternalError")
    assert stories.status(call) == ("PENDING", "VERIFIED")


def test_a_migration_leaves_the_old_space_last(call: Official, wire: Wire) -> None:
    """The old space has the number until the new one is connected, and then no more; the name moves along."""
    stories.registered(call, wire)
    at = {"CustSpaceId": "other", "PhoneNumber": NUMBER}
    call("CreateChatappMigrationInitiate", CustSpaceId="other", CountryCode="86", MobileNumber="13800001234")
    call("GetMigrationVerifyCode", **at, **HOW)
    call("ChatappMigrationVerified", **at, VerifyCode=wire.code())
    assert stories.status(call) == ("CONNECTED", "VERIFIED")
    call("ChatappMigrationRegister", **at)
    assert call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"] == []
    (row,) = call("QueryChatappPhoneNumbers", CustSpaceId="other")["PhoneNumbers"]
    assert (row["Status"], row["VerifiedName"]) == ("CONNECTED", "Acme")
    assert wire.breached() == []


def test_migration_has_an_order(call: Official, wire: Wire) -> None:
    """No step goes before the one it needs, and none starts twice."""
    stories.migrating(call)
    start = {"CustSpaceId": SPACE, "CountryCode": "86", "MobileNumber": "13800001234"}
    assert call.refused("CreateChatappMigrationInitiate", **start) == "PhoneNumber.AlreadyExists"
    assert call.refused("ChatappMigrationRegister", **AT) == "PhoneNumber.NotVerified"
    assert call.refused("ChatappMigrationVerified", **AT, VerifyCode="123456") == "VerifyCode.Invalid"
    wire.tell("numbers", number=f"+{NUMBER}", space=SPACE, state="unverified")
    assert call.refused("GetMigrationVerifyCode", **AT, **HOW) == "PhoneNumber.NotMigrating"
    assert call.refused("ChatappMigrationRegister", **AT) == "PhoneNumber.NotMigrating"


def test_a_purchase_code_can_be_given_again(call: Official, wire: Wire) -> None:
    """It gives the same id each time, a wrong one none, and a number nobody bought has none."""
    code = wire.tell("numbers", number=f"+{NUMBER}", state="prevalidated")["purchase_code"].replace("-", "")
    bought = {"PhoneNumber": NUMBER, "VerifyCode": code}
    assert call.refused("GetPreValidatePhoneId", **{**bought, "VerifyCode": _other(code)}) == "VerifyCode.Invalid"
    first, second = call("GetPreValidatePhoneId", **bought), call("GetPreValidatePhoneId", **bought)
    assert first["Data"] == second["Data"]
    unknown = {"PhoneNumber": "8613800009999", "VerifyCode": code}
    assert call.refused("GetPreValidatePhoneId", **unknown) == "InvalidParameter.PhoneNumberError"


def test_reads_may_be_stale(call: Official, wire: Wire) -> None:
    """Played so, status reads tell what the last synchronisation saw."""
    wire.tell("settings", stale_reads=True)
    stories.added(call)
    assert call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)["PhoneNumbers"] == []
    call("ChatappSyncPhoneNumber", CustSpaceId=SPACE)
    call("GetChatappVerifyCode", **AT, **HOW)
    call("ChatappVerifyAndRegister", **AT, VerifyCode=wire.code())
    assert stories.status(call) == ("PENDING", "NOT_VERIFIED")
    data = call("GetPhoneNumberVerificationStatus", **AT)["Data"]
    assert data["CodeVerificationStatus"] == "NOT_VERIFIED"
    call("ChatappSyncPhoneNumber", CustSpaceId=SPACE)
    assert stories.status(call) == ("CONNECTED", "VERIFIED")


def test_codes_may_have_a_daily_cap(call: Official, wire: Wire) -> None:
    """None is documented; played, it has the contacts' code and ends with the day."""
    wire.tell("settings", code_messages_per_day=1)
    stories.asked(call, wire)
    status, answer = wire.call("GetChatappVerifyCode", **AT, **HOW)
    assert (status, answer["Code"]) == (409, "SendValidateCodeExceedsLimitForAccount")
    wire.tell("clock", advance_s=DAY)
    call("GetChatappVerifyCode", **AT, **HOW)


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"
