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
  reconciler diff environments/staging environments/production
  reconciler diff 'old/*.yaml' 'new/*.yaml' --identities
  reconciler diff environments/staging environments/production --format markdown
"""


@click.command("diff", epilog=EPILOG)
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@options.option("--identities", is_flag=True, help="Compare space ids and phone numbers, too.")
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

    A and B are folders, files or patterns below the project's folder. Spaces are compared by name and resources by
    address, once templates are filled in: order, comments and layout do not count. Two environments never share a
    space id or a phone number, so these are compared only with --identities.
    """
    from reconciler.core.review.promotion import what_differs
    from reconciler.render.documents.promotion import FORMS

    form = options.chosen_form(context, "json")
    root = Workspace(context.obj).root
    found = what_differs(_declared(root, left), _declared(root, right), identities)
    say(FORMS[form](found, left, right), paint=form == "text")
    return 1 if exit_code and found else 0


def _declared(root: Path, named: str) -> Project:
    """What stands in a folder, or in the files of a pattern. Raises ConfigError where it has problems."""
    from reconciler.config.files import DEFAULT
    from reconciler.config.project import load_files
    from reconciler.errors import Place

    if not named.strip():
        raise UsageError(Problem("file-missing", "the name of a folder or a file is empty"))
    endings = [Path(pattern).name for pattern in DEFAULT]
    inside = [f"{named}/{ending}" for ending in endings if any((root / named).glob(ending))]
    patterns = (inside or [named]) if (root / named).is_dir() else [named]
    return load_files(root, [(pattern, Place(named)) for pattern in patterns])
