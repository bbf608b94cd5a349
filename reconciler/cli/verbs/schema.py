"""`reconciler schema`: prints the JSON Schemas, for editors and other tools."""

from __future__ import annotations

import click

from reconciler.cli.terminal import say

NAMES = ("space", "project", "plan", "saved-plan", "journal", "published-state", "rehearsal")
EPILOG = """\b
Examples:
  reconciler schema space > .space.schema.json
"""


@click.command("schema", epilog=EPILOG)
@click.argument("name", type=click.Choice(NAMES))
def command(name: str) -> int:
    """Print a JSON Schema: of a space file and of reconciler.yaml (draft-07, as editors read it), of a plan's JSON, a
    saved plan, a journal entry, published state or a rehearsal's report (2020-12).
    """
    from reconciler.config.schema import source

    say(source(name).rstrip("\n"), paint=False)
    return 0
