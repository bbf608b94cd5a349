"""What stands before every operation: signature, time, nonce, action, parameters, pace."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.operations import OPERATIONS
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, NUMBER, SPACE

READ = "QueryChatappPhoneNumbers"


def _code(answer: tuple[int, object, bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[2])["Code"]


@pytest.mark.parametrize("header", ["x-acs-date", "x-acs-action", "x-acs-signature-nonce"])
def test_what_was_signed_cannot_be_changed(wire: Wire, header: str) -> None:
    """One changed header and the signature fits no more."""
    headers = wire.signed(READ)
    assert _code(wire.send({**headers, header: headers[header] + "x"}, {})) == (400, "SignatureDoesNotMatch")


def test_the_query_is_signed(wire: Wire) -> None:
    """A parameter that was not signed is a forgery."""
    assert _code(wire.send(wire.signed(READ), {"CustSpaceId": SPACE})) == (400, "SignatureDoesNotMatch")


def test_the_body_is_signed(wire: Wire) -> None:
    """The payload hash is checked against what arrived, not only signed."""
    form = {"PhoneNumber": NUMBER, "VerifyCode": "123456"}
    headers = wire.signed("GetPreValidatePhoneId", form)
    forged = wire.send(headers, {}, b"PhoneNumber=8613800001235&VerifyCode=123456")
    assert _code(forged) == (400, "SignatureDoesNotMatch")


def test_the_stated_hash_is_the_bodys(wire: Wire) -> None:
    """A header that states another hash than the signed one is a lie, though the signature covers it."""
    headers = wire.signed(READ)
    lying = wire.sign({**headers, "x-acs-content-sha256": "0" * 64}, {}, headers["x-acs-content-sha256"])
    assert _code(wire.send(lying, {})) == (400, "SignatureDoesNotMatch")


def test_form_and_query_are_both_read(wire: Wire) -> None:
    """Where parameters travel makes no difference."""
    form = b"PhoneNumber=8613800001234&VerifyCode=000000"
    headers = wire.signed("GetPreValidatePhoneId", {"PhoneNumber": NUMBER, "VerifyCode": "000000"})
    assert _code(wire.send(headers, {}, form)) == (400, "InvalidParameter.PhoneNumberError")
    answer = wire.call("GetPreValidatePhoneId", PhoneNumber=NUMBER, VerifyCode="000000")
    assert answer[1]["Code"] == "InvalidParameter.PhoneNumberError"


@pytest.mark.parametrize("dropped", ["authorization", "x-acs-date", "x-acs-signature-nonce"])
def test_an_incomplete_signature_is_refused(wire: Wire, dropped: str) -> None:
    """What must be signed must be there."""
    headers = {name: value for name, value in wire.signed(READ).items() if name != dropped}
    assert _code(wire.send(headers, {})) == (400, "IncompleteSignature")


def test_an_unknown_key_is_refused(wire: Wire) -> None:
    """Only the sandbox's own key signs."""
    headers = wire.signed(READ)
    stranger = headers["authorization"].replace(wire.sandbox.access_key_id, "STRANGER")
    assert _code(wire.send({**headers, "authorization": stranger}, {})) == (404, "InvalidAccessKeyId.NotFound")


def test_a_security_token_is_no_obstacle(wire: Wire) -> None:
    """Temporary credentials sign their token along; the key decides."""
    headers = wire.signed(READ) | {"x-acs-security-token": "any", "x-acs-accesskey-id": wire.sandbox.access_key_id}
    assert _code(wire.send(wire.sign(headers, {}), {})) == (200, "OK")


@pytest.mark.parametrize(("minutes", "code"), [(-16, "InvalidTimeStamp.Expired"), (16, "InvalidTimeStamp.Expired")])
def test_signatures_age(wire: Wire, minutes: int, code: str) -> None:
    """A quarter of an hour around the real clock, either way."""
    date = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = wire.signed(READ) | {"x-acs-date": f"{date:%Y-%m-%dT%H:%M:%SZ}"}
    assert _code(wire.send(wire.sign(headers, {}), {})) == (400, code)


def test_the_worlds_clock_does_not_age_signatures(wire: Wire) -> None:
    """Moving the world's days leaves signature times alone."""
    wire.tell("clock", advance_s=86400)
    assert wire.call(READ)[0] == 200


def test_an_unreadable_time_is_refused(wire: Wire) -> None:
    """A date of another form is no date."""
    headers = wire.signed(READ) | {"x-acs-date": "yesterday"}
    assert _code(wire.send(wire.sign(headers, {}), {})) == (400, "InvalidTimeStamp.Format")


def test_a_nonce_serves_once(wire: Wire) -> None:
    """The same request twice is a replay, also when the first was refused for something else."""
    headers = wire.signed("GetChatappVerifyCode")
    assert _code(wire.send(headers, {})) == (400, "MissingCustSpaceId")
    assert _code(wire.send(headers, {})) == (400, "SignatureNonceUsed")


def test_an_unknown_action_is_refused(wire: Wire) -> None:
    """Neither an unknown name nor a known one in another version is found."""
    assert _code(wire.send(wire.signed("DeleteEverything"), {})) == (404, "InvalidAction.NotFound")
    headers = wire.signed(READ) | {"x-acs-version": "2022-04-19"}
    assert _code(wire.send(wire.sign(headers, {}), {})) == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_required_may_be_missing(wire: Wire, name: str) -> None:
    """Each required parameter is missed by name, in the way of its product."""
    operation = OPERATIONS[name]
    prefix = "Missing" if operation.product == "cams" else "MissingParameter."
    whole = dict.fromkeys(operation.required, "x")
    for missing in operation.required:
        given = {parameter: value for parameter, value in whole.items() if parameter != missing}
        status, answer = wire.call(name, **given)
        assert (status, answer["Code"]) == (400, f"{prefix}{missing}")


def test_ten_calls_a_second_of_each_operation(wire: Wire) -> None:
    """The eleventh within a second is told how long to wait, another operation is not concerned."""
    answers = [wire.send(wire.signed(READ), {}) for _ in range(11)]
    assert [answer[0] for answer in answers] == [200] * 10 + [400]
    assert _code(answers[10]) == (400, "Throttling.User")
    wait = int(answers[10][1]["x-acs-retry-after"])
    assert 0 < wait <= 1000
    assert wire.call("ListMessageContacts")[0] == 200
    time.sleep(wait / 1000)
    assert wire.call(READ)[0] == 200
    results = Counter(call["result"] for call in wire.see("ledger")["calls"] if call["operation"] == READ)
    assert results == {"OK": 11, "Throttling.User": 1}
    assert wire.breached() == []


def test_no_window_holds_more_than_ten_however_calls_race(wire: Wire) -> None:
    """Many callers at once: ten are let through and the others refused."""
    with ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(lambda _: wire.call(READ)[0], range(24)))
    assert 10 <= statuses.count(200) < 24
    assert wire.breached() == []


def test_the_official_client_sees_throttling_as_such(wire: Wire, call: Official) -> None:
    """Its own exception for throttling carries the wait."""
    wire.tell("faults", operation=READ, times=1, fault="throttle")
    with pytest.raises(Exception) as caught:
        call(READ)
    assert type(caught.value).__name__ == "ThrottlingException"
    assert (caught.value.code, caught.value.retry_after) == ("Throttling.User", 1000)


def test_refused_calls_are_in_the_ledger(wire: Wire) -> None:
    """What was called, about whom, and what came of it; never a code."""
    wire.send({**wire.signed(READ), "x-acs-signature-nonce": "n"}, {})
    wire.call("ChatappVerifyAndRegister", **AT, VerifyCode="111111")
    calls = wire.see("ledger")["calls"]
    about = [(call["operation"], call["space"], call["to"], call["result"]) for call in calls]
    assert about == [
        (READ, "", "", "SignatureDoesNotMatch"),
        ("ChatappVerifyAndRegister", SPACE, f"+{NUMBER}", "InvalidParameter.PhoneNumberError"),
    ]
    assert calls[0].keys() == {"operation", "space", "to", "result", "nonce", "arrived", "at"}
    assert calls[0]["nonce"] == "n"
    assert "111111" not in json.dumps(calls)
