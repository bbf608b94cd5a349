"""`reconciler state`: what is recorded. list, show and pull read; recover and accept mend what a bad day left."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from reconciler.cli import options
from reconciler.cli.running import leased
from reconciler.cli.start import Start
from reconciler.cli.terminal import say
from reconciler.cli.verify import find
from reconciler.cli.workspace import Workspace, now
from reconciler.core.record import Record
from reconciler.errors import Problem, StateError
from reconciler.kinds import KINDS
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.times import moment
from reconciler.store import emergency

EPILOG = """\b
Examples:
  reconciler state list
  reconciler state show acme/phone_number/support
  reconciler state pull > backup.json
  reconciler state recover        after a disk was full, as the error then said
"""


@click.group("state", epilog=EPILOG)
def command() -> None:
    """List, show, pull, recover or accept what is recorded."""


@command.command("list")
@options.state
@click.pass_obj
def list_(start: Start, state: str | None) -> int:
    """One line for each recorded resource: its address and how far it has come."""
    for space in Workspace(start, state).recorded.values():
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
def show(start: Start, address: str, whole: bool, state: str | None) -> int:
    """All that is recorded of one resource."""
    _, record = find(Workspace(start, state), address)
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
def pull(start: Start, state: str | None) -> int:
    """The recorded state of all spaces as one JSON document, numbers in full."""
    workspace = Workspace(start, state)
    spaces = [asdict(space) for space in workspace.recorded.values()]
    say(json.dumps({"format": 1, "spaces": spaces}, indent=2))
    return 0


@command.command("recover")
@click.option("--line", metavar="WORD", help="What an error printed when not even a file could be written.")
@options.state
@options.endpoint
@click.pass_obj
def recover(start: Start, line: str | None, state: str | None, endpoint: str | None) -> int:
    """Bring home the outcomes that could not be written to the journal.

    Each is written only where its call is still unanswered in the journal, so this may be repeated.
    """
    workspace = Workspace(start, state, endpoint)
    waiting = [emergency.from_printed(line)] if line else workspace.emergency.waiting()
    for kept in waiting:
        say(f"{escape(kept.address)}: {kept.operation} {_brought_home(workspace, kept)}")
    if not line:
        workspace.emergency.clear()
    if not waiting:
        say("Nothing waits to be recovered.")
    return 0


def _brought_home(workspace: Workspace, kept: emergency.Kept) -> str:
    if kept.space_id not in workspace.backend.spaces():
        what = f"a kept outcome of {kept.operation} belongs to the space {kept.space_id}, of which nothing is recorded"
        raise StateError(Problem("emergency-elsewhere", what))
    name = workspace.journal(kept.space_id).state.name
    with leased(workspace, "recover", {kept.space_id: name}, 30.0) as (journals, results):
        journal = journals[kept.space_id]
        for record in emergency.unanswered(journal.state.records.values(), kept):
            journal.append({**kept.entry, "id": record.id})
            results[kept.space_id] = {"recovered": 1}
            return "recovered"
    return "was settled otherwise meanwhile"


@command.command("accept")
@options.state
@click.pass_obj
def accept(start: Start, state: str | None) -> int:
    """Take the state as it is now, although more of it was seen here before: it was restored on purpose.

    What happened after the backup is not known any more: messages may be sent that were sent before.
    """
    workspace = Workspace(start, state)
    states = workspace.found()
    workspace.witness.accept(states)
    for kept in workspace.emergency.set_aside(states):
        say(f"Set aside: an outcome of {kept.operation} for {escape(kept.address)}, of which nothing is recorded.")
    taken = ", ".join(f"{escape(space.name)} at entry {space.serial}" for space in states.values())
    say(f"Accepted: {taken or 'nothing recorded'}.")
    return 0
