"""`reconciler diff`: what one set of space files declares that another does not; no network, state or credentials."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.core.model import Project
from reconciler.errors import Problem, UsageError
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler diff staging production
  reconciler diff staging production --format markdown
  reconciler diff 'old/*.yaml' 'new/*.yaml' --identities
"""


@click.command("diff", epilog=EPILOG)
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@options.option("--identities", is_flag=True, help="Also compare space ids and phone numbers.")
@options.option("--exit-code", is_flag=True, help="Exit 1 when there are differences.")
@options.as_document
@options.format(("text", "markdown", "json"))
@click.pass_context
def command(
    context: click.Context,
    left: str,
    right: str,
    identities: bool,
    exit_code: bool,
    as_json: bool,
    form: str | None,
) -> int:
    """Print what A declares that B does not, what B declares that A does not, and what they declare differently.

    A and B are environments of reconciler.yaml, or folders, files or patterns below the project's folder. Spaces are
    compared by name and resources by address, after templates are filled in: order, comments and layout do not count.
    Two environments never share a space id or a phone number, so these are compared only with --identities.
    """
    from reconciler.core.review.promotion import what_differs
    from reconciler.render.documents.promotion import FORMS

    form = options.chosen_form(context, "json")
    workspace = Workspace(context.obj)
    found = what_differs(_declared(workspace, left), _declared(workspace, right), identities)
    say(FORMS[form](found, left, right), paint=form == "text")
    return 1 if exit_code and found else 0


def _declared(workspace: Workspace, named: str) -> Project:
    """The spaces of an environment, of a folder, or of the files that match a pattern. Raises ConfigError."""
    from reconciler.config.project import load_project
    from reconciler.config.settings import read_settings

    if named in read_settings(workspace.root)[0].environments:
        return load_project(workspace.root, environment=named)
    return _in_files(workspace.root, named)


def _in_files(root: Path, named: str) -> Project:
    from reconciler.config.files import DEFAULT
    from reconciler.config.project import load_files
    from reconciler.errors import Place

    if not named.strip():
        raise UsageError(Problem("file-missing", "the name of a folder or a file is empty"))
    endings = [Path(pattern).name for pattern in DEFAULT]
    inside = [f"{named}/{ending}" for ending in endings if any((root / named).glob(ending))]
    patterns = (inside or [named]) if (root / named).is_dir() else [named]
    return load_files(root, [(pattern, Place(named)) for pattern in patterns])
