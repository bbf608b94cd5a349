"""`reconciler pending`: everything that waits for a human, read from the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

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
from reconciler.render.outcome_text import Again, waits_for
from reconciler.render.outcome_text import command as to_go_on

EPILOG = """\b
Examples:
  reconciler pending
  reconciler pending --older-than 2d                what a scheduled job reminds people of
  reconciler pending --json | jq -r '.[] | select(.in_doubt) | .address'
"""


@click.command("pending", epilog=EPILOG)
@options.spaces
@options.option(
    "--older-than",
    type=options.Duration(),
    metavar="DURATION",
    default=0.0,
    help="Only what has waited longer, such as 2d or 12h.",
)
@options.option("--json", "as_json", is_flag=True, help="A JSON list, with whole numbers.")
@options.format(("text", "json", "markdown"))
@options.state
@click.pass_obj
def command(
    start: Start, only: Sequence[str], older_than: float, as_json: bool, form: str | None, state: str | None
) -> int:
    """List what waits for a human: which code, sent when and how, and the command that takes it."""
    workspace = Workspace(start, state)
    waits = waiting(workspace, only, older_than)
    say(FORMATS[form or ("json" if as_json else "text")](waits, workspace.again))
    return 0


def waiting(workspace: Workspace, only: Sequence[str], older_than: float = 0.0) -> list[Challenge]:
    """By address. older_than: seconds since the last message, or since the record last changed where none was sent."""
    found = _waiting(workspace, only, datetime.fromisoformat(now()).timestamp() - older_than)
    return sorted(found, key=lambda challenge: challenge.address)


def _waiting(workspace: Workspace, only: Sequence[str], until: float) -> Iterator[Challenge]:
    for state in workspace.chosen(only):
        for record in state.records.values():
            kind = KINDS[record.kind]
            asks = record.phase not in kind.ends and kind.steps[record.phase].ask in ("code", "confirmation")
            since = record.requested_at or record.changed_at
            if asks and (not since or datetime.fromisoformat(since).timestamp() <= until):
                yield challenge(kind, record, f"{state.name}/{record.address}")


def _text(waits: Sequence[Challenge], again: Again) -> str:
    lines = [f"{escape(each.address)}: {waits_for(each, now())}\n  {to_go_on(each, again)}" for each in waits]
    return "\n".join(lines) or "Nothing waits for a human."


def _json(waits: Sequence[Challenge], again: Again) -> str:
    return json.dumps([as_dict(each, whole=True) for each in waits], indent=2)


def _markdown(waits: Sequence[Challenge], again: Again) -> str:
    from reconciler.render.markdown import pending_comment

    return pending_comment(waits, "pending", now(), again)


FORMATS: dict[str, Callable[[Sequence[Challenge], Again], str]] = {"text": _text, "json": _json, "markdown": _markdown}
