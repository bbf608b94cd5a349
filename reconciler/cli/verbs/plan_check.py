"""`reconciler plan check`: whether a saved plan is still current. For merge queues; it only reads."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.consent import words_that_allow
from reconciler.cli.terminal import say
from reconciler.core.consent import Consent
from reconciler.render.times import counted
from reconciler.runs.planning.guards import PASSING, check_guards
from reconciler.runs.planning.reviewed import from_file
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler plan check plan.out    exits 0; 5 if stale; 6 if a guard refuses
"""


@click.command("check", epilog=EPILOG)
@click.argument("planfile", type=options.FILE, metavar="PLANFILE")
@words_that_allow
@options.workspace_and_cloud
def command(workspace: Workspace, planfile: Path, consent: Consent) -> int:
    """Check whether PLANFILE can still be applied: exit 0, or 5 with every record that has changed since, or 6 with
    the refusals of guards.

    Steps of this plan that are done, and codes typed meanwhile, do not make it stale. Nothing is written.
    """
    reviewed, left = from_file(workspace, workspace.root / planfile)
    changes, rest = (len(plan.changes) for plan in (reviewed, left))
    say(f"Still what would be done: {rest} of {counted(changes, 'change')} left.")
    check_guards(workspace, left, consent, PASSING)
    return 0
