"""One resource, move by move. What to do next is said by decide(), what an answer means by settle(), never in here.

Intent before the call, outcome after it, each durable before the next move. A code is a local variable of one turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from reconciler.core.answer import Answer, Error, Ok
from reconciler.core.budget import Budget
from reconciler.core.decide import decide
from reconciler.core.journal import State
from reconciler.core.moves import Ask, Call, Read, Stop, Turn, Write
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.record import Record
from reconciler.core.settle import settle
from reconciler.errors import Problem, StateError
from reconciler.failpoints import reached
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.operations import Effect


class Journal(Protocol):
    state: State

    def record(self, id: str) -> Record | None: ...

    def append(self, *entries: Mapping[str, Any]) -> None: ...

    def rescue(self, entry: Mapping[str, Any], cause: StateError) -> StateError: ...


Asker = Callable[[Challenge, Problem | None], str | None]
"""What a person answers, or None for later. The problem says why it is asked again."""


def nobody(challenge: Challenge, problem: Problem | None) -> str | None:
    return None


def silent(event: str, address: str, detail: str) -> None:
    pass


class SharedReads:
    """Reads whose one answer serves a whole space for a run. The first asker reads, the others wait for it."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, key: str, read: Callable[[], Answer]) -> Answer:
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._answers:
                answer = read()
                if not isinstance(answer, Ok):
                    return answer
                self._answers[key] = answer
            return self._answers[key]


@dataclass(slots=True)
class Hands:
    """All that reaches outside. call: one operation. tell: progress.

    stop: no further call is to be made; interrupted: because a person said so.
    """

    call: Callable[[str, Mapping[str, Any]], Answer]
    now: Callable[[], str]
    budget: Budget
    ask: Asker = nobody
    tell: Callable[[str, str, str], None] = silent
    stop: threading.Event = field(default_factory=threading.Event)
    interrupted: bool = False
    adopt: bool = False
    allow_metered: bool = False
    shared: SharedReads = field(default_factory=SharedReads)


def drive(id: str, turn: Turn, journal: Journal, hands: Hands, allowed: Collection[str]) -> Outcome:
    """Until the resource is done, waits for a human, or cannot go on. allowed: the operations the plan shows."""
    while True:
        record = journal.record(id)
        assert record is not None
        kind = KINDS[record.kind]
        if hands.stop.is_set() and record.phase not in kind.ends:
            in_doubt = any(operation in record.intents for operation, _ in turn.lost)
            result = "unknown" if in_doubt else "not_started"
            return _ended(turn, result, Problem("interrupted", "stopped before the next call"))
        match decide(kind, record, turn):
            case Read(operation, params, shared):
                turn = turn.saw(operation, _read(hands, turn.space_id, operation, params, shared))
            case Write(entry):
                journal.append(entry)
                turn = turn.moved(hands.now())
            case Ask(challenge, problem):
                code = _asked(hands, challenge, problem)
                if code is None:
                    return replace(_ended(turn, "paused", problem), challenge=challenge)
                turn = replace(turn, code=code)
            case Call() as call:
                refused = _not_now(call, turn, hands, allowed)
                if refused:
                    return refused
                answer = _call(kind, id, call, journal, hands)
                if isinstance(answer, Error) and answer.daily_cap:
                    return _capped(turn, hands.budget.close(call.step.api.daily, hands.now()))
                turn = turn.called(call.step.operation, answer, hands.now())
            case Stop(outcome):
                return outcome


def _ended(turn: Turn, result: Any, problem: Problem | None) -> Outcome:
    return Outcome(turn.address, turn.action, result, problem)


def _read(hands: Hands, space_id: str, operation: str, params: Mapping[str, Any], shared: bool) -> Answer:
    def read() -> Answer:
        reached(f"read.before:{operation}")
        return hands.call(operation, params)

    return hands.shared.get(f"{space_id} {operation}", read) if shared else read()


def _asked(hands: Hands, challenge: Challenge, problem: Problem | None) -> str | None:
    reached(f"ask.before:{challenge.operation}")
    code = hands.ask(challenge, problem)
    reached(f"ask.after:{challenge.operation}")
    return code


def _call(kind: Kind, id: str, call: Call, journal: Journal, hands: Hands) -> Answer:
    """An intent that cannot be written stops the call. An outcome that cannot be written is kept elsewhere."""
    operation = call.step.operation
    journal.append(call.entry)
    reached(f"call.before:{operation}")
    answer = hands.call(operation, call.params)
    reached(f"call.after:{operation}")
    record = journal.record(id)
    assert record is not None
    entry = settle(kind, call.step, record, answer)
    try:
        journal.append(entry)
    except StateError as error:
        raise journal.rescue(entry, error) from None
    hands.tell("called", id, operation)
    return answer


def _not_now(call: Call, turn: Turn, hands: Hands, allowed: Collection[str]) -> Outcome | None:
    if call.step.operation not in allowed:
        return _ended(turn, "blocked", Problem("outside-plan", f"{call.step.operation} is not in the plan"))
    if call.step.api.effect is not Effect.NOTIFY:
        return None
    resume_at = hands.budget.take(call.step.api.daily, hands.now())
    return _capped(turn, resume_at) if resume_at else None


def _capped(turn: Turn, resume_at: str) -> Outcome:
    problem = Problem("daily-limit", f"the day's messages are used up; go on at {resume_at}")
    return replace(_ended(turn, "paused", problem), resume_at=resume_at)
