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
  reconciler show --outcome plan.jsonl --format markdown    why there is none
"""


@click.command("show", epilog=EPILOG)
@click.argument("file", type=options.FILE, metavar="PLANFILE", required=False)
@options.option(
    "--outcome",
    type=options.FILE,
    metavar="FILE",
    help="In place of PLANFILE: what `plan --json-into FILE` wrote where it made no plan.",
)
@options.full
@options.as_document
@options.format(FORMATS)
@options.compat
@click.pass_context
def command(
    context: click.Context,
    file: Path | None,
    outcome: Path | None,
    full: bool,
    as_json: bool,
    form: str | None,
    compat: str | None,
) -> int:
    """Show a saved plan, with numbers masked; --json prints it in full, in the shape that policies read."""
    start: Start = context.obj
    form = options.chosen_form(context, "json")
    if outcome and not file:
        return _failed(start.root, start.root / outcome, form)
    if outcome or not file:
        raise click.UsageError("Give one of PLANFILE and --outcome FILE.")
    with paused(once=True):
        with worded(compat):
            plan = plan_file.read(start.root / file, start.root)
        at = here() if form in FOR_EYES else now()
        setting = Setting(at, folder=folder(start.root, os.environ), full=full, width=columns(sys.stdout))
        for part in parts(form, plan, setting):
            say(part, paint=form in FOR_EYES)
    return 0


def _failed(root: Path, path: Path, form: str) -> int:
    """Why there is no plan, in the forms that have one for it."""
    from reconciler.render.formats import FAILURES
    from reconciler.runs.files import plan_stream

    if form not in FAILURES:
        raise click.UsageError(f"--outcome has no form {form}: {', '.join(FAILURES)}.")
    say(FAILURES[form](plan_stream.why_no_plan(path), folder(root, os.environ)), paint=form in FOR_EYES)
    return 0
