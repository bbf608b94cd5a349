"""Drift: what `plan --refresh` finds, and what `apply --refresh-only` records of it. Only the latter appends."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.core.review.accept import Drift, Refreshed, acceptance
from reconciler.core.review.checked import NOT_AS_RECORDED
from reconciler.runs.find_record import records_of
from reconciler.runs.lease import leased
from reconciler.runs.planning import stand_in
from reconciler.runs.readings.check import Watching, check_records, spaces_to_list
from reconciler.runs.workspace import Workspace


def refreshed(workspace: Workspace, only: Sequence[str], watch: Watching, alone: bool = False) -> Refreshed:
    """Compares every record of these spaces, or of all, and looks for what is not recorded. Raises UsageError for an
    unknown name, and Stale where published state is used instead of recorded state."""
    stand_in.refuse(workspace)
    chosen = records_of(workspace.chosen(only, declared=True))
    report = check_records(workspace, chosen, watch, spaces_to_list(workspace, only))
    by_address = {each.address: each for each in chosen}
    drifts = [
        Drift(*(was := by_address[each.address]), each, acceptance(was.record, each))
        for each in report.of(*NOT_AS_RECORDED)
    ]
    return Refreshed(report, tuple(drifts), alone)


def accept(workspace: Workspace, drifts: Sequence[Drift], lock_wait: float) -> tuple[list[Drift], list[Drift]]:
    """Records what was found. Returns what was recorded, and what has changed since it was compared.

    lock_wait: seconds for the leases.
    """
    spaces = {each.state.space_id: each.state.name for each in drifts}
    written: list[Drift] = []
    account = workspace.settings.account
    leases = leased(workspace, "refresh", spaces, workspace.identity, lock_wait, account=account)
    with leases as (journals, results):
        for each in drifts:
            journal = journals[each.state.space_id]
            now = journal.record(each.record.id)
            if each.entry and now == each.record:
                journal.append(each.entry)
                written.append(each)
        for space_id in spaces:
            results[space_id] = {"accepted": sum(each.state.space_id == space_id for each in written)}
    return written, [each for each in drifts if each not in written]
