"""What a reply comes to, to the letter: by its status, its body and its headers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.cloud.reading import judged_reply
from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.net.http import Reply
from reconciler.operations import OPERATIONS
from reconciler.refusals import Meaning

NOW = datetime(2026, 11, 20, 10, 31, tzinfo=UTC)
NUMBERS, CONTACTS = "GetChatappVerifyCode", "UpdateMessageContact"  # one operation of each product
LISTED, SKEWED = "Throttling", "InvalidTimeStamp.Expired"
LATER = {"x-acs-retry-after": "12500"}


def judged(operation: str, status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judged_reply(OPERATIONS[operation], Reply(status, headers or {}, sent), NOW)


def unclear(said: str, code: str = "", status: int = 200) -> Unknown:
    return Unknown(f"{said}, which is neither yes nor no", code, "", status, "R-1")


NOTHING = "HTTP 200 without a code"
REPLIES: dict[str, tuple[str, int, dict[str, Any], Answer]] = {
    "a code": (NUMBERS, 200, {"Code": "OK"}, Ok({"Code": "OK", "RequestId": "R-1"}, "R-1")),
    "no code": (NUMBERS, 200, {}, unclear(NOTHING)),
    "no code, of contacts": (CONTACTS, 200, {}, Ok({"RequestId": "R-1"}, "R-1")),
    "an empty code, of contacts": (CONTACTS, 200, {"Code": None}, Ok({"Code": None, "RequestId": "R-1"}, "R-1")),
    "neither code nor id": (
        CONTACTS,
        200,
        {"RequestId": 7},
        Unknown(f"{NOTHING}, which is neither yes nor no", status=200),
    ),
    "yes in words": (
        NUMBERS,
        200,
        {"Code": "OK", "Success": "True"},
        Ok({"Code": "OK", "Success": "True", "RequestId": "R-1"}, "R-1"),
    ),
    "no in words": (
        NUMBERS,
        200,
        {"Code": LISTED, "Success": "false"},
        Error(LISTED, Meaning.THROTTLED, "", 200, "R-1"),
    ),
    "no, without a code": (CONTACTS, 200, {"Success": False}, unclear(f"{NOTHING}, success False")),
    "yes and a refusal": (
        NUMBERS,
        200,
        {"Code": LISTED, "Success": True},
        unclear(f"200 `{LISTED}`, success True", LISTED),
    ),
    "no and a success": (NUMBERS, 200, {"Code": "OK", "Success": False}, unclear("200 `OK`, success False", "OK")),
    "perhaps": (NUMBERS, 200, {"Code": "OK", "Success": 1}, unclear("200 `OK`, success unclear", "OK")),
    "a success that failed": (NUMBERS, 400, {"Code": "OK"}, unclear("400 `OK`", "OK", 400)),
    "a list": (NUMBERS, 400, {"Code": ["错误"]}, Unknown('400 `["错误"]`', '["错误"]', "", 400, "R-1")),
    "a refusal": (
        NUMBERS,
        400,
        {"Code": LISTED, "Message": "Slow."},
        Error(LISTED, Meaning.THROTTLED, "Slow.", 400, "R-1"),
    ),
    "a message that is no text": (
        NUMBERS,
        400,
        {"Code": LISTED, "Message": ["x"]},
        Error(LISTED, Meaning.THROTTLED, "", 400, "R-1"),
    ),
}


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_says_one_thing(reply: str) -> None:
    """A success by the code, or where a product gives none by the request id; a refusal by its code; else unknown."""
    operation, status, body, answer = REPLIES[reply]
    assert judged(operation, status, {"RequestId": "R-1", **body}) == answer


@pytest.mark.parametrize(("status", "followed"), [(299, ""), (300, "redirect"), (399, "redirect"), (400, "")])
def test_a_redirect_is_known_by_its_status(status: int, followed: str) -> None:
    """Whatever it says besides."""
    answer = judged(NUMBERS, status, {"Code": LISTED})
    assert followed in answer.reason if isinstance(answer, Unknown) else not followed


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"Code":"OK","Code":"OK"}', b'{"Code":"OK","Wait":NaN}'])
def test_what_is_no_object_says_nothing(body: bytes) -> None:
    """But its status is known, and how long to wait."""
    assert judged(NUMBERS, 503, body, LATER) == Unknown("HTTP 503 without a JSON object", status=503, retry_after=12.5)


@pytest.mark.parametrize(("said", "seconds"), [("12500", 12.5), ("1", 0.001), ("", 0.0), ("-1", 0.0), ("1s", 0.0)])
def test_how_long_to_wait_is_in_milliseconds(said: str, seconds: float) -> None:
    """Of a refusal as of what is not understood; what is no number says nothing."""
    for code in (LISTED, "Unlisted"):
        answer = judged(NUMBERS, 400, {"Code": code}, {"x-acs-retry-after": said})
        assert isinstance(answer, Error | Unknown) and answer.retry_after == seconds


def test_codes_and_ids_are_of_a_length_that_can_be_shown() -> None:
    """200 characters of each are kept."""
    answer = judged(NUMBERS, 400, {"Code": "c" * 300, "RequestId": "r" * 300})
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.request_id) == ("c" * 200, "r" * 200)


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Fri, 20 Nov 2026 10:51:00 GMT", "this machine's clock is 1200 seconds behind the cloud's: Expired."),
        ("Fri, 20 Nov 2026 10:11:00 GMT", "this machine's clock is 1200 seconds ahead of the cloud's: Expired."),
        ("Fri, 20 Nov 2026 10:11:00 -0000", "the cloud did not say what time it is: Expired."),
        ("yesterday", "the cloud did not say what time it is: Expired."),
        (None, "the cloud did not say what time it is: Expired."),
    ],
)
def test_a_refused_time_names_the_difference(date: str | None, said: str) -> None:
    """By the cloud's own clock, where it says one."""
    answer = judged(NUMBERS, 400, {"Code": SKEWED, "Message": "Expired."}, {} if date is None else {"date": date})
    assert answer == Error(SKEWED, Meaning.CLOCK, said, 400)
