"""`reconciler verify`: the answer to a challenge, by anyone, anywhere. One code path with apply's own prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import click

from reconciler.cli import codes, options
from reconciler.cli.running import run, tallied
from reconciler.cli.start import Start
from reconciler.cli.terminal import at_a_terminal, complain, say
from reconciler.cli.workspace import Workspace, now
from reconciler.core.journal import State
from reconciler.core.moves import Turn
from reconciler.core.outcome import Outcome, exit_code
from reconciler.core.record import Record
from reconciler.core.route import route
from reconciler.drive import Asker, Hands, drive, nobody
from reconciler.errors import Problem, UsageError
from reconciler.kinds import KINDS
from reconciler.operations import Product
from reconciler.render import errors
from reconciler.render.escape import escape
from reconciler.render.outcome_text import command as to_go_on
from reconciler.render.outcome_text import waits_for
from reconciler.store.journal import Journal
from reconciler.store.lease import Results

EPILOG = """\b
Examples:
  reconciler verify acme/phone_number/support              asks for the code, hidden
  echo 123-830 | reconciler verify acme/phone_number/support
  reconciler verify acme/phone_number/support --resend     one more message
  reconciler verify acme/contact/tom                       looks whether tom has confirmed
  reconciler verify - < codes.txt                          lines of: address code
"""


@click.command("verify", epilog=EPILOG)
@click.argument("address", metavar="ADDRESS|-")
@options.option("--resend", consent=True, is_flag=True, help="Send one more message first.")
@options.lock_wait("30s")
@options.no_input
@options.state
@options.endpoint
@click.pass_obj
def command(
    start: Start, address: str, resend: bool, lock_wait: float, no_input: bool, state: str | None, endpoint: str | None
) -> int:
    """Answer what ADDRESS waits for, and go on with it.

    A code is typed at a hidden prompt or read as one line from standard input. A confirmation, which people
    give by following a link, is only looked up. A wrong code undoes nothing and sends nothing.
    """
    workspace = Workspace(start, state, endpoint)
    if address == "-" and resend:
        raise UsageError(Problem("resend-one", "--resend is for one address at a time"))
    if address == "-":
        from reconciler.cli.batch import answers

        return max((_told(workspace, each) for each in answers(workspace, lock_wait)), default=0, key=_SEVERITY.index)
    terminal = at_a_terminal() and not no_input
    if terminal:
        return _told(workspace, answer(workspace, address, codes.Prompt(now()), resend, lock_wait))
    piped = codes.Piped()
    outcome = answer(workspace, address, nobody if resend or no_input else piped, resend, lock_wait)
    return _told(workspace, outcome, piped.malformed)


# From the mildest to the worst, for several answers at once.
_SEVERITY = (0, 3, 1)


def answer(workspace: Workspace, address: str, ask: Asker, resend: bool, lock_wait: float) -> Outcome:
    """Takes the lease, finds out what is waited for now, asks, submits, and goes on as far as it goes."""
    waits = waiting(workspace, address)
    if isinstance(waits, Outcome):
        return waits
    with opened(workspace, waits.state, [waits.record], lock_wait) as (go_on, hands, results):
        hands.ask = ask
        outcome = go_on(waits.record, resend)
        results[waits.state.space_id] = tallied([outcome])
    awaited = outcome.challenge is not None and outcome.challenge.kind == "time"
    if hands.interrupted and not (awaited or outcome.result == "done"):
        raise KeyboardInterrupt
    return outcome


class Waits(NamedTuple):
    state: State
    record: Record


def waiting(workspace: Workspace, address: str) -> Waits | Outcome:
    """What an address stands for, or why nothing can be answered there. Raises UsageError for an unknown one."""
    state, record = find(workspace, address)
    kind = KINDS[record.kind]
    if record.phase in kind.ends:
        what = f"{address} is {record.phase} already"
        return Outcome(address, "verify", "failed", Problem("already-ready", what, address=address))
    if not kind.steps[record.phase].ask:
        what = f"{address} is {record.phase} and waits for nobody"
        return Outcome(address, "verify", "failed", Problem("not-waiting", what, address=address))
    return Waits(state, record)


@contextmanager
def opened(
    workspace: Workspace, state: State, records: Sequence[Record], lock_wait: float
) -> Iterator[tuple[Callable[[Record, bool], Outcome], Hands, Results]]:
    """A run for records of one space that wait. Yields what goes on with one of them, the hands, and the results."""
    products: set[Product] = {KINDS[record.kind].steps[record.phase].api.product for record in records}
    spaces, limits = {state.space_id: state.name}, workspace.settings.limits
    with run(workspace, "verify", spaces, limits, sorted(products), lock_wait) as (journals, hands, results):
        journal = journals[state.space_id]
        yield lambda record, resend: _gone_on(state, record, resend, journal, hands), hands, results


def _gone_on(state: State, record: Record, resend: bool, journal: Journal, hands: Hands) -> Outcome:
    address = f"{state.name}/{record.address}"
    action = {"create": "create", "update": "update", "delete": "delete"}[record.door]
    if journal.record(record.id) is None:
        return Outcome(address, action, "failed", Problem("not-waiting", f"{address} was forgotten meanwhile"))
    turn = Turn(state.space_id, address, action, now(), resend=resend)
    outcome = drive(record.id, turn, journal, hands, _allowed(record))
    if outcome.result == "done" and record.door == "delete":
        journal.append({"type": "forgotten", "id": record.id, "left": "", "why": "removed"})
    return outcome


def _allowed(record: Record) -> set[str]:
    """All that may follow an answer. Nobody answered what only takes time: no more follows than its plan shows."""
    kind = KINDS[record.kind]
    if kind.steps[record.phase].ask == "time":
        return {call.operation for call in route(kind, record.phase, record.facts)}
    return {step.operation for step in kind.steps.values()}


def find(workspace: Workspace, address: str) -> tuple[State, Record]:
    """The record an address stands for. Of several, one that waits comes first. Raises UsageError."""
    name, _, local = address.partition("/")
    states = [state for state in workspace.recorded.values() if state.name == name]
    found = [(state, record) for state in states for record in state.records.values() if record.address == local]
    if not found:
        known = [f"{state.name}/{r.address}" for state in workspace.recorded.values() for r in state.records.values()]
        raise UsageError(_unknown(address, known))
    return min(found, key=lambda pair: pair[1].phase in KINDS[pair[1].kind].ends)


def _unknown(address: str, known: list[str]) -> Problem:
    import difflib

    close = difflib.get_close_matches(address, known, 1)
    hint = f"Did you mean {close[0]}?" if close else ""
    return Problem("unknown-address", "nothing is recorded at this address", found=address, hint=hint)


def _told(workspace: Workspace, outcome: Outcome, malformed: bool = False) -> int:
    address = escape(outcome.address)
    problem = codes.malformed() if malformed else outcome.problem
    if problem:
        complain(errors.problem(problem))
    if outcome.result == "done":
        say(f"{address}: {'removed' if outcome.action == 'delete' else 'ready'}.")
        return 0
    if outcome.challenge:
        say(f"{address}: {waits_for(outcome.challenge, now())}.")
        if outcome.challenge.kind != "time":
            complain(f"To go on: {to_go_on(outcome.challenge, workspace.again)}")
    wrong = problem is not None and problem.code in ("code-refused", "code-malformed", "parked")
    return 1 if wrong else exit_code({outcome.result})
