"""How a change ended, and what it waits for. In memory only; a record on disk is another type."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from reconciler.core import fields
from reconciler.errors import Problem
from reconciler.kinds.table import Awaited

Awaits = Literal["code", "confirmation", "time", "refusal"]
Result = Literal["done", "paused", "blocked", "failed", "unknown", "not_started"]


class LastRefusal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The last refusal on record.

    operation: the refused call.
    code: as the cloud sent it.
    status: the HTTP status.
    message: as the cloud sent it.
    at: when.
    often: how many times.
    documented: whether its code is known to come before acting.
    advice: what a person can do.
    """

    operation: fields.OperationName
    code: str
    status: fields.Whole
    message: str
    at: fields.Time
    often: fields.Whole
    documented: bool
    advice: str = ""


class Challenge(Struct, frozen=True):
    """What a resource waits for.

    address: with the space's name.
    number: the phone number or e-mail address that the person has.
    kind: `code` to be typed, `confirmation` by following a link, `time` that the cloud takes, `refusal` whose cause a
        person must remove.
    operation: the call that consumes the answer.
    requested_at: when the last message was requested; "" if none was.
    attempts: codes tried since the last message.
    messages_sent: how many were, or may have been, sent.
    in_doubt: it is unknown whether the last message was sent.
    parked: too many codes were tried.
    channel: of the last message.
    reason: what the cloud is working on, or a person in a browser, if only time is needed.
    refusal: the last one on record.
    id: the record's.
    message: serial of the last message's intent, 0 for none.
    open: the address whose link must still be followed, if another one is confirmed.
    """

    address: str
    number: str
    kind: Awaits
    operation: str
    requested_at: str = ""
    attempts: int = 0
    messages_sent: int = 0
    in_doubt: bool = False
    parked: bool = False
    channel: str = ""
    reason: Awaited = ""
    refusal: LastRefusal | None = None
    id: str = ""
    message: int = 0
    open: str = ""

    def same(self, other: Challenge) -> bool:
        """Whether a code that was sent for one answers the other: same record, message and operation."""
        return (self.id, self.message, self.operation) == (other.id, other.message, other.operation)


class Outcome(Struct, frozen=True):
    """How a change ended.

    address: with the space's name.
    action: of the change.
    result: how it ended.
    problem: why it did not end well.
    challenge: what it waits for.
    resume_at: when a daily limit allows it to continue.
    left: what remains to be cleaned up by hand.
    counts: what the summary counts it as: added, changed or destroyed, even if it is unfinished.
    """

    address: str
    action: str
    result: Result
    problem: Problem | None = None
    challenge: Challenge | None = None
    resume_at: str = ""
    left: str = ""
    counts: tuple[str, ...] = ()


class Figures(NamedTuple):
    """Counts of resources.

    added: created, or registered.
    changed: updated.
    destroyed: removed from the cloud.
    """

    added: int
    changed: int
    destroyed: int


# Of several outcomes, the first in this order decides the exit code.
EXITS: tuple[tuple[Result, int], ...] = (
    ("failed", 1),
    ("unknown", 1),
    ("blocked", 1),
    ("paused", 3),
    ("not_started", 3),
)


def exit_code(results: set[Result]) -> int:
    """The exit code for a run with these results."""
    return next((code for result, code in EXITS if result in results), 0)
