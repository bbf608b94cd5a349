"""Takes a change as far as reads alone lead, in memory, by the moves of a run. It sends and records nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from msgspec.structs import asdict, replace

from reconciler.core.answer import Answer, NotSent, Ok
from reconciler.core.consent import Consent
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State, seal
from reconciler.core.model import Limits
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.review.preflight import Walked
from reconciler.errors import StateError
from reconciler.executor.apply import apply
from reconciler.executor.drive import Hands, NotNow, Recorder, SharedReads
from reconciler.operations import OPERATIONS, Effect

ReadOnly = Callable[[str, Mapping[str, Any]], Answer]


class AssumedJournal:
    """A copy of recorded state in memory, which takes entries as a journal does, and writes them nowhere."""

    def __init__(self, state: State, now: str) -> None:
        held = {name: copy(value) for name, value in asdict(state).items() if isinstance(value, dict | list)}
        self.state = replace(state, **held, run=None)
        self._now, self._lock = now, threading.Lock()

    def record(self, id: str) -> Record | None:
        return self.state.records.get(id)

    def append(self, *entries: Mapping[str, Any]) -> None:
        with self._lock:
            for entry in entries:
                self.state.advance(seal(self.state, {**entry, "at": self._now, "run": ""}))

    def rescue(self, entry: Mapping[str, Any], cause: StateError) -> StateError:
        return cause


def foresee(
    space: SpacePlan,
    change: Change,
    journals: Mapping[str, Recorder],
    read: ReadOnly,
    shared: SharedReads,
    now: str,
    consent: Consent,
    closed: Mapping[str, str],
) -> Walked:
    """Applies one change up to its first call that has an effect, which is not made.

    journals: by space id, in memory. read: makes reads, and nothing else. shared: answers that serve a whole space.
    closed: daily limit -> the time from which one more message may be sent, where none may be sent now.
    """
    came_to: list[str] = []
    unread: list[str] = []

    def call(operation: str, params: Mapping[str, Any], first: object) -> Answer:
        row = OPERATIONS[operation]
        if row.daily in closed:
            raise NotNow(closed[row.daily])
        if row.effect is not Effect.READ:
            came_to.append(operation)
            return NotSent("it only reads")
        answer = read(operation, params)
        if not isinstance(answer, Ok):
            unread.append(operation)
        return answer

    hands = Hands(
        call,
        lambda: now,
        lambda: now,
        Budget(Limits()),
        adopt=consent.adopt,
        allow_metered=consent.allow_metered,
        shared=shared,
    )
    alone = Plan("", (replace(space, changes=(change,)),))
    (outcome,) = apply(alone, journals, hands, lambda work, changes: list(map(work, changes)))
    if hands.bugs:
        raise hands.bugs[0]
    return Walked(outcome, came_to[0] if came_to else "", bool(unread))
