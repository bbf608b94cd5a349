"""`reconciler validate`: every problem of every file, without network, state or credentials."""

from __future__ import annotations

import json

import click

from reconciler.cli import options
from reconciler.cli.start import Start
from reconciler.cli.terminal import complain, say
from reconciler.cli.workspace import Workspace
from reconciler.errors import ConfigError, Problem
from reconciler.render.times import counted

EPILOG = """\b
Examples:
  reconciler validate
  reconciler -C customers validate --json
"""


@click.command("validate", epilog=EPILOG)
@options.as_json
@click.pass_obj
def command(start: Start, as_json: bool) -> int:
    """Check the YAML: every problem at once, each with its place and how to mend it."""
    try:
        project = Workspace(start).project
    except ConfigError as error:
        if as_json:
            say(_document(error.problems))
            return error.exit_code
        raise
    if as_json:
        say(_document(()))
        return 0
    numbers = sum(len(space.resources) for space in project.spaces)
    say(f"Valid: {counted(len(project.spaces), 'space')}, {counted(numbers, 'resource')}.")
    if not project.spaces:
        complain("No space files were found: reconciler.yaml says where they are, spaces/*.yaml by default.")
    return 0


def _document(problems: tuple[Problem, ...]) -> str:
    from reconciler.render.events import diagnosis

    body = {"format_version": "1.0", "valid": not problems, "error_count": len(problems), "warning_count": 0}
    return json.dumps({**body, "diagnostics": [diagnosis(problem) for problem in problems]}, indent=2)
