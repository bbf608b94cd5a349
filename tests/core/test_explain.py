"""What a person is told of an answer that is no success, and of what a record waits for."""

from __future__ import annotations

import pytest

from reconciler.core.answer import Error, NotSent, Unknown
from reconciler.core.explain import explain, not_made
from reconciler.core.journal.record import Record
from reconciler.core.outcome import Challenge
from reconciler.core.plan.challenge import challenge
from reconciler.core.refusal import Refusal
from reconciler.kinds import KINDS
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
    said = explain("DeleteMessageContact", answer)
    assert (said.code, said.what, said.found) == (code, what, None)


def test_a_creation_that_is_not_there_is_told_with_the_answer() -> None:
    """And with the cloud's own words."""
    said = not_made("AddMessageContact", Unknown("400 `X`", "X", "in its words"))
    what = "AddMessageContact came to nothing: the cloud answered 400 `X`, and it is not there"
    assert (said.code, said.what, said.found) == ("refused-by-cloud", what, "in its words")


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
