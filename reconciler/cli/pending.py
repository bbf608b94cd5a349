"""`reconciler pending`: everything that waits for a human, read from the record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from reconciler.cli import options
from reconciler.cli.start import Start
from reconciler.cli.terminal import say
from reconciler.cli.workspace import Workspace, now
from reconciler.core.decide import challenge
from reconciler.core.outcome import Challenge
from reconciler.kinds import KINDS
from reconciler.render.escape import escape
from reconciler.render.events import challenge as as_dict
from reconciler.render.outcome_text import command as to_go_on
from reconciler.render.outcome_text import waits_for

EPILOG = """\b
Examples:
  reconciler pending
  reconciler pending --json | jq -r '.[] | select(.in_doubt) | .address'
"""


@click.command("pending", epilog=EPILOG)
@options.spaces
@options.option("--json", "as_json", is_flag=True, help="A JSON list, with whole numbers.")
@options.state
@click.pass_obj
def command(start: Start, only: Sequence[str], as_json: bool, state: str | None) -> int:
    """List what waits for a human: which code, sent when and how, and the command that takes it."""
    workspace = Workspace(start, state)
    waiting = sorted(_waiting(workspace, only), key=lambda challenge: challenge.address)
    if as_json:
        say(json.dumps([as_dict(waits, whole=True) for waits in waiting], indent=2))
    elif not waiting:
        say("Nothing waits for a human.")
    else:
        say("\n".join(f"{escape(w.address)}: {waits_for(w, now())}\n  {to_go_on(w, workspace.again)}" for w in waiting))
    return 0


def _waiting(workspace: Workspace, only: Sequence[str]) -> Iterator[Challenge]:
    for state in workspace.chosen(only):
        for record in state.records.values():
            kind = KINDS[record.kind]
            if record.phase not in kind.ends and kind.steps[record.phase].ask in ("code", "confirmation"):
                yield challenge(kind, record, f"{state.name}/{record.address}")
