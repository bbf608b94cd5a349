"""`reconciler state migrate`: moves all journals to another backend, and closes the old one permanently.

It can be killed and repeated: a journal is closed only after its copy was read back, and a closed one can only be
finished at the same target.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping

import click

from reconciler.cli import options
from reconciler.cli.terminal import say
from reconciler.cli.verbs.state.backup import Journals, backed_up, lacking
from reconciler.cli.verbs.state.read_out import OnlyReadable, left_open, read_out, writing_there
from reconciler.core.journal.complete import Whole, begins, handed_over, missing
from reconciler.core.journal.state import State, moved, parse, seal
from reconciler.errors import Problem, StateError, UsageError
from reconciler.render.escape import escape
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime.failpoints import reached
from reconciler.store import encryption, open_backend
from reconciler.store.backend import Backend
from reconciler.store.safety import transfer
from reconciler.store.safety.last_seen import Witness

EPILOG = """\b
Examples:
  reconciler state migrate --to sqlite:team.db
  reconciler state migrate --to dir:state --to-recipients team.txt \\
      --to-identity me.txt
"""


@click.command("migrate", epilog=EPILOG)
@options.option("--to", consent=True, required=True, metavar="URL", help="The new backend.")
@options.option("--to-recipients", consent=True, metavar="FILE", help="Who can read them there: public age keys.")
@options.option("--to-identity", consent=True, metavar="FILE", help="Your own age key there, if it is a different one.")
@options.lock_wait("0s")
@options.workspace
def migrate(workspace: Workspace, to: str, to_recipients: str | None, to_identity: str | None, lock_wait: float) -> int:
    """Copy all journals to another backend, read them back completely, and close them here permanently.

    Afterwards every command refuses to work here, and names the new backend. If it is killed halfway, run it again.
    With --to-recipients the copy is encrypted for other keys than here: use this to change keys.
    """
    workspace.emergency.check()
    states = workspace.witnessed
    if not states:
        say("Nothing is recorded here.")
        return 0
    keys = encryption.keys(os.environ, workspace.root, to_recipients, to_identity)
    start = workspace.start
    target = open_backend(to, workspace.root, start.network_allowed, os.environ, keys, start.notify)
    click.get_current_context().call_on_close(target.close)
    target.check_writer()
    for space_id, space in states.items():
        if space.moved_to:
            _check_went_there(transfer.read_whole(workspace.backend, space_id), target)
    try:
        for space_id in _closed(workspace, target, states, lock_wait):
            _finish(target, handed_over(transfer.read_whole(workspace.backend, space_id)))
        closed = "This place is closed. "
    except OnlyReadable as old:
        read_out(workspace, target, workspace.found(), lock_wait)
        left_open(old.problem)
        closed = ""
    transfer.finish(target, now())
    Witness(workspace.witness.path, target.url).note(transfer.states(target))
    say(f"{closed}From now on name the other one, with --state or RECONCILER_STATE: {escape(target.url)}")
    if target.encrypts and not workspace.place.encrypts:
        say("What is left here, and backups made so far, are not encrypted: remove them once you are sure.")
    return 0


def _closed(workspace: Workspace, target: Backend, states: Mapping[str, State], lock_wait: float) -> Iterable[str]:
    """All journals here, also those that begin meanwhile: once the place itself is closed none begins any more."""
    while True:
        _hand_over(workspace, target, states, lock_wait)
        with writing_there():
            transfer.close(workspace.backend, target.url, now())
        states = workspace.found()
        if all(state.moved_to for state in states.values()):
            return states


def _hand_over(workspace: Workspace, target: Backend, states: Mapping[str, State], lock_wait: float) -> None:
    here = {space_id: state.name for space_id, state in states.items() if not state.moved_to}
    if not here:
        return
    with contextlib.ExitStack() as stack:
        with writing_there():
            journals, _ = stack.enter_context(leased(workspace, "migrate", here, "", lock_wait))
        _check_elsewhere(target, journals)
        wanted = list(transfer.read_wholes(workspace.backend, here))
        lacking(target, wanted)
        backed_up(workspace, journals)
        transfer.begin(target, workspace.backend.url, {state.lineage for state in states.values()}, now())
        there = transfer.read_wholes(target, here)
        for want in transfer.copy_all(target, list(zip(wanted, there, strict=True))):
            say(f"{escape(want.state.name)}: entry {want.last} is there, and all before it reads as it does here.")
        for journal in journals.values():
            journal.append({"type": "moved", "to": target.url})
            reached("migrate.closed")


def _check_elsewhere(target: Backend, journals: Journals) -> None:
    """Under another name it may be this very place: then the entry that this run began with is there already."""
    for whole, journal in zip(transfer.read_wholes(target, journals), journals.values(), strict=True):
        there, here = whole.state, journal.state
        if there.run and here.run and there.run.id == here.run.id:
            raise UsageError(Problem("same-place", f"{target.url} is where the journals are already"))
        if there.moved_to:
            raise StateError(moved(there))


def _check_went_there(gone: Whole, target: Backend) -> None:
    """What was closed went to one place, whose journal begins like this one: anywhere else it would be a second one."""
    want, have = handed_over(gone), transfer.read_whole(target, gone.state.space_id)
    if have.state.moved_to or not have.lines or not (begins(want, have) or _nearly(have, want)):
        raise StateError(moved(gone.state))


def _nearly(have: Whole, want: Whole) -> bool:
    """Whether nothing but signs of life is missing: they may come between the copy and the end."""
    return begins(have, want) and all(parse(line, "")["type"] == "alive" for line in missing(have, want))


def _finish(target: Backend, want: Whole) -> None:
    """Nothing more where that was done before, and the journal may have gone on."""
    space_id = want.state.space_id
    if begins(want, have := transfer.read_whole(target, space_id)) and have.last > want.last:
        return
    transfer.copy(target, want, have)
    transfer.verify(target, want)
    if want.state.run:
        entry = {"type": "run_closed", "results": {}, "at": now(), "run": want.state.run.id}
        target.append(space_id, want.last, [seal(want.state, entry)])
    reached("migrate.opened")
