"""Faults on order: what the caller sees, and what was done behind its back."""

from __future__ import annotations

import http.client
import json
import time

import pytest

from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire
from tests.sandbox.stories import AT, HOW, SPACE
from tests.stage.cloud import until

ADD = "AddChatappPhoneNumber"
NEW = {"CustSpaceId": SPACE, "Cc": "86", "PhoneNumber": "13800001234", "VerifiedName": "Acme"}


def _added(wire: Wire) -> bool:
    return bool(wire.call("QueryChatappPhoneNumbers", CustSpaceId=SPACE)[1]["PhoneNumbers"])


def _results(wire: Wire) -> list[str]:
    return [call["result"] for call in wire.see("ledger")["calls"]]


@pytest.mark.parametrize(
    ("fault", "done", "result"), [("drop_before", False, "Sandbox.Dropped"), ("drop_after", True, "OK")]
)
def test_a_dropped_call_has_no_answer(wire: Wire, fault: str, done: bool, result: str) -> None:
    """The caller cannot tell whether it was done."""
    wire.tell("faults", operation=ADD, times=1, fault=fault)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        wire.call(ADD, **NEW)
    assert _results(wire) == [result]
    assert _added(wire) is done


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("garbage", 200, None),
        ("garbage:html", 200, b"<!doctype html><title>502</title><h1>Bad gateway</h1>"),
        ("garbage:empty", 200, b""),
    ],
)
def test_garbage_hides_what_was_done(wire: Wire, fault: str, status: int, body: bytes | None) -> None:
    """It was done, and the answer is nothing that can be read."""
    wire.tell("faults", operation=ADD, times=1, fault=fault)
    answer = wire.send(wire.signed(ADD, **NEW), NEW)
    assert answer[0] == status
    assert body is None or answer[2] == body
    with pytest.raises(ValueError):
        json.loads(answer[2])
    assert _added(wire)


def test_a_huge_answer(wire: Wire) -> None:
    """More than anybody should read: 32 MiB."""
    wire.tell("faults", operation=ADD, times=1, fault="garbage:huge")
    assert len(wire.send(wire.signed(ADD, **NEW), NEW)[2]) > 2**25


def test_a_redirect_does_nothing_and_is_watched(wire: Wire) -> None:
    """It leads to a success on loopback that must not be believed; who follows it is found out."""
    wire.tell("faults", operation=ADD, times=1, fault="redirect")
    status, headers, body = wire.send(wire.signed(ADD, **NEW), NEW)
    assert (status, headers["location"], body) == (302, f"{wire.sandbox.url}/_sandbox/elsewhere", b"")
    assert not _added(wire)
    assert wire.breached() == []
    assert wire.see("elsewhere")["Code"] == "OK"
    assert wire.breached() == ["redirect"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Product.Unsubscript", 400),
        ("Ram.PermissionDeny", 400),
        ("System.LimitControl", 400),
        ("Unknown.ResourceOwnerId", 400),
        ("Throttling", 400),
        ("ServiceUnavailable", 503),
        ("InternalError", 500),
        ("SendValidateCodeExceedsLimitForAccount", 409),
        ("EntityNotExists.Contact", 404),
    ],
)
def test_any_error_can_be_had(wire: Wire, code: str, status: int) -> None:
    """Each with its own status, and nothing is done."""
    wire.tell("faults", operation=ADD, times=1, fault=f"error:{code}")
    answer = wire.call(ADD, **NEW)
    assert (answer[0], answer[1]["Code"]) == (status, code)
    assert not _added(wire)


@pytest.mark.parametrize("acts", [False, True])
def test_limit_control_may_come_too_late(wire: Wire, acts: bool) -> None:
    """Whether System.LimitControl means "not done" is not known, so both are played."""
    wire.tell("settings", limit_control_acts=acts)
    wire.tell("faults", operation=ADD, times=1, fault="error:System.LimitControl")
    assert wire.call(ADD, **NEW)[1]["Code"] == "System.LimitControl"
    assert _added(wire) is acts


def test_refusals_may_come_as_a_success(call: Official, wire: Wire) -> None:
    """HTTP 200 with a code that is not OK is a refusal all the same."""
    wire.tell("settings", refusal_status=200)
    stories.added(call)
    status, answer = wire.call(ADD, **NEW)
    assert (status, answer["Code"]) == (200, "PhoneNumber.AlreadyExists")


def test_delayed_calls_are_done_later(wire: Wire) -> None:
    """While it is held back nothing has happened."""
    wire.tell("faults", operation=ADD, times=1, fault="delay:0.3")
    began = time.monotonic()
    assert wire.call(ADD, **NEW)[0] == 200
    assert 0.3 <= time.monotonic() - began < 5


def test_late_answers_are_of_calls_done_at_once(wire: Wire) -> None:
    """A caller that does not wait for the answer finds it done."""
    wire.tell("faults", operation=ADD, times=1, fault="late:30")
    connection = http.client.HTTPConnection(wire.sandbox.url.removeprefix("http://"), timeout=0.3)
    headers = wire.signed(ADD, **NEW)
    query = "&".join(f"{name}={value}" for name, value in NEW.items())
    connection.request("POST", f"/?{query}", headers=headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    until(lambda: _added(wire))


def test_faults_are_met_in_order_and_used_up(call: Official, wire: Wire) -> None:
    """Oldest order first, so many times each; `*` means any operation, another operation is not concerned."""
    wire.tell("faults", operation="GetChatappVerifyCode", times=2, fault="error:InternalError")
    wire.tell("faults", operation="*", times=1, fault="throttle")
    assert wire.call(ADD, **NEW)[1]["Code"] == "Throttling.User"
    stories.added(call)
    codes = [wire.call("GetChatappVerifyCode", **AT, **HOW)[1]["Code"] for _ in range(3)]
    assert codes == ["InternalError", "InternalError", "OK"]


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"operation": ADD, "times": 1, "fault": "explode"}, "no such fault: explode"),
        ({"operation": ADD, "times": 0, "fault": "throttle"}, "times must be a whole number, 1 or more"),
        ({"operation": "Nothing", "fault": "throttle"}, "no such operation: Nothing"),
        ({"fault": "throttle"}, "operation must be a text, not empty"),
    ],
)
def test_a_bad_order_is_refused(wire: Wire, order: dict[str, object], error: str) -> None:
    """It says what is wrong, and no call meets a fault."""
    assert wire.ask("faults", order) == (400, {"error": error})
    assert wire.call(ADD, **NEW)[0] == 200
