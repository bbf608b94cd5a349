"""`reconciler show`: a saved plan, for people or for tools."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconciler.cli import options, plan_file
from reconciler.cli.start import Start
from reconciler.cli.terminal import say
from reconciler.cli.workspace import now
from reconciler.render.plan_json import plan_json
from reconciler.render.plan_text import plan_text

EPILOG = """\b
Examples:
  reconciler show plan.json
  reconciler show --json plan.json | conftest test -
"""


@click.command("show", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path), metavar="PLANFILE")
@options.as_json
@click.pass_obj
def command(start: Start, file: Path, as_json: bool) -> int:
    """Show a saved plan, with numbers masked; --json prints it whole, in the shape that policies read."""
    plan = plan_file.read(start.root / file, start.root)
    say(json.dumps(plan_json(plan, now()), indent=2) if as_json else plan_text(plan, now()))
    return 0
