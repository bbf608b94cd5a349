"""The values of a run over one resource: what is known in this turn, and the moves that can come next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
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
    """What this run knows about one resource. In memory only, because it may hold a code.

    space_id: of its space.
    address: for people.
    action: of its change.
    now: the time.
    adopt: consent to take over existing resources.
    importing: record what is there as it is; nothing is created, sent or changed.
    allow_metered: consent to one more metered call.
    resend: a person asked for one more message.
    code: typed and not used yet.
    seen: operation -> answer of a read since the last call or entry.
    read_at: operation -> when that read was made: a number counted by drive.SharedReads, not a time.
    called_at: when the last call of this run returned, by the same count; 0 before the first call.
    removed_at: when the one that it replaces was removed in this run, by the same count. Reads made before show that.
    refused: (operation, answer) of the last call, if it was refused or not sent.
    back: after that refusal the record was put in the phase that the cloud reports.
    reviewed: the resource waited for a review, and the review is over.
    sent: the last call certainly sent a message. The status was read just before it, so it need not be read again yet.
    lost: (operation, answer) of each call without a certain answer.
    """

    space_id: str
    address: str
    action: str
    now: str
    _: KW_ONLY
    adopt: bool = False
    importing: bool = False
    allow_metered: bool = False
    resend: bool = False
    code: Code | None = None
    seen: Mapping[str, Answer] = field(default_factory=dict)
    read_at: Mapping[str, int] = field(default_factory=dict)
    called_at: int = 0
    removed_at: int = 0
    refused: tuple[str, Error | NotSent] | None = None
    back: bool = False
    reviewed: bool = False
    sent: bool = False
    lost: tuple[tuple[str, Unknown], ...] = ()

    def saw(self, operation: str, answer: Answer, at: int = 0) -> Turn:
        """The turn after a read. at: by the count of drive.SharedReads."""
        return replace(self, seen={**self.seen, operation: answer}, read_at={**self.read_at, operation: at})

    def moved(self, now: str) -> Turn:
        """The turn after any step: reads are outdated, the code is used, the message is sent."""
        return replace(self, now=now, seen={}, code=None, resend=False, refused=None, back=False, sent=False)

    def written(self, now: str, back: bool, reviewed: bool = False) -> Turn:
        """The turn after an entry. back: as in Write."""
        turn = self.moved(now)
        return replace(turn, refused=self.refused if back else None, back=back, reviewed=self.reviewed or reviewed)

    def called(self, operation: str, answer: Answer, now: str, at: int = 0) -> Turn:
        """The turn after a call. at: by the count of drive.SharedReads."""
        turn = replace(self.moved(now), called_at=at)
        match answer:
            case Unknown():
                return replace(turn, lost=(*turn.lost, (operation, answer)))
            case Error() | NotSent():
                return replace(turn, refused=(operation, answer))
            case Ok():
                return replace(turn, sent=OPERATIONS[operation].effect is Effect.NOTIFY)

    def losses(self, operation: str) -> list[Unknown]:
        """The uncertain answers to an operation."""
        return [answer for name, answer in self.lost if name == operation]

    def stop(self, result: Result, problem: Problem | None = None, challenge: Challenge | None = None) -> Stop:
        """The stop with this outcome. A pause becomes `unknown` if the operation is stopped for the whole run: then
        nobody can just answer."""
        problem = replace(problem, address=self.address) if problem else None
        result = "unknown" if problem and problem.code == STOPPED and result == "paused" else result
        return Stop(Outcome(self.address, self.action, result, problem, challenge))


@dataclass(frozen=True, slots=True)
class Read:
    """Make one read.

    operation: its name in operations.py.
    params: of the request.
    shared: an answer that another resource of the space got may be used.
    newer: but only if it was requested after this run's last call.
    after: and after the last read of this operation; "" for none.
    """

    operation: str
    params: Params
    shared: bool
    newer: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """Append one entry.

    entry: its fields.
    back: it puts the record in the phase that the cloud reports, so this run does not make a refused call again.
    """

    entry: dict[str, Any]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Append the intent, call, append the outcome.

    step: of the table.
    params: of the request, without the code.
    entry: the intent, durable before the call.
    code: for the request only.
    """

    step: Step
    params: Params
    entry: dict[str, Any]
    code: Code | None = None

    @property
    def request(self) -> Params:
        """The complete parameters, for sending only."""
        return self.code.fill(self.step.api, self.params) if self.code else self.params


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more to do in this run.

    outcome: how the change ended.
    """

    outcome: Outcome


Move = Read | Write | Call | Stop
