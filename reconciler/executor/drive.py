"""Takes one resource from move to move. decide() says what comes next, settle() what an answer means.

The intent before a call and the outcome after it are each durable before the next move. A code is kept in memory while
reads are made, and dropped after the next call or entry.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, assert_never

from msgspec.structs import replace

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.core.explain import explain
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import NOT_DONE, State
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Call, Read, Stop, Turn, Write
from reconciler.core.lifecycle.settle import settle
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.challenge import challenge
from reconciler.errors import Problem, StateError
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.runtime.failpoints import reached


class Recorder(Protocol):
    """The journal of a space, as far as a run needs it."""

    state: State

    def record(self, id: str) -> Record | None: ...

    def append(self, *entries: Mapping[str, Any]) -> None: ...

    def rescue(self, entry: Mapping[str, Any], cause: StateError) -> StateError: ...


Tell = Callable[[str, str, str], None]
"""Progress: event (`start`, `called`, `throttled`, or an outcome's result), address, detail (an operation or an
error)."""


def silent(event: str, address: str, detail: str) -> None:
    """Ignores progress."""


class SharedReads:
    """Reads whose answer, good or bad, serves a whole space. The first one asks, the others wait for its answer.

    A logical clock numbers the start and the end of each read, and the end of each call. A resource that needs an
    answer newer than its own call gets one that was requested after that call ended; several resources share it.
    """

    def __init__(self) -> None:
        self._answers: dict[str, tuple[int, int, Answer]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._mutex = threading.Lock()
        self._count = 0

    def tick(self) -> int:
        """The next number of the logical clock."""
        with self._mutex:
            self._count += 1
            return self._count

    def get(self, key: str, since: int, read: Callable[[], Answer]) -> tuple[Answer, int]:
        """The answer of a read that began after `since`, and when it arrived, by the logical clock."""
        with self._mutex:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            begun, had, answer = self._answers.get(key, (-1, -1, Ok()))
            if begun < since:
                begun, answer = self.tick(), read()
                had = self.tick()
                self._answers[key] = begun, had, answer
            return answer, had


class Stopping(threading.Event):
    """Set when no further call may be made. interrupted: by a person."""

    interrupted = False

    def interrupt(self) -> bool:
        """Notes a signal; returns whether there was one before. Safe in a signal handler: it does not set the event."""
        before, self.interrupted = self.interrupted, True
        return before


Caller = Callable[[str, Mapping[str, Any], Callable[[], None] | None], Answer]
"""Operation, parameters, and what to do once the rate limit admits the call, before anything is sent."""


@dataclass(slots=True)
class Hands:
    """What a run gives the executor besides journals: the cloud, clocks, limits, consent, progress, the stop signal.

    call: makes a request to the cloud.
    now: this machine's time, as in entries.
    cloud_time: the cloud's time, as far as it is known.
    budget: daily limits of messages.
    tell: reports progress.
    stop: set when no further call may be made.
    adopt: consent to take over existing resources.
    allow_metered: consent to one more metered call.
    bugs: unexpected exceptions, raised after all outcomes are reported.
    shared: answers that serve a whole space.
    """

    call: Caller
    now: Callable[[], str]
    cloud_time: Callable[[], str]
    budget: Budget
    tell: Tell = silent
    stop: Stopping = field(default_factory=Stopping)
    adopt: bool = False
    allow_metered: bool = False
    bugs: list[Exception] = field(default_factory=list)
    shared: SharedReads = field(default_factory=SharedReads)


class NotNow(Exception):
    """A daily limit is reached: ours before a call, or the cloud's, by the answer to one. until: when it ends."""

    def __init__(self, until: str) -> None:
        super().__init__(until)
        self.until = until


def drive(id: str, turn: Turn, journal: Recorder, hands: Hands, allowed: Collection[str]) -> Outcome:
    """Makes moves until the resource is done, waits for a person, or cannot continue. It asks nobody: a code comes with
    the turn.

    allowed: the operations that may be called; for a change, those that its plan shows. Reads around calls always may.
    """
    while True:
        record = journal.record(id)
        assert record is not None
        kind = KINDS[record.kind]
        if hands.stop.is_set() and record.phase not in kind.ends:
            lost = [explain(operation, answer) for operation, answer in turn.lost if operation in record.intents]
            if lost:
                return _ended(turn, "unknown", lost[-1])
            if record.phase == kind.review:
                return replace(_ended(turn, "paused", None), challenge=challenge(kind, record, turn.address))
            return _ended(turn, "not_started", Problem("interrupted", "stopped before the next call"))
        match decide(kind, record, turn):
            case Read() as read:
                turn = turn.saw(read.operation, *_read(hands, turn, read))
            case Write(entry, back):
                journal.append(entry)
                turn = turn.written(hands.now(), back, reviewed=bool(kind.review) and record.phase == kind.review)
            case Call() as call if call.step.operation not in allowed and turn.reviewed:
                over = Problem("review-over", f"its review is over, and {call.step.operation} comes next")
                return _ended(turn, "paused", over)
            case Call() as call if call.step.operation not in allowed:
                return _ended(turn, "blocked", Problem("outside-plan", f"{call.step.operation} is not in the plan"))
            case Call() as call:
                try:
                    answer = _call(kind, id, turn.address, call, journal, hands)
                except NotNow as capped:
                    return _capped(turn, capped.until)
                turn = turn.called(call.step.operation, answer, hands.now(), hands.shared.tick())
            case Stop(outcome):
                return outcome
            case unknown:  # otherwise an endless loop
                assert_never(unknown)


def _ended(turn: Turn, result: Any, problem: Problem | None) -> Outcome:
    return Outcome(turn.address, turn.action, result, problem)


def _read(hands: Hands, turn: Turn, asked: Read) -> tuple[Answer, int]:
    def read() -> Answer:
        reached(f"read.before:{asked.operation}")
        return hands.call(asked.operation, asked.params, None)

    if not asked.shared:
        return read(), hands.shared.tick()
    since = max(turn.called_at if asked.newer else 0, turn.removed_at, turn.read_at.get(asked.after, 0))
    return hands.shared.get(f"{turn.space_id} {asked.operation}", since, read)


def _call(kind: Kind, id: str, address: str, call: Call, journal: Recorder, hands: Hands) -> Answer:
    """Writes the intent once the rate limit admits the call, so that no intent stays open while a call waits.

    If the intent cannot be written the call is not made. An outcome that cannot be written goes to the emergency file.
    """
    operation, daily = call.step.operation, call.step.api.daily
    begun: list[str] = []

    def begin() -> None:
        at = hands.cloud_time()
        until = hands.budget.take(daily, at) if daily else ""
        if until:
            raise NotNow(until)
        try:
            journal.append({**call.entry, "cloud_time": at})
        except StateError:
            if daily:
                hands.budget.give_back(daily, at)
            raise
        begun.append(at)
        reached(f"call.before:{operation}")

    with hands.budget.turn(daily):
        answer = hands.call(operation, call.request, begin)
        reached(f"call.after:{operation}")
        if not begun:
            return answer
        record = journal.record(id)
        assert record is not None
        entry = settle(kind, call.step, record, answer, call.params)
        if daily and entry["result"] in NOT_DONE:
            hands.budget.give_back(daily, begun[0])
        until = hands.budget.close(daily, hands.cloud_time()) if entry.get("capped") else ""
    entry = {**entry, "cloud_time": hands.cloud_time()}
    try:
        journal.append(entry)
    except StateError as error:
        raise journal.rescue(entry, error) from None
    hands.tell("called", address, operation)
    if until:
        raise NotNow(until)
    return _as_settled(entry, answer)


def _as_settled(entry: Mapping[str, Any], answer: Answer) -> Answer:
    """The answer after settling: an incomplete success is unknown, a refusal because the result exists is a success."""
    if entry["result"] == "unknown" and isinstance(answer, Ok):
        return Unknown("the answer lacks what it should hold")
    return Ok() if entry["result"] == "ok" and isinstance(answer, Error) else answer


def _capped(turn: Turn, resume_at: str) -> Outcome:
    problem = Problem("daily-limit", f"the day's messages are used up; continue after {resume_at}")
    return replace(_ended(turn, "paused", problem), resume_at=resume_at)
