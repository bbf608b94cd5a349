"""Turns an answer that is not a success into a problem with a code and a hint. It decides nothing."""

from __future__ import annotations

from reconciler.core.answer import Error, NotSent, Unknown, answered, listed
from reconciler.errors import Problem
from reconciler.operations import OPERATIONS, RAM_NAMES
from reconciler.refusals import Meaning

STOPPED = "operation-stopped"
# The error code of each meaning.
_PROBLEMS = {
    Meaning.CLOCK: "clock-skew",
    Meaning.CREDENTIALS: "credentials-refused",
    Meaning.PERMISSION: "permission-denied",
    Meaning.PRODUCT: "not-activated",
    Meaning.ACTION: "operation-not-offered",
    Meaning.PARAMETER: "parameter-refused",
    Meaning.THROTTLED: "throttled-too-long",
    Meaning.CAP: "daily-cap-reached",
    Meaning.ABSENT: "gone-elsewhere",
    Meaning.WRONG_CODE: "code-refused",
    Meaning.REVIEWING: "waits-for-review",
}


def explain(operation: str, answer: Error | NotSent | Unknown) -> Problem:
    """The problem for an answer; its `found` is the cloud's own message."""
    match answer:
        case NotSent(reason, stopped):
            return Problem(STOPPED if stopped else "cannot-reach", f"{operation} was not sent: {reason}")
        case Unknown(stops=True):
            return Problem(STOPPED, f"{operation} was sent: {why_stopped(answer)}", found=answer.message or None)
        case Unknown(reason):
            what = f"{operation} was sent, its outcome is unknown: {reason}"
            return Problem("unknown-answer", what, found=answer.message or None)
        case Error(code, meaning, message, status):
            what = f"{operation} was refused: {answered(status, code)}"
            hint = _permission(operation) if meaning is Meaning.PERMISSION else advice(operation, code)
            return Problem(_PROBLEMS.get(meaning, "refused-by-cloud"), what, found=message or None, hint=hint)


def not_made(operation: str, answer: Unknown) -> Problem:
    """A creation was answered with an unlisted code, and a read did not find the resource."""
    what = f"{operation} came to nothing: the cloud answered {answer.reason}, and it is not there"
    return Problem("refused-by-cloud", what, found=answer.message or None, hint=advice(operation, answer.code))


def advice(operation: str, code: str) -> str:
    """What a person can do about a refusal; "" if nothing is listed."""
    row = listed(OPERATIONS[operation], code)
    return row.advice if row else OPERATIONS[operation].advice


def why_stopped(answer: Unknown) -> str:
    """Why an operation is not called again in this run."""
    return f"it is stopped for this run, as the cloud answered again in a code that no list has, {answer.reason}"


def _permission(operation: str) -> str:
    action = f"{RAM_NAMES[OPERATIONS[operation].product]}:{operation}"
    policy = f'{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}'
    return f"Let the caller do {action}, for example by the policy {policy}"
