"""`reconciler schema`: the JSON Schemas, as editors and other checkers want them."""

from __future__ import annotations

import click

from reconciler.cli.terminal import say

NAMES = ("space", "project", "plan", "journal")
EPILOG = """\b
Examples:
  reconciler schema space > .space.schema.json
"""


@click.command("schema", epilog=EPILOG)
@click.argument("name", type=click.Choice(NAMES))
def command(name: str) -> int:
    """Print the JSON Schema (draft-07) of a space file, of reconciler.yaml, of a saved plan or of a journal entry."""
    from reconciler.config.schema import source

    say(source(name).rstrip("\n"))
    return 0
