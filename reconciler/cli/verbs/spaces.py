"""`reconciler spaces`: the names of the spaces, or of those that a branch changed, also as a matrix for a pipeline."""

from __future__ import annotations

import json

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.core.model import Project
from reconciler.core.review.affected_spaces import together
from reconciler.runs.planning import changed_since
from reconciler.runs.start import Start
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler spaces --changed-since origin/main
  reconciler spaces --changed-since origin/main --json      {"space": ["acme", "globex,initech"]}
\b
In a workflow (a matrix must not be empty, so its job checks that first):
  if: ${{ fromJSON(needs.list.outputs.matrix).space[0] }}
  strategy: {matrix: "${{ fromJSON(needs.list.outputs.matrix) }}"}
  ... reconciler plan --space "$SPACE" --changed-since origin/main
"""


@click.command("spaces", epilog=EPILOG)
@options.changed_since
@options.option("--json", "as_json", is_flag=True, help="As a matrix: one object on one line.")
@click.pass_obj
def command(start: Start, since: str | None, as_json: bool) -> int:
    """List the spaces, one name per line; with --changed-since those that were changed, removed or added.

    Spaces between which a number or contact moves are planned together: they are one entry of the matrix, with commas.
    Reads no state.
    """
    workspace = Workspace(start)
    now = workspace.project
    before = (changed_since.before(workspace, since) or Project("", ())) if since else now
    names = changed_since.names(now, before) if since else {space.name for space in now.spaces}
    groups = [",".join(group) for group in together(before, now, names)]
    if as_json:
        say(json.dumps({"space": groups}, separators=(",", ":")))
    elif groups:
        say("\n".join(name for group in groups for name in group.split(",")))
    return 0
