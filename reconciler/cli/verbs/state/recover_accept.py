"""`reconciler state recover|accept`: appends outcomes from the emergency file, or accepts the present state as
right."""

from __future__ import annotations

import sys

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.errors import Problem, StateError
from reconciler.render.escape import escape
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime import regular_files
from reconciler.store.safety import emergency, transfer


@click.command("recover")
@click.option("--line", metavar="WORD", help="The text that an error printed because not even a file could be written.")
@click.option(
    "--file", metavar="FILE|-", help="Another machine's .reconciler-emergency.jsonl, or the texts that it printed."
)
@options.lock_wait("2m")
@options.workspace_and_cloud
def recover(workspace: Workspace, line: str | None, file: str | None, lock_wait: float) -> int:
    """Append the outcomes that could not be written to the journal before.

    Each is appended only if its call has no outcome in the journal yet, so it is safe to run this again. A run that
    was killed on another machine keeps its lease for a minute more; this command waits for that.
    """
    if line and file:
        raise click.UsageError("Give one of --line and --file.")
    if file:
        waiting = emergency.read_each(_text(workspace, file))
    else:
        waiting = [emergency.from_printed(line)] if line else workspace.emergency.waiting()
    for kept in waiting:
        say(f"{escape(kept.address)}: {kept.operation} {_brought_home(workspace, kept, lock_wait)}")
    if not (line or file):
        workspace.emergency.clear()
    if not waiting:
        say("Nothing waits to be recovered.")
    return 0


def _text(workspace: Workspace, file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read()
        return regular_files.text(workspace.root / file, emergency.LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not as it was written"
        raise StateError(Problem("emergency-unreadable", f"{file} cannot be read: {why}")) from None


def _brought_home(workspace: Workspace, kept: emergency.Kept, wait: float) -> str:
    if kept.space_id not in workspace.backend.spaces():
        what = f"a kept outcome of {kept.operation} belongs to the space {kept.space_id}, of which nothing is recorded"
        raise StateError(Problem("emergency-elsewhere", what))
    name = workspace.journal(kept.space_id).state.name
    with leased(workspace, "recover", {kept.space_id: name}, workspace.identity, wait) as (journals, results):
        journal = journals[kept.space_id]
        for record in emergency.unanswered(journal.state.records.values(), kept):
            journal.append(emergency.complete(kept, record))
            results[kept.space_id] = {"recovered": 1}
            return "recovered"
    return "was settled otherwise meanwhile"


@click.command("accept", cls=options.ConsentVerb)
@options.workspace
def accept(workspace: Workspace) -> int:
    """Accept the state as it is now, although this working copy has seen a newer one: it was restored on purpose.

    What happened after the backup is not known any more: messages may be sent that were sent before. The same is true
    for a half-filled backend that is given up: its missing entries are not known there.
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
