"""`reconciler spaces`: the names of all spaces, or of those that a branch changed, also as a pipeline matrix; with
--status, who holds each of them and what waits there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options
from reconciler.cli.terminal import here, say
from reconciler.core.model import Project
from reconciler.core.review.affected_spaces import together
from reconciler.render.escape import escape
from reconciler.render.times import counted, moment
from reconciler.runs.planning import changed_since
from reconciler.runs.workspace import Workspace

if TYPE_CHECKING:
    from reconciler.runs.space_status import SpaceStatus

EPILOG = """\b
Examples:
  reconciler spaces --changed-since origin/main
  reconciler spaces --changed-since origin/main --json      a matrix for jobs
  reconciler spaces --status          who holds each space, and what waits
  reconciler spaces --status --json | jq -r '.[] | select(.held) | .space'
\b
In a workflow (a matrix must not be empty, so its job checks that first):
  if: ${{ fromJSON(needs.list.outputs.matrix).space[0] }}
  strategy: {matrix: "${{ fromJSON(needs.list.outputs.matrix) }}"}
  ... reconciler plan --space "$SPACE" --changed-since origin/main
"""


@click.command("spaces", epilog=EPILOG)
@options.changed_since
@options.option("--status", is_flag=True, help="Of each recorded space: who holds it, what waits, the last change.")
@options.option("--json", "as_json", is_flag=True, help="As a matrix: one object on one line; with --status a list.")
@options.workspace
def command(workspace: Workspace, since: str | None, status: bool, as_json: bool) -> int:
    """List the spaces, one name per line; with --changed-since those that were changed, removed or added.

    Spaces between which a number or contact moves are planned together: they are one entry of the matrix, with commas.
    Reads no state, except with --status, which reads nothing else.
    """
    if status:
        if since:
            raise click.UsageError("--status is of all that is recorded: leave --changed-since out.")
        return _tell_status(workspace, as_json)
    now = workspace.project
    before = (changed_since.before(workspace, since) or Project("", ())) if since else now
    names = changed_since.names(now, before) if since else {space.name for space in now.spaces}
    groups = [",".join(group) for group in together(before, now, names)]
    if as_json:
        say(json.dumps({"space": groups}, separators=(",", ":")), paint=False)
    elif groups:
        say("\n".join(name for group in groups for name in group.split(",")))
    return 0


def _tell_status(workspace: Workspace, as_json: bool) -> int:
    from reconciler.runs.space_status import space_status

    found = space_status(workspace)
    if as_json:
        say(json.dumps([_row(each) for each in found], indent=2), paint=False)
    else:
        say("\n".join(line for each in found for line in _lines(each)) or "Nothing is recorded.")
    return 0


def _lines(space: SpaceStatus) -> Iterator[str]:
    now, state = here(), space.state
    some = f"{space.waiting} of {counted(len(state.records), 'resource')}"
    waits = f"{some} {'waits' if space.waiting == 1 else 'wait'} for a person" if space.waiting else "nothing waits"
    changed = f"last changed {moment(state.changed_at, now)}" if state.changed_at else "nothing recorded yet"
    yield escape(f"{state.name}: {waits}; {changed}")
    if run := state.run:
        yield escape(f"  held by {run.who}@{run.host} since {moment(run.opened_at, now)} ({run.verb}, run {run.id})")
    if space.is_gone:
        yield "  That process is gone: the next run takes over."


def _row(space: SpaceStatus) -> dict[str, Any]:
    """held: null where nobody does."""
    state, run = space.state, space.state.run
    held = run and {
        "who": run.who,
        "host": run.host,
        "since": run.opened_at,
        "verb": run.verb,
        "run": run.id,
        "gone": space.is_gone,
    }
    told = {"recorded": len(state.records), "waiting": space.waiting, "changed_at": state.changed_at or None}
    return {"space": state.name, "space_id": state.space_id, **told, "held": held}
