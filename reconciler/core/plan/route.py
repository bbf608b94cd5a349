"""The calls ahead of a record, read from its kind's table: what a plan shows and apply may do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from reconciler.core.model import Attributes
from reconciler.kinds.table import Kind, Step, always, no_message


class PlannedCall(Struct, frozen=True):
    """One call of the table.

    operation: its name in operations.py.
    phase: the phase that it leaves.
    effect: its effect class.
    ask: what a person must give first; "" for nothing.
    looks: the reads before and after it.
    channel: of its message; "" if it sends none.
    to: the message's recipient.
    only_if: why it is made, if it is not on the normal route; "" otherwise.
    unless: when it is skipped.
    irreversible: it cannot be undone.
    """

    operation: str
    phase: str
    effect: str
    ask: str = ""
    looks: tuple[str, ...] = ()
    channel: str = ""
    to: str = ""
    only_if: str = ""
    unless: str = ""
    irreversible: bool = False


Skipped = frozenset[str]
"""Phases whose steps do not apply."""
Sends = Callable[[Attributes], tuple[str, str]]


def update_starts(kind: Kind, phase: str, changed: Collection[str]) -> str:
    """The phase at which an update of these attributes starts, for a record in this phase; "" if it stays there."""
    if not kind.trailing.issuperset(changed):
        return kind.changed
    return kind.suffix[0] if phase in (*kind.suffix, kind.ready) else ""


def route(kind: Kind, phase: str, facts: Attributes) -> tuple[PlannedCall, ...]:
    """The calls from a phase to the end: the normal route first, then calls that some answers make necessary."""
    skipped = frozenset([name for name, needed in _conditions(kind) if not needed(facts)])
    return tuple([_addressed(call, sends, facts) if sends else call for call, sends in _way(kind, phase, skipped)])


def _addressed(call: PlannedCall, sends: Sends, facts: Attributes) -> PlannedCall:
    channel, to = sends(facts)
    return replace(call, channel=channel, to=to)


@cache
def _conditions(kind: Kind) -> tuple[tuple[str, Callable[[Attributes], bool]], ...]:
    return tuple((name, step.needed) for name, step in kind.steps.items() if step.needed is not always)


@cache
def _way(kind: Kind, phase: str, skipped: Skipped) -> tuple[tuple[PlannedCall, Sends | None], ...]:
    """Each call, and the function that gives its recipient. Cached, because all resources on one route share the
    rest."""
    main = list(_main(kind, phase, skipped))
    passed = {call.phase for call in main}
    calls = (*main, *_beside(kind, passed, skipped))
    tells = {name: None if step.sends is no_message else step.sends for name, step in kind.steps.items()}
    return tuple((call, tells[call.phase]) for call in calls)


def _main(kind: Kind, phase: str, skipped: Skipped) -> Iterator[PlannedCall]:
    start = phase
    while phase not in kind.ends:
        step = kind.steps[phase]
        if phase not in skipped and (phase == start or phase != kind.review):
            yield _planned(step, phase)
        phase = step.leads["ok"]


def _beside(kind: Kind, passed: set[str], skipped: Skipped) -> Iterator[PlannedCall]:
    for start in sorted(passed):
        for word, phase in kind.steps[start].leads.items():
            if word in _WORDS and phase not in kind.ends and phase not in passed | skipped:
                passed = passed | {phase}
                yield _planned(kind.steps[phase], phase, only_if=_WORDS[word])


def _planned(step: Step, phase: str, only_if: str = "") -> PlannedCall:
    api, looks = step.api, tuple(dict.fromkeys(each.operation for look in step.looks for each in look.reads))
    return PlannedCall(
        step.operation,
        phase,
        api.effect.value,
        step.ask,
        looks,
        only_if=only_if,
        unless=step.unless,
        irreversible=api.irreversible,
    )


# Why a call off the normal route is made. Other words lead to reads, or to another plan.
_WORDS = {
    "verified": "verified without being registered",
    "approved": "its display name was approved since",
    "deleting": "the directory takes its time",
}
