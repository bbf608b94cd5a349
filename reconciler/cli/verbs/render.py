"""`reconciler render`: each space as its file would be without a template; no network, state or credentials."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from reconciler.cli import completion, options
from reconciler.cli.terminal import say
from reconciler.errors import ConfigError, Problem, UsageError
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler render
  reconciler render acme > spaces/acme.yaml      to do without the template
  reconciler render --json | jq '.spaces[].space'
"""


@click.command("render", epilog=EPILOG)
@click.argument("names", metavar="[SPACE]...", nargs=-1, shell_complete=completion.spaces)
@options.as_document
@options.environment
@click.pass_context
def command(context: click.Context, names: Sequence[str], as_json: bool, environment: str | None) -> int:
    """Print each space as its file would be without a template, as YAML; of all, or of those that are named.

    Without --environment those of all environments are printed.
    What can be filled in is printed also where something is wrong with it; then the problems follow, and the exit
    code is 1.
    """
    from reconciler.config.project import rendered

    workspace, problems = Workspace(context.obj, environment=environment), tuple[Problem, ...]()
    try:
        workspace.project  # noqa: B018 - what is wrong with it
    except ConfigError as error:
        problems = error.problems
    spaces = rendered(workspace.root, environment)
    known = [block.get("space") for _, block in spaces]
    if unknown := [name for name in names if name not in known]:
        what = "no space of this name is declared"
        raise UsageError(*(Problem("unknown-space", what, found=each) for each in unknown))
    chosen = [(file, block) for file, block in spaces if not names or block.get("space") in names]
    document = {"spaces": [{"file": file, **block} for file, block in chosen]}
    say(json.dumps(document, indent=2) if as_json else _documents(chosen), paint=False)
    if problems:
        raise ConfigError(*problems)
    return 0


def _documents(spaces: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """Several are several YAML documents, each with the file that it comes from."""
    from reconciler.config.formatting.quotes import yaml_text
    from reconciler.render.escape import escape

    return "---\n".join(f"# {escape(file)}\n{yaml_text(block)}" for file, block in spaces).rstrip("\n")
