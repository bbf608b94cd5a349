"""Continues one record outside of a plan: with a code, with what can be read now, or with one more message.

submit() is the only entrance for a code. Nothing here asks for one, and no code outlives its call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.core.answer import Answer
from reconciler.core.code import Code
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Read, Stop, Turn
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.plan.challenge import challenge
from reconciler.core.plan.route import route
from reconciler.errors import Problem
from reconciler.executor.drive import Hands, Recorder, drive
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind


def open_challenge(state: State, record: Record) -> Challenge | Outcome:
    """What a record waits for, or why it waits for nothing."""
    address, kind = f"{state.name}/{record.address}", KINDS[record.kind]
    if record.phase in kind.ends:
        return _failed(address, Problem("already-ready", f"{address} is {record.phase} already"))
    if not kind.steps[record.phase].ask:
        return _failed(address, Problem("not-waiting", f"{address} is {record.phase} and waits for nobody"))
    return challenge(kind, record, address)


def look(state: State, record: Record, call: Callable[[str, Mapping[str, Any]], Answer], now: str) -> Outcome | None:
    """How a run would pause or fail right away, by reads only; None if it could continue without a code.

    Nothing is written, so no lease is needed.
    """
    turn = Turn(state.space_id, f"{state.name}/{record.address}", record.door, now)
    while isinstance(move := decide(KINDS[record.kind], record, turn), Read):
        turn = turn.saw(move.operation, call(move.operation, move.params))
    return move.outcome if isinstance(move, Stop) else None


def submit(waits: Challenge, code: Code | None, journal: Recorder, hands: Hands) -> Outcome:
    """Submits the code if the record still waits for it; otherwise drops it, and the outcome says so.

    code: None to only read whether others have confirmed.
    """
    if record := journal.record(waits.id):
        current = open_challenge(journal.state, record)
        if isinstance(current, Outcome):
            return current
        if not waits.same(current):
            what = f"{waits.address} waits for another message's code by now; this one was dropped"
            return Outcome(waits.address, record.door, "paused", Problem("challenge-changed", what), current)
    return resume(waits.id, waits.address, journal, hands, code)


def resume(
    id: str, address: str, journal: Recorder, hands: Hands, code: Code | None = None, resend: bool = False
) -> Outcome:
    """Continues a record as far as possible. resend: send one more message first, and stop there."""
    record = journal.record(id)
    if record is None:
        return _failed(address, Problem("not-waiting", f"{address} was forgotten meanwhile"))
    kind = KINDS[record.kind]
    turn = Turn(journal.state.space_id, address, record.door, hands.now(), resend=resend, code=code)
    outcome = drive(id, turn, journal, hands, _allowed(kind, record))
    if outcome.result == "done" and record.door == "delete":
        journal.append({"type": "forgotten", "id": id, "left": "", "why": "removed"})
    return outcome


def _allowed(kind: Kind, record: Record) -> set[str]:
    """The operations allowed after an answer. After a mere wait nobody answered, so only those that its plan shows."""
    if record.phase in kind.steps and kind.steps[record.phase].ask == "time":
        return {call.operation for call in route(kind, record.phase, record.facts)}
    return {step.operation for step in kind.steps.values()}


def _failed(address: str, problem: Problem) -> Outcome:
    return Outcome(address, "verify", "failed", problem)
