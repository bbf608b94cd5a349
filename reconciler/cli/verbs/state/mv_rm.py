"""`reconciler state mv|rm`: renames addresses, moves contacts to another space, forgets records. It calls nothing."""

from __future__ import annotations

import click

from reconciler.cli import completion, options
from reconciler.cli.prompt import ask
from reconciler.cli.terminal import at_a_terminal, complain, say
from reconciler.cli.verbs.state.backup import backed_up
from reconciler.core import codec, fields
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.plan import rename_and_move
from reconciler.errors import Problem, ReconcilerError, Stale, StateError, UsageError
from reconciler.kinds.types import TYPES
from reconciler.render.escape import escape
from reconciler.render.times import counted
from reconciler.runs.find_record import find_record, records_of
from reconciler.runs.lease import leased
from reconciler.runs.workspace import Workspace
from reconciler.runtime.failpoints import reached
from reconciler.store.journal import Journal

MV = """\b
Examples:
  reconciler state mv acme/phone_number/support acme/phone_number/help
  reconciler state mv acme/contact/tom globex/contact/tom
"""
RM = """\b
Examples:
  reconciler state rm acme/phone_number/support     asks for the address
  reconciler state rm --auto-approve acme/phone_number/support
"""


@click.command("mv", cls=options.ConsentVerb, epilog=MV)
@click.argument("old", shell_complete=completion.addresses)
@click.argument("new")
@options.lock_wait("0s")
@options.workspace
def mv(workspace: Workspace, old: str, new: str, lock_wait: float) -> int:
    """Change the address of a record from OLD to NEW. Nothing is called: the cloud does not know addresses.

    A contact can move to another recorded space. A number changes its space only by migration, which a plan shows.
    Change the space file in the same way: otherwise the next apply reverts this.
    """
    source, record = _only(workspace, old)
    target, local = _named(workspace, new)
    _refuse(rename_and_move.no_move(source, target, record, local))
    if (source, record.address) == (target, local):
        raise UsageError(Problem("address-taken", f"{old} has this address already"))
    spaces = {space.space_id: space.name for space in (source, target)}
    with leased(workspace, "mv", spaces, "", lock_wait) as (journals, _):
        here, there = journals[source.space_id], journals[target.space_id]
        record = _unchanged(here, record)
        _refuse(rename_and_move.no_move(here.state, there.state, record, local))
        backed_up(workspace, journals)
        _move(here, there, record, local)
    say(f"{escape(old)} is {escape(new)} now. Nothing was called; say so in the space file, too.")
    return 0


def _move(here: Journal, there: Journal, record: Record, local: str) -> None:
    """Into the other journal first: killed in between it is recorded twice, and never lost."""
    if here is there:
        here.append(rename_and_move.renamed(record, local))
        return
    if record.id not in there.state.records:
        there.append(rename_and_move.carried(record, here.space_id, local))
    reached("mv.carried")
    here.append({**rename_and_move.let_go(record, ""), "why": f"moved to {there.state.name}"})


@click.command("rm", epilog=RM)
@click.argument("address", shell_complete=completion.addresses)
@options.option("--auto-approve", consent=True, is_flag=True, help="Do not ask to type the address.")
@options.lock_wait("0s")
@options.workspace
def rm(workspace: Workspace, address: str, auto_approve: bool, lock_wait: float) -> int:
    """Remove the record at ADDRESS. The resource stays as it is in the cloud: nothing is called.

    Messages that were sent to it are not remembered any more. If it is still declared, the next apply starts it again
    from the beginning.
    """
    space, record = _only(workspace, address)
    left = rename_and_move.left(space, record)
    for line in _lost(record, left):
        say(f"{escape(address)}: {line}.")
    if not auto_approve:
        workspace.close()
        _approve(address)
    with leased(workspace, "rm", {space.space_id: space.name}, "", lock_wait) as (journals, _):
        record = _unchanged(journals[space.space_id], record)
        backed_up(workspace, journals)
        journals[space.space_id].append(rename_and_move.let_go(record, left))
    say(f"{escape(address)} is no longer recorded. Nothing was called.")
    return 0


def _lost(record: Record, left: str) -> list[str]:
    lines = [f"recorded as {record.phase}"]
    if left:
        lines.append(f"left as it is: {TYPES[record.type].by_hand(left)}")
    if record.messages_sent:
        was = "is" if record.messages_sent == 1 else "are"
        lines.append(f"{counted(record.messages_sent, 'message')} sent to it {was} no longer remembered")
    if record.intents:
        lines.append(f"{', '.join(record.intents)}: what came of it is not known, and will not be looked up")
    return lines


def _approve(address: str) -> None:
    if not at_a_terminal():
        hint = "Give --auto-approve to forget it without being asked."
        raise ReconcilerError(Problem("approval-needed", "there is no terminal to ask for the address", hint=hint))
    complain("\nType the address itself to forget it.")
    if ask("  Address: ", fresh=True) != address:
        hint = "Type the address as it was given."
        raise ReconcilerError(Problem("not-approved", "nothing was forgotten", hint=hint))


def _only(workspace: Workspace, address: str) -> tuple[State, Record]:
    """Raises where several records have this address, as while one of them is being replaced."""
    recorded = workspace.recorded.values()  # first: whatever is found afterwards is of these
    space, record = find_record(workspace, address)
    same = [other for other in records_of(recorded) if other.address == address]
    if len(same) > 1:
        raise StateError(Problem("address-shared", f"{address} is the address of {len(same)} records"))
    return space, record


def _named(workspace: Workspace, address: str) -> tuple[State, str]:
    """A recorded space, and the rest of the address."""
    if not codec.fits(address, fields.Address):
        raise UsageError(Problem("address-unfit", "this is no address", found=address))
    name, _, local = address.partition("/")
    return workspace.chosen([name])[0], local


def _unchanged(journal: Journal, shown: Record) -> Record:
    """As it is under the lease; raises Stale when that is not what was shown."""
    record = journal.record(shown.id)
    if record != shown:
        raise Stale(Problem("plan-stale", "another run changed it meanwhile", hint="Run this again."))
    return record


def _refuse(problem: Problem | None) -> None:
    if problem:
        raise StateError(problem)
