"""`reconciler force-unlock`: releases the lease of an abandoned run if nothing can prove that its process is gone."""

from __future__ import annotations

import os

import click

from reconciler.cli import completion, options
from reconciler.cli.terminal import say
from reconciler.errors import Locked, Problem
from reconciler.render.escape import escape
from reconciler.runs.workspace import Workspace, now
from reconciler.store.lease import force_unlock, held_by, this_process

EPILOG = """\b
Examples:
  reconciler force-unlock 3f9c21d07ab4      the id in the error message
"""


@click.command("force-unlock", epilog=EPILOG)
@click.argument("run_id", metavar="ID", shell_complete=completion.runs)
@options.workspace
def command(workspace: Workspace, run_id: str) -> int:
    """Close the run ID and release its leases. If the run is still alive, it cannot write any more.

    Rarely needed: --lock-wait takes over automatically from a run without a heartbeat. Where a server keeps the state
    under locks of its own, ID may be the id of such a lock.
    """
    if freed := workspace.place.release(run_id):
        for space_id in freed:
            say(f"{escape(space_id)}: lock {escape(run_id)} released.")
        return 0
    states = workspace.recorded
    mine = [space for space in states.values() if space.run and space.run.id == run_id]
    if not mine:
        held = [held_by(space.name, space.run) for space in states.values() if space.run]
        raise Locked(Problem("wrong-run", f"run {run_id} holds nothing; {', '.join(held) or 'nothing is held now'}"))
    for space in mine:
        journal = workspace.journal(space.space_id)
        force_unlock(journal, run_id, this_process(os.environ), now())
        workspace.witness.note({space.space_id: journal.state})
        say(f"{escape(space.name)}: unlocked.")
    return 0
