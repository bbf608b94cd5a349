"""`reconciler validate`: every problem of every file, without network, state or credentials."""

from __future__ import annotations

import json

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.cli.workspace import Workspace
from reconciler.errors import ConfigError, Problem, ReconcilerError, StateError, UsageError
from reconciler.render.times import counted

# What is read by a tool is there also when there is nothing to say.
DOCUMENTS = ("json", "code-quality")
EPILOG = """\b
Examples:
  reconciler validate
  reconciler -C customers validate --json
  reconciler validate --format github      annotations at the lines they are about
"""


@click.command("validate", epilog=EPILOG)
@options.as_document
@options.format(("text", "json", "github", "code-quality"))
@click.pass_context
def command(context: click.Context, as_json: bool, form: str | None) -> int:
    """Check the YAML: every problem at once, each with its place and how to mend it."""
    form = options.chosen_form(context, "json")
    workspace = Workspace(context.obj)
    try:
        _check(workspace)
    except ReconcilerError as error:
        if form == "text" or isinstance(error, UsageError):
            raise
        say(_shown(form, error.problems, workspace.folder), paint=False)
        return error.exit_code
    if form in DOCUMENTS:
        say(_shown(form, (), workspace.folder), paint=False)
        return 0
    spaces = workspace.project.spaces
    numbers = sum(len(space.resources) for space in spaces)
    say(f"Valid: {counted(len(spaces), 'space')}, {counted(numbers, 'resource')}.")
    return 0


def _check(workspace: Workspace) -> None:
    """The YAML; and that no file of the repository, which is no YAML, would have every apply refused."""
    problems: list[Problem] = []
    for look in (lambda: workspace.project, lambda: workspace.emergency.waiting()):
        try:
            look()
        except (ConfigError, StateError) as error:
            problems += error.problems
    if problems:
        raise ConfigError.of(problems)


def _shown(form: str, problems: tuple[Problem, ...], folder: str) -> str:
    if form == "json":
        return _document(problems)
    from reconciler.render.formats import PROBLEMS

    return PROBLEMS[form](problems, folder)


def _document(problems: tuple[Problem, ...]) -> str:
    from reconciler.render.events import diagnosis

    body = {"format_version": "1.0", "valid": not problems, "error_count": len(problems), "warning_count": 0}
    return json.dumps({**body, "diagnostics": [diagnosis(problem) for problem in problems]}, indent=2)
