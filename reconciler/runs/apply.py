"""Applies a plan in one run: takes the leases, checks the plan once more, makes the calls, returns the outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec.structs import replace

from reconciler.core.consent import Consent
from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Change, Plan
from reconciler.executor.apply import apply
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.operations import OPERATIONS, Product
from reconciler.runs.planning.checks import check_fresh
from reconciler.runs.planning.reviewed import left
from reconciler.runs.session import run, tallied
from reconciler.runs.workspace import Workspace


class ShownProgress(Protocol):
    """Shows the progress of an apply."""

    def tell(self, event: str, address: str, detail: str) -> None: ...

    def shown(self) -> AbstractContextManager[None]:
        """While calls may be made."""


def applied(
    workspace: Workspace, reviewed: Plan, plan: Plan, lock_wait: float, consent: Consent, progress: ShownProgress
) -> tuple[bool, list[Outcome], list[Exception]]:
    """Applies a plan. Returns whether it was interrupted, the outcomes, and bugs.

    plan: what is left of the reviewed one. lock_wait: seconds. Raises Stale, Locked, StateError and CloudError before
        any call.
    """
    if not plan.all_changes:
        return False, [], []
    session = run(
        workspace,
        "apply",
        plan.touched,
        workspace.project.limits,
        products(plan),
        lock_wait,
        reviewed.digest,
        consent,
        progress.tell,
    )
    with session as (journals, hands, results):
        # Somebody else may have applied something between the plan and the lease.
        held = {id: journal.state for id, journal in journals.items()}
        check_fresh(workspace, reviewed, {**workspace.recorded, **held})
        with progress.shown():
            outcomes = apply(plan, journals, hands)
        for space in plan.spaces:
            mine = {change.address for change in space.changes}
            results[space.space_id] = tallied([outcome for outcome in outcomes if outcome.address in mine])
        return hands.stop.interrupted, outcomes, hands.bugs


def after_answers(
    workspace: Workspace,
    reviewed: Plan,
    outcomes: Sequence[Outcome],
    answered: Sequence[Outcome],
    apply_rest: Callable[[Plan], tuple[bool, list[Outcome], list[Exception]]],
) -> tuple[bool, list[Outcome], list[Exception]]:
    """Lets what was replaced or has moved leave, as far as the answers let its successor arrive.

    outcomes, answered: before and after people were asked.
    """
    arrived = {now.address for was, now in zip(outcomes, answered, strict=True) if was.result != now.result == "done"}
    if not arrived or not any(change.removal and change.removal.after for change in reviewed.changes):
        return False, list(answered), []
    rest = _leaving(left(workspace, reviewed))
    interrupted, later, bugs = apply_rest(rest)
    found = {each.address: each for each in later}
    return interrupted, [_joined(each, found) for each in answered], bugs


def _leaving(plan: Plan) -> Plan:
    spaces = [
        replace(space, changes=tuple(c for c in space.changes if c.removal and c.removal.after and not c.new_first))
        for space in plan.spaces
    ]
    return replace(plan, spaces=tuple(spaces))


def _joined(first: Outcome, later: Mapping[str, Outcome]) -> Outcome:
    """A replacement's two halves are one outcome."""
    waited = first.result == "not_started" or (first.result == "done" and first.action == "replace")
    if not waited or (then := later.get(first.address)) is None:
        return first
    return replace(then, action=first.action, counts=first.counts + then.counts)


def products(plan: Plan) -> tuple[Product, ...]:
    """The products that a plan calls."""
    return tuple(sorted({OPERATIONS[name].product for change in plan.all_changes for name in _operations(change)}))


def _operations(change: Change) -> list[str]:
    """Those that it calls; of an import, which calls nothing that changes anything, the reads."""
    if change.action == "import":
        return [look.operation for look in KINDS[change.kind].steps[START].before]
    return [call.operation for call in change.all_calls]
