"""`reconciler validate`: all problems of all files, without network, state or credentials."""

from __future__ import annotations

import json
import os
import sys

import click

from reconciler.cli import options
from reconciler.cli.screen import is_own
from reconciler.cli.terminal import complain, say
from reconciler.errors import ConfigError, Problem, StateError
from reconciler.render.times import counted
from reconciler.runs.workspace import Workspace

Problems = tuple[Problem, ...]
# What is read by a tool is there also when there is nothing to say.
DOCUMENTS = ("json", "code-quality")
EPILOG = """\b
Examples:
  reconciler validate
  reconciler -C customers validate --json
  reconciler validate --format github      annotations with file and line
"""


@click.command("validate", epilog=EPILOG)
@options.as_document
@options.format(("text", "json", "github", "code-quality"))
@options.environment
@click.pass_context
def command(context: click.Context, as_json: bool, form: str | None, environment: str | None) -> int:
    """Check the YAML: every problem at once, each with file, line, column and a hint.

    All environments are checked; --environment chooses whose spaces are counted.
    """
    form = options.chosen_form(context, "json")
    workspace = Workspace(context.obj, environment=environment)
    problems, warnings = _found(workspace)
    if form in DOCUMENTS or (form != "text" and (problems or warnings)):
        say(_shown(form, problems, warnings, workspace.folder), paint=False)
    elif warnings:
        from reconciler.render.text.problems import problems as text_of

        complain(text_of(warnings, "warning", own=is_own(sys.stderr, os.environ)))
    if problems and form == "text":
        raise ConfigError(*problems)
    if problems or form in DOCUMENTS:
        return ConfigError.exit_code if problems else 0
    spaces = workspace.project.spaces
    numbers = sum(len(space.resources) for space in spaces)
    say(f"Valid: {counted(len(spaces), 'space')}, {counted(numbers, 'resource')}.")
    return 0


def _found(workspace: Workspace) -> tuple[Problems, Problems]:
    """Problems and warnings of the YAML; and a file of the repository, which is no YAML, for which every apply would
    be refused."""
    problems: list[Problem] = []
    warnings: Problems = ()
    try:
        warnings = workspace.project.warnings
    except ConfigError as error:
        problems, warnings = list(error.problems), error.warnings
    try:
        for each in workspace.emergencies:
            each.waiting()
    except (ConfigError, StateError) as error:
        problems += error.problems
    return tuple(problems), warnings


def _shown(form: str, problems: Problems, warnings: Problems, folder: str) -> str:
    if form == "json":
        return _document(problems, warnings)
    from reconciler.render.formats import PROBLEMS

    return PROBLEMS[form](problems, folder, warnings)


def _document(problems: Problems, warnings: Problems) -> str:
    from reconciler.render.documents.events import diagnosis

    counts = {"error_count": len(problems), "warning_count": len(warnings)}
    told = [*map(diagnosis, problems), *(diagnosis(each, "warning") for each in warnings)]
    return json.dumps({"format_version": "1.0", "valid": not problems, **counts, "diagnostics": told}, indent=2)
