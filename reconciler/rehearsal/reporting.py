"""Compares a rehearsal's ledger with the plan's forecast. Numbers are masked here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.core.model import Limits
from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import forecast
from reconciler.core.rehearsal.differences import forecast_differences
from reconciler.core.rehearsal.report import Guard, Pause, RefusedCall, Report, Unfinished
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS
from reconciler.rehearsal.people import People
from reconciler.render import mask
from reconciler.render.times import span
from reconciler.sandbox.people.visitor import Visitor

_ALREADY = {(step.operation, code) for kind in KINDS.values() for step in kind.steps.values() for code in step.already}


class CallLedger:
    """What reached the sandbox.

    calls, messages, violations: from the sandbox. seconds: the least time of the calls at the rate. waited: seconds
    until daily limits allowed the rest. pace: calls a second of each operation, 0 for no limit.
    """

    def __init__(self, pace: int) -> None:
        self._pace = pace
        self.calls: list[dict[str, str]] = []
        self.messages: list[dict[str, Any]] = []
        self.violations: list[dict[str, str]] = []
        self.seconds = self.waited = 0.0

    def turn(self, visitor: Visitor) -> None:
        """After each run: its calls came without a pause, and people act before the next one."""
        ledger = visitor.ledger()
        self.seconds += self._least(row["operation"] for row in ledger["calls"][len(self.calls) :])
        self.calls, self.violations = ledger["calls"], ledger["violations"]

    def wait(self, seconds: float) -> None:
        """Adds waited seconds."""
        self.waited += seconds

    def close(self, visitor: Visitor) -> None:
        """Reads the messages, without their codes."""
        kept = ("to", "channel", "operation", "at")
        self.messages = [{name: message[name] for name in kept} for message in visitor.inbox()]

    def _least(self, operations: Iterable[str]) -> float:
        if not self._pace:
            return 0.0
        counts = Counter(operations).items()
        return max(((n - 1) / min(self._pace, OPERATIONS[name].calls_per_second) for name, n in counts), default=0.0)


def report(
    plan: Plan,
    digest: str,
    limits: Limits,
    guards: Sequence[Problem],
    ledger: CallLedger,
    people: People,
    outcomes: Sequence[Outcome],
    world: str = "",
) -> Report:
    """The report of a rehearsal."""
    cost = forecast(plan, limits.calls_per_second)
    made = Counter(row["operation"] for row in ledger.calls if row["result"] == "OK")
    sent = Counter(message["channel"] for message in ledger.messages)
    waits = {a: challenge.kind for a, challenge in people.pauses.items() if challenge.kind != "time"}
    return Report(
        digest=digest,
        from_plan=plan.basis is not None,
        calls=dict(sorted(Counter(row["operation"] for row in ledger.calls).items())),
        messages=dict(sorted(sent.items())),
        expected_messages=dict(sorted(cost.messages.items())),
        seconds=ledger.seconds,
        expected_seconds=cost.seconds,
        waited=ledger.waited,
        guards=tuple(Guard(problem.code, mask.text(problem.what)) for problem in guards),
        refusals=tuple(
            RefusedCall(row["operation"], mask.target(row["to"]), row["result"])
            for row in ledger.calls
            if _is_refused(row)
        ),
        pauses=tuple(
            Pause(each.address, mask.target(each.number), each.kind, each.channel, each.parked)
            for each in people.pauses.values()
        ),
        unfinished=tuple(_unfinished(outcome) for outcome in outcomes if outcome.result != "done"),
        broken=tuple(violation(row) for row in ledger.violations),
        differences=(*forecast_differences(plan, cost, made, sent, waits), *_time(cost.seconds, ledger)),
        changes=len(outcomes),
        done=sum(outcome.result == "done" for outcome in outcomes),
        world=world,
    )


def _time(expected: float, ledger: CallLedger) -> list[str]:
    said, was = span(expected), span(ledger.seconds)
    lines = [] if said == was else [f"takes: {said} in the forecast, {was} here"]
    return lines + ([f"daily limits: {span(ledger.waited)} more until all could continue"] if ledger.waited else [])


def _is_refused(row: dict[str, str]) -> bool:
    """Not if the refusal means that the result is already there."""
    return row["result"] != "OK" and (row["operation"], row["result"]) not in _ALREADY


def violation(row: Mapping[str, str]) -> str:
    """A broken promise, as the sandbox's ledger has it, in one line."""
    return f"{row['invariant']}: {row['what']} ({mask.target(row['about'])})"


def _unfinished(outcome: Outcome) -> Unfinished:
    problem = outcome.problem
    said = (problem.code, mask.text(problem.what)) if problem else ("", "")
    return Unfinished(outcome.address, outcome.result, *said)
