"""What a person is told of an answer that is no success, and of what a record waits for."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.answer import Error, NotSent, Unknown
from reconciler.core.explain import advice, explain, not_made
from reconciler.core.journal.record import Intent, Record
from reconciler.core.outcome import Challenge
from reconciler.core.plan.challenge import challenge, last_refusal, may_be_asked_again
from reconciler.core.refusal import Refusal
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS
from reconciler.refusals import Meaning

AT = "2026-11-20T10:00:00.000Z"
CODES = {
    Meaning.CLOCK: "clock-skew",
    Meaning.CREDENTIALS: "credentials-refused",
    Meaning.PERMISSION: "permission-denied",
    Meaning.PRODUCT: "not-activated",
    Meaning.ACTION: "operation-not-offered",
    Meaning.PARAMETER: "parameter-refused",
    Meaning.THROTTLED: "throttled-too-long",
    Meaning.CAP: "daily-cap-reached",
    Meaning.ABSENT: "gone-elsewhere",
    Meaning.EXISTS: "refused-by-cloud",
    Meaning.WRONG_CODE: "code-refused",
    Meaning.REVIEWING: "waits-for-review",
    Meaning.PRECONDITION: "refused-by-cloud",
}


@pytest.mark.parametrize("meaning", Meaning)
def test_each_meaning_has_its_code(meaning: Meaning) -> None:
    """With the operation, the answer, and the cloud's own words where it said any."""
    for message in ("", "in its words"):
        said = explain("DeleteMessageContact", Error("Some.Code", meaning, message, 403))
        what = "DeleteMessageContact was refused: 403 `Some.Code`"
        assert (said.code, said.what, said.found) == (CODES[meaning], what, message or None)
    assert ("resourcemanager:DeleteMessageContact" in said.hint) == (meaning is Meaning.PERMISSION)


@pytest.mark.parametrize(
    ("answer", "code", "what"),
    [
        (NotSent("no route"), "cannot-reach", "DeleteMessageContact was not sent: no route"),
        (NotSent("it is stopped", True), "operation-stopped", "DeleteMessageContact was not sent: it is stopped"),
        (Unknown("cut"), "unknown-answer", "DeleteMessageContact was sent, its outcome is unknown: cut"),
        (
            Unknown("400 `X`", "X", stops=True),
            "operation-stopped",
            (
                "DeleteMessageContact was sent: it is stopped for this run, as the cloud answered again in a code "
                "that no list has, 400 `X`"
            ),
        ),
    ],
)
def test_what_no_list_has_is_called_so(answer: NotSent | Unknown, code: str, what: str) -> None:
    """Not sent, unknown, and no more called in this run are three things."""
    for words in ("", "in its words") if isinstance(answer, Unknown) else ("",):
        told = replace(answer, message=words) if isinstance(answer, Unknown) else answer
        said = explain("DeleteMessageContact", told)
        assert (said.code, said.what, said.found) == (code, what, words or None)


def test_a_creation_that_is_not_there_is_told_with_the_answer() -> None:
    """And with the cloud's own words."""
    said = not_made("AddMessageContact", Unknown("400 `X`", "X", "in its words"))
    what = "AddMessageContact came to nothing: the cloud answered 400 `X`, and it is not there"
    assert (said.code, said.what, said.found) == ("refused-by-cloud", what, "in its words")
    assert not_made("AddMessageContact", Unknown("400 `X`", "X")).found is None


ADVISED = [
    (name, row.code, row.advice)
    for name, operation in OPERATIONS.items()
    for row in operation.refusals
    if row.advice and not row.code.endswith("*")
]


@pytest.mark.parametrize(("operation", "code", "advised"), ADVISED)
def test_what_a_person_can_do_is_said_of_a_listed_code(operation: str, code: str, advised: str) -> None:
    """By its own row; of one that no list has, as for the operation."""
    assert advice(operation, code) == advised
    assert not_made(operation, Unknown("400", code)).hint == advised
    assert advice(operation, "Unlisted") == OPERATIONS[operation].advice


def waits(phase: str, meaning: str = "", **facts: str) -> Challenge:
    """What a number in this phase waits for, after a refusal of its step with that meaning, if any."""
    kind, operation = KINDS["register"], KINDS["register"].steps[phase].operation
    said = Refusal("Some.Code", 400, "", AT, 1, "" if meaning == "unlisted" else meaning)
    record = Record(
        "phone_number/+8613800001234",
        "phone_number/support",
        "register",
        "+8613800001234",
        phase,
        {"number": "+8613800001234", **facts},
        refusals={operation: said} if meaning else {},
    )
    return challenge(kind, record, "acme/phone_number/support")


def test_what_is_waited_for() -> None:
    """A code; the cloud, where its step was refused for a review; else a person who removes what was refused."""
    assert waits("code_requested").kind == "code"
    assert waits("code_requested", "reviewing").kind == "time"
    assert waits("added", "reviewing").kind == "time"
    assert waits("added", "precondition").kind == "refusal"
    assert waits("added", "unlisted").kind == "refusal"
    assert waits("reviewing").kind == "time"


NOW = "2026-11-20T11:00:00.000Z"
PHONE, MAIL = "+8613911111234", "tom@example.com"
ADD, CODE, SEND = "AddChatappPhoneNumber", "GetChatappVerifyCode", "SendPhoneVerificationForMessageContact"


def intent(phase: str) -> Intent:
    return Intent(AT, AT, 1, phase, {}, "", 0, 0)


@pytest.mark.parametrize(
    ("facts", "number", "still_open"),
    [
        ({"number": PHONE, "phone": "x", "email": "y"}, PHONE, ""),
        ({"phone": PHONE, "email": MAIL}, PHONE, ""),
        ({"phone": PHONE, "email": MAIL, "open": "email"}, PHONE, MAIL),
        ({"email": MAIL, "open": "phone"}, MAIL, ""),
        ({}, "tom", ""),
    ],
)
def test_whom_it_waits_for(facts: dict[str, Any], number: str, still_open: str) -> None:
    """The number, phone or address that the person has, else the name; and whose link is still open, if another's was
    followed."""
    record = Record("contact/tom", "contact/tom", "contact", "tom", "links_sent", facts)
    waits = challenge(KINDS["contact"], record, "acme/contact/tom")
    assert (waits.number, waits.open) == (number, still_open)


def test_a_message_in_doubt_is_said_to_be() -> None:
    """Only a call that tells somebody: any other that has no answer sent nothing."""
    record = Record("phone_number/x", "phone_number/a", "register", PHONE, "code_requested", {})

    def in_doubt(*operations: str) -> bool:
        found = replace(record, intents={each: intent("added") for each in operations})
        return challenge(KINDS["register"], found, "acme/phone_number/a").in_doubt

    assert [in_doubt(), in_doubt("ChatappVerifyAndRegister")] == [False, False]
    assert [in_doubt(CODE), in_doubt("ChatappVerifyAndRegister", CODE)] == [True, True]
    assert in_doubt(SEND) is False


def test_the_newest_refusal_is_told() -> None:
    """Of several, the last; and whether its code is known to come before acting. Where the call is settled since, it
    did nothing, whatever its code."""
    first, last = Refusal("First", 400, "", NOW, 1, ""), Refusal("Last", 403, "m", AT, 2, "")
    record = Record("phone_number/x", "phone_number/a", "register", PHONE, "added", {})

    def told(said: dict[str, Refusal], meaning: str = "", *open: str) -> tuple[str, str, bool]:
        refusals = {name: replace(each, meaning=meaning) for name, each in said.items()}
        found = last_refusal(replace(record, refusals=refusals, intents={each: intent("added") for each in open}))
        assert found
        return found.operation, found.code, found.documented

    assert last_refusal(record) is None
    assert told({ADD: first, CODE: replace(last, at=AT)})[:2] == (ADD, "First")
    assert told({ADD: replace(first, at=AT), CODE: replace(last, at=NOW)})[:2] == (CODE, "Last")
    assert [told({CODE: last}, "precondition", CODE)[2], told({CODE: last})[2]] == [True, True]
    assert told({CODE: last}, "", CODE)[2] is False


def test_only_a_message_that_was_refused_is_asked_for_once_more() -> None:
    """Not one that no refusal is recorded of, nor another call that was refused, nor anything of what is ready."""
    said = Refusal("X", 400, "", AT, 1, "")

    def may(phase: str, operation: str) -> bool:
        refusals = {operation: said} if operation else {}
        record = Record("phone_number/x", "phone_number/a", "register", PHONE, phase, {}, refusals=refusals)
        return may_be_asked_again(KINDS["register"], record)

    assert may("added", CODE)
    assert not may("added", "")
    assert not may("added", ADD)
    assert not may("declared", ADD)
    assert not may("registered", CODE)
