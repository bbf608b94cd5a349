"""Walks a plan. Cloud, journals, people and clock are arguments; what to do next is said by decide(), never in here.

Intent before the call, outcome after it, each durable before the next move. A code is a local variable of one turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeGuard

from reconciler.core.answer import Answer, Error, Ok
from reconciler.core.budget import Budget
from reconciler.core.change import Change, Plan, Removal
from reconciler.core.decide import decide
from reconciler.core.journal import State
from reconciler.core.moves import Ask, Call, Read, Stop, Turn, Write
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.record import Record
from reconciler.core.settle import settle
from reconciler.errors import Problem, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.kinds.table import START, Kind
from reconciler.operations import Effect

WORKERS = 32


class Journal(Protocol):
    state: State

    def record(self, id: str) -> Record | None: ...

    def append(self, *entries: Mapping[str, Any]) -> None: ...


Asker = Callable[[Challenge, Problem | None], str | None]
"""What a person answers, or None for later. The problem says why it is asked again."""


def nobody(challenge: Challenge, problem: Problem | None) -> str | None:
    return None


def silent(event: str, address: str, detail: str) -> None:
    pass


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
    shared: SharedReads = field(default_factory=lambda: SharedReads())


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


def apply(plan: Plan, journals: Mapping[str, Journal], hands: Hands) -> list[Outcome]:
    """journals: by space id, with a run open in each. Independent changes go on when one fails; order as planned."""
    changes = [(space.space_id, change) for space in plan.spaces for change in space.changes]
    first = [pair for pair in changes if not _waits(pair[1])]
    last = [pair for pair in changes if _waits(pair[1])]
    found: dict[int, Outcome] = {}
    for batch in (first, last):
        with ThreadPoolExecutor(WORKERS) as pool:
            outcomes = pool.map(lambda pair: _guarded(pair[1], journals, pair[0], hands), batch)
            found.update({id(pair[1]): outcome for pair, outcome in zip(batch, outcomes, strict=True)})
    return [found[id(change)] for _, change in changes]


def _waits(change: Change) -> bool:
    return bool(change.removal and change.removal.after)


def _guarded(change: Change, journals: Mapping[str, Journal], space_id: str, hands: Hands) -> Outcome:
    if hands.stop.is_set():
        return Outcome(change.address, change.action, "not_started")
    hands.tell("start", change.address, change.action)
    try:
        outcome = _change(change, journals, space_id, hands)
    except ReconcilerError as error:
        hands.stop.set()  # the journal cannot be written any more: nothing else may be called
        outcome = Outcome(change.address, change.action, "unknown", error.problems[0])
    hands.tell(outcome.result, change.address, outcome.problem.what if outcome.problem else "")
    return outcome


def _change(change: Change, journals: Mapping[str, Journal], space_id: str, hands: Hands) -> Outcome:
    journal = journals[space_id]
    if _done_before(change, journal):
        return Outcome(change.address, "no-op", "done")
    if change.removal:
        out = _remove(change, change.removal, journals, journal, hands)
        if out.result != "done" or change.action in ("delete", "forget"):
            return out
    _declare(change, journals, journal)
    return drive(change.id, _turn(change, journal, hands), journal, hands, _allowed(change))


def _done_before(change: Change, journal: Journal) -> bool:
    """Whether an earlier run of this plan, or a verify in between, brought this to its end already."""
    record = journal.record(change.id)
    if change.action in ("delete", "forget"):
        return record is None
    return _is_ready(record) and (bool(change.phase) or record.version != change.version)


def _turn(change: Change, journal: Journal, hands: Hands) -> Turn:
    return Turn(journal.state.space_id, change.address, change.action, hands.now(), adopt=hands.adopt)


def _allowed(change: Change) -> frozenset[str]:
    return frozenset(call.operation for call in change.all_calls)


def _remove(
    change: Change, removal: Removal, journals: Mapping[str, Journal], journal: Journal, hands: Hands
) -> Outcome:
    """Idempotent: what an earlier run of this plan removed already is not there, or is newer than the plan."""
    done = Outcome(change.address, change.action, "done", left=removal.left)
    record = journal.record(removal.id)
    if record is None or (record.version != removal.version and record.door != "delete"):
        return done
    if removal.after and not _is_ready(journals[removal.after[0]].record(removal.after[1])):
        return Outcome(change.address, change.action, "not_started", Problem("waits-for-move", removal.reason))
    if removal.door:
        if record.door != "delete":
            journal.append(_entered(removal))
        outcome = drive(removal.id, _turn(change, journal, hands), journal, hands, _allowed(change))
        if outcome.result != "done":
            return outcome
    journal.append({"type": "forgotten", "id": removal.id, "left": removal.left, "why": removal.reason})
    return done


def _entered(removal: Removal) -> dict[str, Any]:
    entry = {"type": "entered", "id": removal.id, "phase": removal.door, "door": "delete"}
    return {**entry, "learned": {}, "why": removal.reason}


def _is_ready(record: Record | None) -> TypeGuard[Record]:
    return record is not None and record.phase == KINDS[record.kind].ready


def _declare(change: Change, journals: Mapping[str, Journal], journal: Journal) -> None:
    """Write down what is wanted, once: a record that this plan has touched already is left as it is."""
    record = journal.record(change.id)
    if record is not None and record.version != change.version:
        return
    source = journals[change.carried[0]].record(change.carried[1]) if change.carried else None
    phase = change.door or (record.phase if record else source.phase if source else START)
    facts = {**(source.facts if source else {}), **(change.after or {}), **change.learned}
    same = record and (record.phase, record.address, record.on_remove) == (phase, change.local, change.on_remove)
    if record and same and record.kind == change.kind and {**record.facts, **facts} == record.facts:
        return
    entry = {"type": "declared", "id": change.id, "address": change.local, "kind": change.kind, "key": change.key}
    door = "update" if change.action == "update" and change.door else record.door if record else "create"
    journal.append({**entry, "phase": phase, "door": door, "facts": facts, "on_remove": change.on_remove})


def drive(id: str, turn: Turn, journal: Journal, hands: Hands, allowed: Collection[str]) -> Outcome:
    """One resource, move by move, until it is done, waits for a human, or cannot go on."""
    while True:
        record = journal.record(id)
        assert record is not None
        kind = KINDS[record.kind]
        if hands.stop.is_set():
            return Outcome(
                turn.address, turn.action, "not_started", Problem("interrupted", "stopped before the next call")
            )
        match decide(kind, record, turn):
            case Read(operation, params, shared):
                turn = turn.saw(operation, _read(hands, turn.space_id, operation, params, shared))
            case Write(entry):
                journal.append(entry)
                turn = turn.moved(hands.now())
            case Ask(challenge, problem):
                code = hands.ask(challenge, problem)
                if code is None:
                    return Outcome(turn.address, turn.action, "paused", problem, challenge)
                turn = replace(turn, code=code)
            case Call() as call if call.step.operation not in allowed:
                problem = Problem("outside-plan", f"{call.step.operation} is not in the plan")
                return Outcome(turn.address, turn.action, "blocked", problem)
            case Call() as call:
                over = _over_limit(call, turn, hands)
                if over:
                    return over
                answer = _call(kind, id, call, journal, hands)
                if isinstance(answer, Error) and answer.daily_cap:
                    return _paused_by_cap(turn, hands.budget.close(call.step.api.daily, hands.now()))
                turn = turn.called(answer, hands.now())
            case Stop(outcome):
                return outcome


def _read(hands: Hands, space_id: str, operation: str, params: Mapping[str, Any], shared: bool) -> Answer:
    if shared:
        return hands.shared.get(f"{space_id} {operation}", lambda: hands.call(operation, params))
    return hands.call(operation, params)


def _call(kind: Kind, id: str, call: Call, journal: Journal, hands: Hands) -> Answer:
    journal.append(call.entry)
    answer = hands.call(call.step.operation, call.params)
    record = journal.record(id)
    assert record is not None
    journal.append(settle(kind, call.step, record, answer))
    hands.tell("called", id, call.step.operation)
    return answer


def _over_limit(call: Call, turn: Turn, hands: Hands) -> Outcome | None:
    if call.step.api.effect is not Effect.NOTIFY:
        return None
    resume_at = hands.budget.take(call.step.api.daily, hands.now())
    return _paused_by_cap(turn, resume_at) if resume_at else None


def _paused_by_cap(turn: Turn, resume_at: str) -> Outcome:
    problem = Problem("daily-limit", f"the day's messages are used up; go on at {resume_at}")
    return Outcome(turn.address, turn.action, "paused", problem, resume_at=resume_at)
