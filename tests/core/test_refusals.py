"""What a refusal says of the thing asked for, by its meaning on the closed list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.core.answer import NOT_LET_IN, Answer, Error, Unknown, answered, judged
from reconciler.core.journal.entries import Answered
from reconciler.core.journal.record import Record
from reconciler.core.lifecycle.settle import settle
from reconciler.core.refusal import is_refusal
from reconciler.core.refusal import refused as recorded
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind, Step
from reconciler.operations import OPERATIONS, Effect, Operation
from reconciler.refusals import GATEWAY, PRODUCTS, Listed, Meaning

AT = "2026-11-20T10:31:00.000Z"
CONSUMING = [
    (kind, phase, step)
    for kind in KINDS.values()
    for phase, step in kind.steps.items()
    if step.api.effect is Effect.CONSUME
]
# Of these the cloud knows nothing about the number: it never looked at the code.
ABOUT_THE_CALLER = {*NOT_LET_IN, Meaning.PARAMETER, Meaning.THROTTLED, Meaning.CAP}


def rows(operation: Operation) -> Iterator[Listed]:
    yield from (*operation.refusals, *PRODUCTS[operation.product], *GATEWAY)


def answers(operation: Operation, status: int = 400) -> list[tuple[Listed, Answer]]:
    return [(row, judged(operation, row.code.replace("*", "X"), "words", status, "R-1")) for row in rows(operation)]


@pytest.mark.parametrize(("kind", "phase", "step"), CONSUMING, ids=lambda each: getattr(each, "name", str(each))[:30])
def test_a_code_that_was_not_looked_at_was_not_tried(kind: Kind, phase: str, step: Step) -> None:
    """Only what is known to mean a wrong code counts as one; whatever is refused leaves the phase as it is."""
    record = Record("phone_number/+8613800001234", "phone_number/x", kind.name, "+8613800001234", phase, {})
    for row, answer in answers(step.api):
        entry = settle(kind, step, record, answer)
        assert (entry["result"], entry["phase"]) == (
            "code_refused" if row.meaning is Meaning.WRONG_CODE else "refused",
            phase,
        )


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_each_listed_code_is_known_where_it_is_listed(operation: Operation) -> None:
    """By its own meaning, unless an earlier row has it; and whether it is about who calls follows from that alone."""
    for row, answer in answers(operation):
        assert isinstance(answer, Error)
        assert (answer.code, answer.message, answer.status, answer.request_id) == (
            row.code.replace("*", "X"),
            "words",
            400,
            "R-1",
        )
        first = next(each for each in rows(operation) if each.code == row.code)
        assert answer.meaning is first.meaning
        assert answer.about_the_caller == (answer.meaning in ABOUT_THE_CALLER)
        assert answer.not_let_in == (answer.meaning in NOT_LET_IN)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_is_nearly_a_listed_code_is_none(operation: Operation) -> None:
    """One character makes another code; only a row that ends with a star is a beginning."""
    begins = tuple(row.code.removesuffix("*") for row in rows(operation) if row.code.endswith("*"))
    for row in rows(operation):
        other = row.code.removesuffix("*")[:-1] + "~"
        assert isinstance(judged(operation, other), Error) == other.startswith(begins)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_a_broken_server_says_is_not_believed(operation: Operation) -> None:
    """With 500 or more no code says that nothing was done; "slow down" is heeded where a second call does no harm."""
    harmless = operation.effect in (Effect.READ, Effect.IDEMPOTENT) and not operation.metered
    for row, answer in answers(operation, 500):
        heeded = harmless and row.meaning is Meaning.THROTTLED
        assert isinstance(answer, Error if heeded else Unknown)


@pytest.mark.parametrize("meaning", [*Meaning, ""])
def test_a_day_counts_what_was_about_the_number(meaning: Meaning | str) -> None:
    """The last three of them are kept, with how often in all; what was about the caller is told, and not counted."""
    word = meaning.value if isinstance(meaning, Meaning) else ""
    last = None
    for minute in range(4):
        said = {"id": "contact/x", "operation": "AddMessageContact", "result": "refused", "code": "X", "meaning": word}
        last = recorded(last, Answered(**said, status=400, at=f"2026-11-20T10:0{minute}:00.000Z"))
    assert last and last.often == 4
    counted = meaning not in (*NOT_LET_IN, Meaning.THROTTLED, Meaning.CAP)
    assert [at[15] for at in last.times] == (["1", "2", "3"] if counted else [])


@pytest.mark.parametrize(
    ("result", "code", "status", "refused"),
    [
        ("refused", "X", 400, True),
        ("refused", "X", None, True),
        ("unknown", "X", 500, True),
        ("unknown", "OK", 400, True),
        ("unknown", "OK", None, False),
        ("unknown", "", 500, False),
        ("not_sent", "", None, False),
        ("ok", "OK", None, False),
        ("ok", "Gone", 404, False),
    ],
)
def test_what_the_cloud_said_against_a_call_is_a_refusal(
    result: str, code: str, status: int | None, refused: bool
) -> None:
    """A success that contradicts itself is one; one that only lacks something is not, nor what settled the call."""
    done = {"phase": "added", "learned": {}, "final": False} if result == "ok" else {}
    said = {"id": "contact/x", "operation": "AddMessageContact", "result": result, "code": code, "status": status}
    assert is_refusal(Answered(**said, **done, at=AT)) is refused


def test_an_outcome_of_an_old_journal_has_no_status() -> None:
    """It is kept as 0, which is no status of HTTP."""
    old = Answered(id="contact/x", operation="AddMessageContact", result="refused", code="X", at=AT)
    assert (old.status, recorded(None, old).status) == (None, 0)


def test_who_is_not_let_in() -> None:
    """Its clock, its credentials, its rights, its product or the action: the thing asked about was not looked at."""
    assert {each.name for each in NOT_LET_IN} == {"CLOCK", "CREDENTIALS", "PERMISSION", "PRODUCT", "ACTION"}


def test_an_answer_is_named_by_its_status_and_code() -> None:
    """Whatever the code looks like, and also where there is none."""
    assert answered(400, "X`Y") == "400 `X'Y`"
    assert answered(502, "") == "HTTP 502 without a code"
