"""`reconciler state recover|accept`: what a bad day left is brought home, or taken as it is."""

from __future__ import annotations

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.errors import Problem, StateError
from reconciler.render.escape import escape
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace, now
from reconciler.store.safety import emergency, transfer


@click.command("recover")
@click.option("--line", metavar="WORD", help="What an error printed when not even a file could be written.")
@options.workspace_and_cloud
def recover(workspace: Workspace, line: str | None) -> int:
    """Bring home the outcomes that could not be written to the journal.

    Each is written only where its call is still unanswered in the journal, so this may be repeated.
    """
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
    with leased(workspace, "recover", {kept.space_id: name}, workspace.identity, 30.0) as (journals, results):
        journal = journals[kept.space_id]
        for record in emergency.unanswered(journal.state.records.values(), kept):
            journal.append({**kept.entry, "id": record.id})
            results[kept.space_id] = {"recovered": 1}
            return "recovered"
    return "was settled otherwise meanwhile"


@click.command("accept")
@options.workspace
def accept(workspace: Workspace) -> int:
    """Take the state as it is now, although more of it was seen here before: it was restored on purpose.

    What happened after the backup is not known any more: messages may be sent that were sent before. So it is with a
    place whose filling was given up: what did not come is not known there.
    """
    workspace.place.accept()
    transfer.give_up(workspace.place, now())
    states = workspace.found()
    workspace.witness.accept(states)
    for kept in workspace.emergency.set_aside(states):
        say(f"Set aside: an outcome of {kept.operation} for {escape(kept.address)}, of which nothing is recorded.")
    taken = ", ".join(f"{escape(space.name)} at entry {space.serial}" for space in states.values())
    say(f"Accepted: {taken or 'nothing recorded'}.")
    return 0
