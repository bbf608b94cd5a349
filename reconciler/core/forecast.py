"""What a plan will cost: messages, people, time. Read from the same tables and figures that set the pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.core.change import Change, Plan, PlannedCall
from reconciler.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Forecast:
    """messages: by channel, at most. people: (change, what is asked of whom). seconds: the least the pace allows."""

    messages: dict[str, int]
    people: tuple[tuple[Change, str], ...]
    seconds: float
    irreversible: tuple[tuple[Change, str], ...]


def forecast(plan: Plan, calls_per_second: int = 10) -> Forecast:
    return Forecast(
        dict(Counter(call.channel for _, call in messages(plan))),
        tuple(people(plan)),
        least_time(plan, calls_per_second),
        tuple((change, call.operation) for change in plan.changes for call in change.all_calls if call.irreversible),
    )


def messages(plan: Plan) -> Iterator[tuple[Change, PlannedCall]]:
    return ((change, call) for change in plan.changes for call in change.all_calls if call.channel)


def people(plan: Plan) -> Iterator[tuple[Change, str]]:
    """Nobody confirms what no message asked for."""
    for change in plan.changes:
        asked = change.requested_at or any(call.channel for call in change.calls)
        for call in change.calls:
            if not call.only_if and (call.ask == "code" or (call.ask == "confirmation" and asked)):
                yield change, call.ask


def least_time(plan: Plan, calls_per_second: int) -> float:
    """Seconds: the busiest operation at its pace; a first call waits for nothing. 0 calls a second means no pace."""
    counts: Counter[str] = Counter()
    for change in plan.changes:
        for call in change.all_calls:
            if not call.only_if:
                counts.update({call.operation, *call.looks} - _SHARED)
    if not (counts and calls_per_second):
        return 0.0
    return max((counts[name] - 1) / min(calls_per_second, OPERATIONS[name].calls_per_second) for name in counts)


# One answer serves a whole space for a run.
_SHARED = {"QueryChatappBindWaba"}
