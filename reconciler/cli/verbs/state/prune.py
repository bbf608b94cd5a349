"""`reconciler state prune`: deletes old entries that a checkpoint covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.cli.verbs.state.backup import backed_up
from reconciler.core.journal.complete import Whole
from reconciler.core.journal.snapshot import dump_state
from reconciler.core.journal.state import parse
from reconciler.core.times import shift
from reconciler.render.escape import escape
from reconciler.render.times import counted
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Backend
from reconciler.store.safety import transfer

EPILOG = """\b
Examples:
  reconciler state prune
  reconciler state prune --keep-days 365 --space acme
"""


@click.command("prune", cls=options.ConsentVerb, epilog=EPILOG)
@options.option(
    "--keep-days",
    type=click.IntRange(0, 36500),
    default=30,
    show_default=True,
    metavar="N",
    help="Keep the entries of the last N days.",
)
@options.spaces
@options.lock_wait("0s")
@options.workspace
def prune(workspace: Workspace, keep_days: int, only: Sequence[str], lock_wait: float) -> int:
    """Delete old entries of the journals. Recorded state stays the same; `log` begins later.

    A checkpoint and a backup of all entries are written first.
    """
    oldest = shift(now(), -timedelta(days=keep_days))
    chosen = {space.space_id: space.name for space in workspace.chosen(only)}
    due = {id: name for id, name in chosen.items() if _old(transfer.read_whole(workspace.backend, id), oldest)}
    if not due:
        say(f"No entry is older than {counted(keep_days, 'day')}.")
        return 0
    with leased(workspace, "prune", due, "", lock_wait) as (journals, _):
        backed_up(workspace, journals)
        for space_id, name in due.items():
            number, size, rest = _pruned(workspace.backend, space_id, oldest)
            say(f"{escape(name)}: {counted(number, 'entry', 'entries')} pruned ({size} bytes), {rest} left.")
    return 0


def _old(found: Whole, oldest: str) -> int:
    """How many entries, from the first one on, were written before a time. The newest one always stays."""
    times = [str(parse(line, found.state.space_id).get("at")) for line in found.lines[:-1]]
    return next((number for number, at in enumerate(times) if at >= oldest), len(times))


def _pruned(backend: Backend, space_id: str, oldest: str) -> tuple[int, int, int]:
    """Entries and bytes that are gone, and entries that are left: what the backend says, not what it was asked for."""
    before = transfer.read_whole(backend, space_id)
    backend.snapshot(space_id, before.last, dump_state(before.state))
    reached("prune.told")
    backend.prune(space_id, before.first - 1 + _old(before, oldest))
    reached("prune.pruned")
    after = transfer.read_whole(backend, space_id)
    gone = before.lines[: after.first - before.first]
    return len(gone), sum(len(line.encode()) for line in gone), len(after.lines)
