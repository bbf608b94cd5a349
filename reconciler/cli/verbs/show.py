"""`reconciler show`: a saved plan in any form, for people or tools."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.screen import columns
from reconciler.cli.terminal import here, say, worded
from reconciler.render.formats import FOR_EYES, FORMATS, Setting, parts
from reconciler.runs.files import plan as plan_file
from reconciler.runs.start import Start
from reconciler.runs.workspace import folder, now
from reconciler.runtime.gc_pause import paused

EPILOG = """\b
Examples:
  reconciler show plan.out
  reconciler show --json plan.out | conftest test -
  reconciler show --format code-quality plan.out > codequality.json
"""


@click.command("show", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path), metavar="PLANFILE")
@options.full
@options.as_document
@options.format(FORMATS)
@options.compat
@click.pass_context
def command(context: click.Context, file: Path, full: bool, as_json: bool, form: str | None, compat: str | None) -> int:
    """Show a saved plan, with numbers masked; --json prints it in full, in the shape that policies read."""
    start: Start = context.obj
    form = options.chosen_form(context, "json")
    with paused(once=True):
        with worded(compat):
            plan = plan_file.read(start.root / file, start.root)
        at = here() if form in FOR_EYES else now()
        setting = Setting(at, folder=folder(start.root, os.environ), full=full, width=columns(sys.stdout))
        for part in parts(form, plan, setting):
            say(part, paint=form in FOR_EYES)
    return 0
