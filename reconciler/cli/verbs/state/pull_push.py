"""`reconciler state pull|push`: complete journals out of a backend, and back into one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import complain, say
from reconciler.cli.verbs.state.backup import backed_up, lacking, pulled
from reconciler.core.journal.complete import Whole
from reconciler.core.journal.export import opened
from reconciler.core.journal.state import State, moved
from reconciler.errors import Locked, Problem, StateError
from reconciler.render.escape import escape
from reconciler.render.text import problems
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime import regular_files
from reconciler.store import encryption
from reconciler.store.lease import held_by, is_gone, this_process
from reconciler.store.safety import transfer

SIZE = 2 << 30
PULL = """\b
Examples:
  reconciler state pull > backup.json
  reconciler state pull | jq '.spaces[].records'
"""
PUSH = """\b
Examples:
  reconciler state push backup.json
  reconciler state push backup.json --state sqlite:restored.db
"""


@click.command("pull", epilog=PULL)
@options.workspace
def pull(workspace: Workspace) -> int:
    """Print the journals of all spaces as one JSON document, with full numbers: a backup for `state push`.

    For scripts, it also contains the recorded state of each space. It is encrypted for RECONCILER_AGE_RECIPIENTS, if
    that is set; `state push` can read it, and so can `sed 1d backup.json | age -d -i KEY`.
    """
    found = list(transfer.read_wholes(workspace.backend, workspace.witnessed))
    say(pulled(found, workspace.root).removesuffix("\n"), paint=False)
    return 0


@click.command("push", cls=options.ConsentVerb, epilog=PUSH)
@click.argument("file", type=options.FILE)
@options.workspace
def push(workspace: Workspace, file: Path) -> int:
    """Restore what `state pull` wrote to FILE.

    Entries are only appended: a space must be empty here, or FILE must continue it. Anything else is refused, and
    nothing is written. To return to an older state, push it to an empty backend, and use that one from then on. If it
    is killed halfway, run it again: until then no other command works with this backend.
    """
    wanted = opened(_read(workspace, file), str(file))
    _check_open(wanted)
    place = workspace.place
    begun, _ = transfer.unfinished(place)
    behind = lacking(place, wanted)
    if not behind and not begun:
        say("Nothing to bring back: all of it is recorded here.")
        return 0
    if not begun:
        _check_free([have.state for _, have in behind])
        backed_up(workspace, {})
    transfer.begin(place, file.name, {want.state.lineage for want in wanted}, now())
    for want in transfer.copy_all(place, behind):
        say(f"{escape(want.state.name)}: brought back up to entry {want.last}.")
    transfer.finish(place, now())
    _say_what_was_seen(workspace)
    return 0


def _read(workspace: Workspace, file: Path) -> str:
    path = workspace.root / file
    try:
        return encryption.decrypt_text(regular_files.text(path, SIZE), str(path), os.environ, workspace.root)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise StateError(Problem("pull-unreadable", f"{path} cannot be read: {why}")) from None


def _check_open(wanted: Sequence[Whole]) -> None:
    gone = [moved(want.state) for want in wanted if want.state.moved_to]
    if gone:
        raise StateError(*gone)


def _check_free(states: Sequence[State]) -> None:
    """No lease can be taken without an entry of its own, so nobody may be at work where entries are to come."""
    me = this_process(os.environ)
    hint = "Wait for it to end; if it never will, push to an empty place, and use that from then on."
    busy = [
        Problem("locked", held_by(state.name, state.run), hint=hint)
        for state in states
        if state.run and not is_gone(state.run, me)
    ]
    if busy:
        raise Locked(*busy)


def _say_what_was_seen(workspace: Workspace) -> None:
    """What was brought back may be less than was there before: the next command would stop at that."""
    try:
        workspace.witness.check(workspace.found())
    except StateError as error:
        complain(problems.problems(error.problems))
