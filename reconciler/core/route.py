"""The calls that lie ahead of a record, read from its kind's table: the way a plan shows and an apply may go."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from reconciler.core.change import PlannedCall
from reconciler.core.model import Facts
from reconciler.kinds.table import Kind, Step

Needed = frozenset[str]
"""The phases whose steps have something to do."""


def route(kind: Kind, phase: str, facts: Facts) -> tuple[PlannedCall, ...]:
    """From a phase to the end: the main way first, then what answers could make necessary beside it."""
    needed = frozenset(name for name, step in kind.steps.items() if step.needed(facts))
    return tuple([_addressed(call, kind.steps[call.phase], facts) for call in _way(kind, phase, needed)])


def _addressed(call: PlannedCall, step: Step, facts: Facts) -> PlannedCall:
    channel, to = step.sends(facts)
    return _planned(step, call.phase, call.only_if, channel, to) if channel else call


@cache
def _way(kind: Kind, phase: str, needed: Needed) -> tuple[PlannedCall, ...]:
    """Without whom a message goes to, so that ten thousand who go the same way have the same calls."""
    main = list(_main(kind, phase, needed))
    passed = {call.phase for call in main}
    return (*main, *_beside(kind, passed, needed))


def _main(kind: Kind, phase: str, needed: Needed) -> Iterator[PlannedCall]:
    while phase not in kind.ends:
        step = kind.steps[phase]
        if phase in needed:
            yield _planned(step, phase)
        phase = step.leads["ok"]


def _beside(kind: Kind, passed: set[str], needed: Needed) -> Iterator[PlannedCall]:
    for start in sorted(passed):
        for word, phase in kind.steps[start].leads.items():
            if word != "ok" and phase not in kind.ends and phase not in passed and phase in needed:
                passed = passed | {phase}
                yield _planned(kind.steps[phase], phase, only_if=_WORDS[word])


def _planned(step: Step, phase: str, only_if: str = "", channel: str = "", to: str = "") -> PlannedCall:
    api = step.api
    return PlannedCall(
        step.operation,
        phase,
        api.effect.value,
        step.ask,
        _looks(step),
        channel,
        to,
        only_if,
        step.unless,
        api.irreversible,
    )


@cache
def _looks(step: Step) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.operation for look in step.looks))


_WORDS = {"verified": "verified without being registered", "deleting": "the directory takes its time"}
