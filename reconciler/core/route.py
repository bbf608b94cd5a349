"""The calls that lie ahead of a record, read from its kind's table: the way a plan shows and an apply may go."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.change import PlannedCall
from reconciler.core.model import Facts
from reconciler.kinds.table import Kind, Step


def route(kind: Kind, phase: str, facts: Facts) -> tuple[PlannedCall, ...]:
    """From a phase to the end: the main way first, then what answers could make necessary beside it."""
    main = list(_main(kind, phase, facts))
    passed = {call.phase for call in main}
    return (*main, *_beside(kind, passed, facts))


def _main(kind: Kind, phase: str, facts: Facts) -> Iterator[PlannedCall]:
    while phase not in kind.ends:
        step = kind.steps[phase]
        if step.needed(facts):
            yield _planned(step, phase, facts)
        phase = step.leads["ok"]


def _beside(kind: Kind, passed: set[str], facts: Facts) -> Iterator[PlannedCall]:
    for start in sorted(passed):
        for word, phase in kind.steps[start].leads.items():
            if word != "ok" and phase not in kind.ends and phase not in passed and kind.steps[phase].needed(facts):
                passed = passed | {phase}
                yield _planned(kind.steps[phase], phase, facts, only_if=_WORDS[word])


def _planned(step: Step, phase: str, facts: Facts, only_if: str = "") -> PlannedCall:
    channel, to = step.sends(facts)
    return PlannedCall(
        step.operation,
        phase,
        step.api.effect.value,
        step.ask,
        tuple(dict.fromkeys(look.operation for look in step.looks)),
        channel,
        to,
        only_if,
        step.unless,
        step.api.irreversible,
    )


_WORDS = {"verified": "verified without being registered", "deleting": "the directory takes its time"}
