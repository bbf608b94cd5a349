"""An apply at a terminal: an apply that pauses, then one verify for each code typed. There is no other code path."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.core.outcome import Challenge, Outcome
from reconciler.errors import Locked, ReconcilerError
from reconciler.executor.apply import COUNTS
from reconciler.executor.submit import open_challenge
from reconciler.runs.codes.answer import Asker, answer
from reconciler.runs.find_record import find_waiting
from reconciler.runs.workspace import Workspace

WAIT = 30.0


def ask_all(workspace: Workspace, outcomes: Sequence[Outcome], ask: Asker) -> tuple[bool, list[Outcome]]:
    """Returns whether it was interrupted, and the outcomes; open ones as recorded now, including other people's
    work."""
    answered, interrupted = list(outcomes), False
    try:
        for place, outcome in enumerate(outcomes):
            answered[place] = _asked(workspace, outcome, ask)
    except KeyboardInterrupt:
        interrupted = True
    return interrupted, [_now(workspace, outcome) for outcome in answered]


def _now(workspace: Workspace, outcome: Outcome) -> Outcome:
    """The recorded state of an outcome; the given one if it cannot be read."""
    if outcome.challenge is None:
        return outcome
    try:
        waits = open_challenge(*find_waiting(workspace, outcome.address))
    except ReconcilerError:
        return outcome
    if isinstance(waits, Challenge):
        return replace(outcome, challenge=waits)
    ready = waits.problem is not None and waits.problem.code == "already-ready"
    return replace(outcome, result="done", challenge=None, problem=None) if ready else outcome


def _asked(workspace: Workspace, outcome: Outcome, ask: Asker) -> Outcome:
    waits = outcome.challenge
    if waits is None or waits.kind != "code" or waits.parked:
        return outcome
    try:
        answered = answer(workspace, outcome.address, ask, False, WAIT)
    except Locked as error:
        return replace(outcome, problem=error.problems[0])
    except ReconcilerError as error:
        return replace(outcome, result="failed", problem=error.problems[0])
    finally:
        workspace.close()
    if answered.problem and answered.problem.code == "already-ready":
        return replace(outcome, result="done", challenge=None, problem=None)  # somebody else was faster
    counts = COUNTS[outcome.action] if answered.result == "done" else ()
    return replace(answered, action=outcome.action, counts=outcome.counts + counts)
