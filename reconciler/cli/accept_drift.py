"""`reconciler apply --refresh-only`: records what was changed outside, after a person has approved it. It reads the
cloud, and changes nothing there."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from reconciler.cli.approval import approve
from reconciler.cli.reading_progress import reading_progress
from reconciler.cli.screen import columns
from reconciler.cli.terminal import say
from reconciler.core.outcome import exit_code
from reconciler.core.review.accept import Drift
from reconciler.errors import Problem
from reconciler.render.documents.check import check_document
from reconciler.render.escape import escape
from reconciler.render.text import problems
from reconciler.render.text.readings.drift import drift_lines
from reconciler.render.times import counted
from reconciler.runs.readings.refresh import accept, refreshed
from reconciler.runs.workspace import Workspace


def accept_drift(
    workspace: Workspace, only: Sequence[str], person: bool, auto_approve: bool, lock_wait: float, as_json: bool
) -> int:
    """person: whether somebody can be asked. lock_wait: seconds. Returns the exit code: 1 if something was unread or
    changed meanwhile."""
    with reading_progress() as watch:
        found = refreshed(workspace, only, watch, alone=True)
    due = [each for each in found.drifts if each.entry]
    if not as_json:
        say("\n".join(drift_lines(found, workspace.again, columns(sys.stdout), settles=False)))
    if due and not auto_approve:
        approve(person, lambda: ("", f"Record {counted(len(due), 'finding')} in the state? Nothing is called."))
    written, late = accept(workspace, due, lock_wait) if due else ([], [])
    if as_json:
        addresses = [each.found.address for each in written]
        say(json.dumps({**check_document(found.report), "accepted": addresses}, indent=2), paint=False)
    else:
        say(_said(written, late, len(found.drifts) - len(due)))
    unread = bool(late or found.report.tally["unknown"])
    return exit_code({"failed" if unread else "done"})


def _said(written: Sequence[Drift], late: Sequence[Drift], others: int) -> str:
    """The last line, after a problem for each record that another run has changed meanwhile."""
    lines = [problems.problem(_changed(each)) for each in late]
    rest = f", {others} left for a run or a person" if others else ""
    return "\n".join([*lines, f"Refresh complete! {counted(len(written), 'record')} changed{rest}."])


def _changed(drift: Drift) -> Problem:
    what = "it was changed by another run while the cloud was read; nothing was recorded of it"
    return Problem("changed-while-read", what, address=escape(drift.found.address))
