"""Where a rehearsal differs from the plan's forecast, one line each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import Forecast
from reconciler.operations import OPERATIONS, Effect


def forecast_differences(
    plan: Plan,
    cost: Forecast,
    made: Mapping[str, int],
    sent: Mapping[str, int],
    waited_for: Mapping[str, str],
) -> Iterator[str]:
    """made: operation -> successful calls. sent: channel -> messages. waited_for: address -> code or confirmation."""
    yield from _messages(cost, sent)
    yield from _calls(plan, made)
    yield from _people(cost, waited_for)


def _messages(cost: Forecast, sent: Mapping[str, int]) -> Iterator[str]:
    for channel in sorted({*cost.messages, *sent}):
        expected, were = cost.messages.get(channel, 0), sent.get(channel, 0)
        if expected != were:
            yield f"messages by {channel}: at most {expected} in the forecast, {were} sent"


def _calls(plan: Plan, made: Mapping[str, int]) -> Iterator[str]:
    """Reads may be repeated at will, so only unplanned reads are reported."""
    calls = [call for change in plan.all_changes for call in change.all_calls]
    planned = Counter(call.operation for call in calls if not call.only_if)
    shown = {name for call in calls for name in (call.operation, *call.looks)}
    for name in sorted({*planned, *made}):
        were, reads = made.get(name, 0), OPERATIONS[name].effect is Effect.READ
        if name not in shown or (not reads and were != planned[name]):
            yield f"{name}: {planned[name]} in the plan, {were} made"


def _people(cost: Forecast, waited_for: Mapping[str, str]) -> Iterator[str]:
    expected = {change.address: ask for change, ask in cost.people}
    for address in sorted(expected.keys() - waited_for.keys()):
        yield f"{address}: the forecast asks for a person's {expected[address]}, and none was needed"
    for address in sorted(waited_for.keys() - expected.keys()):
        yield f"{address}: waits for a person's {waited_for[address]}, which the forecast does not name"
