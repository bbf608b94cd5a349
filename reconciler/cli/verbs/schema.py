"""`reconciler schema`: prints the JSON Schemas, for editors and other tools."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconciler.cli.terminal import say
from reconciler.config.files import leaves_root
from reconciler.errors import Problem, UsageError
from reconciler.runs.workspace import Workspace

OF_YAML = ("space", "template", "filled", "project", "scenario")
NAMES = (*OF_YAML, "plan", "saved-plan", "journal", "published-state", "check", "rehearsal")
EPILOG = """\b
Examples:
  reconciler schema space > .space.schema.json
  reconciler schema templates/shop.yaml > templates/shop.schema.json
"""


@click.command("schema", epilog=EPILOG)
@click.argument("name", metavar="NAME|TEMPLATE")
@click.pass_context
def command(context: click.Context, name: str) -> int:
    """Print a JSON Schema: of a space file, a template, a file that fills one, reconciler.yaml and a scenario (space,
    template, filled, project, scenario: draft-07, as editors read it); of a plan's JSON, a saved plan, a journal
    entry, published state, what `check` found, or a rehearsal's report (plan, saved-plan, journal, published-state,
    check, rehearsal: 2020-12).

    With the path of a template it is that of the files that fill it: an editor completes their values.
    """
    from reconciler.config.schema import source

    if name.endswith((".yaml", ".yml")):
        say(_of_users(Workspace(context.obj).root, name), paint=False)
        return 0
    if name not in NAMES:
        raise click.BadParameter(f"{name!r} is none of {', '.join(NAMES)}, and no template", context, param_hint="NAME")
    say(source(name).rstrip("\n"), paint=False)
    return 0


def _of_users(root: Path, name: str) -> str:
    from reconciler.config.schema import load_schema
    from reconciler.config.templates.schemas import schema_of_users
    from reconciler.config.templates.template import read_template

    if leaves_root(name):
        raise UsageError(
            Problem("file-outside", "name the template by its path below the project's folder", found=name)
        )
    return json.dumps(schema_of_users(load_schema("space"), read_template(root, root / name)), indent=1)
