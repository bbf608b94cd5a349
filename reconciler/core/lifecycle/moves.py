"""The vocabulary of a run over one resource: what is known this turn, and the moves that can come next. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.code import Code
from reconciler.core.explain import STOPPED
from reconciler.core.outcome import Challenge, Outcome, Result
from reconciler.errors import Problem
from reconciler.kinds.table import Params, Step
from reconciler.operations import OPERATIONS, Effect


@dataclass(frozen=True, slots=True)
class Turn:
    """What this run knows of one resource. It lives in memory only, the code above all.

    seen: answers of reads since the last call, by operation; read_at: when each was had, and called_at: when the last
    call of this run had come back, both by the count of drive.SharedReads. refused: the last call, if it was refused or
    not sent; lost: the calls whose answers were lost. Each is (operation, answer). back: after that refusal the record
    was led back to where the cloud says it is. reviewed: a review that it waited for is over. sent: the last call sent
    a message, surely, and the status was read before it.
    """

    space_id: str
    address: str
    action: str
    now: str
    adopt: bool = False
    allow_metered: bool = False
    resend: bool = False
    code: Code | None = None
    seen: Mapping[str, Answer] = field(default_factory=dict)
    read_at: Mapping[str, int] = field(default_factory=dict)
    called_at: int = 0
    refused: tuple[str, Error | NotSent] | None = None
    back: bool = False
    reviewed: bool = False
    sent: bool = False
    lost: tuple[tuple[str, Unknown], ...] = ()

    def saw(self, operation: str, answer: Answer, at: int = 0) -> Turn:
        return replace(self, seen={**self.seen, operation: answer}, read_at={**self.read_at, operation: at})

    def moved(self, now: str) -> Turn:
        """After a step: reads are stale, a code is spent, a message was sent."""
        return replace(self, now=now, seen={}, code=None, resend=False, refused=None, back=False, sent=False)

    def written(self, now: str, back: bool, reviewed: bool = False) -> Turn:
        turn = self.moved(now)
        return replace(turn, refused=self.refused if back else None, back=back, reviewed=self.reviewed or reviewed)

    def called(self, operation: str, answer: Answer, now: str, at: int = 0) -> Turn:
        turn = replace(self.moved(now), called_at=at)
        match answer:
            case Unknown():
                return replace(turn, lost=(*turn.lost, (operation, answer)))
            case Error() | NotSent():
                return replace(turn, refused=(operation, answer))
            case Ok():
                return replace(turn, sent=OPERATIONS[operation].effect is Effect.NOTIFY)

    def losses(self, operation: str) -> list[Unknown]:
        return [answer for name, answer in self.lost if name == operation]

    def stop(self, result: Result, problem: Problem | None = None, challenge: Challenge | None = None) -> Stop:
        """Where the operation was stopped for the whole run, nothing is a calm pause."""
        problem = replace(problem, address=self.address) if problem else None
        result = "unknown" if problem and problem.code == STOPPED and result == "paused" else result
        return Stop(Outcome(self.address, self.action, result, problem, challenge))


@dataclass(frozen=True, slots=True)
class Read:
    """shared: an answer that another resource of the space had will do. newer: if it was asked for after the last call.

    after: the operation that it must have been asked for after as well.
    """

    operation: str
    params: Params
    shared: bool
    newer: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """back: after a refusal that stands, so that this run does not try the same again."""

    entry: dict[str, Any]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """entry: the intent, durable before the call. params: the call's own, all but the code that it takes."""

    step: Step
    params: Params
    entry: dict[str, Any]
    code: Code | None = None

    @property
    def request(self) -> Params:
        """Complete, to be sent and not to be kept."""
        return self.code.fill(self.step.api, self.params) if self.code else self.params


@dataclass(frozen=True, slots=True)
class Stop:
    outcome: Outcome


Move = Read | Write | Call | Stop
