"""`reconciler plan check`: whether a saved plan is still what would be done. For merge queues; it only reads."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.reviewed import from_file
from reconciler.cli.start import Start
from reconciler.cli.terminal import say
from reconciler.cli.workspace import Workspace
from reconciler.render.times import counted

EPILOG = """\b
Examples:
  reconciler plan check plan.json          exits 0, or 5 when it is stale
"""


@click.command("check", epilog=EPILOG)
@click.argument("planfile", type=click.Path(path_type=Path), metavar="PLANFILE")
@options.state
@options.endpoint
@click.pass_obj
def command(start: Start, planfile: Path, state: str | None, endpoint: str | None) -> int:
    """Say whether PLANFILE is still what would be done: exit 0, or 5 with every record that was changed since.

    What was done of this very plan, and codes typed meanwhile, leave it as it is. Nothing is written.
    """
    reviewed, left = from_file(Workspace(start, state, endpoint), start.root / planfile)
    changes, rest = (sum(1 for _ in plan.changes) for plan in (reviewed, left))
    say(f"Still what would be done: {rest} of {counted(changes, 'change')} left.")
    return 0
