"""What became of a change, and what waits for a human. In memory only: a record on disk is something else."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from reconciler.core import fields
from reconciler.errors import Problem

Awaits = Literal["code", "confirmation", "time", "refusal"]
Result = Literal["done", "paused", "blocked", "failed", "unknown", "not_started"]


class LastRefusal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """code, message: raw. documented: it came before acting. advice: what to do about it. often: how many times."""

    operation: fields.OperationName
    code: str
    status: fields.Whole
    message: str
    at: fields.Time
    often: fields.Whole
    documented: bool
    advice: str = ""


class Challenge(Struct, frozen=True):
    """A step that waits for a person. kind: `code`, to be typed; `confirmation`, given out of band; `time`,
    which the cloud takes.

    operation: the call that consumes the answer. requested_at: when the last message went out, "" if none did.
    in_doubt: whether that message was sent is not known. parked: too many codes were tried. reason: what the cloud
    takes its time for. refusal: what the cloud last answered instead of doing what was asked; of kind `refusal` it is
    all there is: a person removes its cause. id, message: what tells it from another one at the same address: the
    record's id, and the serial of its last message's intent, 0 for none. open: where the link went that is still
    to be followed, if another one was.
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
    reason: Literal["", "account", "name", "service", "deletion"] = ""
    refusal: LastRefusal | None = None
    id: str = ""
    message: int = 0
    open: str = ""

    def same(self, other: Challenge) -> bool:
        """Whether a code that was sent for one answers the other."""
        return (self.id, self.message, self.operation) == (other.id, other.message, other.operation)


class Outcome(Struct, frozen=True):
    """resume_at: when a daily limit lets this one go on. left: what stays to be cleaned up by hand.

    counts: what this run may call added, changed or destroyed, also of a change that is not at its end.
    """

    address: str
    action: str
    result: Result
    problem: Problem | None = None
    challenge: Challenge | None = None
    resume_at: str = ""
    left: str = ""
    counts: tuple[str, ...] = ()


# When several outcomes meet, the first of these that occurs decides how a command ends.
EXITS: tuple[tuple[Result, int], ...] = (
    ("failed", 1),
    ("unknown", 1),
    ("blocked", 1),
    ("paused", 3),
    ("not_started", 3),
)


def exit_code(results: set[Result]) -> int:
    return next((code for result, code in EXITS if result in results), 0)
