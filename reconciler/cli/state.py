"""`reconciler state`: what is recorded, to read. Nothing in here writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.cli.verify import find
from reconciler.cli.workspace import Workspace, now
from reconciler.core.record import Record
from reconciler.kinds import KINDS
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.times import moment

EPILOG = """\b
Examples:
  reconciler state list
  reconciler state show acme/phone_number/support
  reconciler state pull > backup.json
"""


@click.group("state", epilog=EPILOG)
def command() -> None:
    """List, show or pull what is recorded."""


@command.command("list")
@options.state
@click.pass_obj
def list_(root: Path, state: str | None) -> int:
    """One line for each recorded resource: its address and how far it has come."""
    for space in Workspace(root, state).states().values():
        for record in sorted(space.records.values(), key=lambda record: record.address):
            say(f"{escape(f'{space.name}/{record.address}'):<50} {_phase(record)}")
    return 0


def _phase(record: Record) -> str:
    ready = " (ready)" if record.phase == KINDS[record.kind].ready else ""
    unknown = f"; unknown: {', '.join(record.intents)}" if record.intents else ""
    return f"{escape(record.phase)}{ready}{escape(unknown)}"


@command.command("show")
@click.argument("address")
@options.option("--whole", consent=True, is_flag=True, help="Numbers in full.")
@options.state
@click.pass_obj
def show(root: Path, address: str, whole: bool, state: str | None) -> int:
    """All that is recorded of one resource."""
    _, record = find(Workspace(root, state), address)
    rows = {
        "kind": record.kind,
        "phase": _phase(record),
        **{name: _shown(value, whole) for name, value in sorted(record.facts.items())},
        "on_remove": record.on_remove,
        "messages sent": str(record.messages_sent),
        "last message": moment(record.requested_at, now()) if record.requested_at else "none",
        "codes tried": str(record.attempts),
        "last changed": f"{moment(record.changed_at, now())} by {escape(record.changed_by)}",
    }
    say("\n".join(f"{name:<18}{value}" for name, value in rows.items()))
    return 0


def _shown(value: object, whole: bool) -> str:
    text = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return escape(text if whole or not text.startswith("+") else mask.number(text))


@command.command("pull")
@options.state
@click.pass_obj
def pull(root: Path, state: str | None) -> int:
    """The recorded state of all spaces as one JSON document, numbers in full."""
    workspace = Workspace(root, state)
    spaces = [asdict(space) for space in workspace.states().values()]
    say(json.dumps({"format": 1, "spaces": spaces}, indent=2, ensure_ascii=False))
    return 0
