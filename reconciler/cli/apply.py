"""`reconciler apply`: the calls of a plan and no others. What is shown, approved and applied is one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.apply import apply
from reconciler.cli import codes, options, plan_file
from reconciler.cli import plan as planning
from reconciler.cli.progress import Progress
from reconciler.cli.running import run, tallied
from reconciler.cli.terminal import at_a_terminal, complain, say
from reconciler.cli.verify import answer
from reconciler.cli.workspace import Workspace, now
from reconciler.core.change import Plan
from reconciler.core.fresh import staleness
from reconciler.core.guards import refusals
from reconciler.core.model import Guards, Space
from reconciler.core.outcome import Outcome, exit_code
from reconciler.errors import Problem, ReconcilerError, Refused, Stale
from reconciler.operations import OPERATIONS, Product
from reconciler.render import events
from reconciler.render.outcome_text import outcome_text

EPILOG = """\b
Examples:
  reconciler apply                       plan, ask for `yes`, apply, ask for codes
  reconciler apply plan.json             what was planned and reviewed, and no more
  reconciler apply --auto-approve --no-input      in a pipeline: exits 3 at a pause
"""
INTERRUPTED = 130


@click.command("apply", epilog=EPILOG)
@click.argument("planfile", type=click.Path(path_type=Path), required=False)
@options.option("--auto-approve", consent=True, is_flag=True, help="Apply without asking for `yes`.")
@options.no_input
@options.lock_wait("0s")
@options.spaces
@options.option("--adopt", consent=True, is_flag=True, help="Take over what exists already.")
@options.option("--allow-messages", consent=True, type=int, metavar="N", help="Raise guards.max_messages, this once.")
@options.option(
    "--allow-deletes", consent=True, type=int, metavar="PERCENT", help="Raise guards.max_delete_percent, this once."
)
@options.as_json
@options.state
@options.endpoint
@click.pass_obj
def command(
    root: Path,
    planfile: Path | None,
    auto_approve: bool,
    no_input: bool,
    lock_wait: float,
    only: Sequence[str],
    adopt: bool,
    allow_messages: int | None,
    allow_deletes: int | None,
    as_json: bool,
    state: str | None,
    endpoint: str | None,
) -> int:
    """Make the calls of a plan: PLANFILE's, or the plan of this moment after `yes`.

    Stops where only a human can go on. At a terminal it then asks for the codes, hidden, one at a time; without
    one it exits 3 and says how to go on. Run again, by anyone, it does what is left.
    """
    workspace = Workspace(root, state, endpoint)
    person = at_a_terminal() and not no_input
    guards = _guards(workspace.project.guards, allow_messages, allow_deletes)
    plan = plan_file.read(planfile) if planfile else planning.make(workspace, only)
    if not planfile:
        planning.show(plan, as_json, workspace.project.limits.calls_per_second)
        if not any(True for _ in plan.changes):
            return 0
    check(workspace, plan, guards)
    if not planfile and not auto_approve:
        _approve(person)
    interrupted, outcomes = _applied(workspace, plan, lock_wait, adopt)
    if person and not interrupted:
        outcomes = [_asked(workspace, outcome, lock_wait) for outcome in outcomes]
    say("\n".join(events.applied(outcomes, now())) if as_json else outcome_text(outcomes, now()))
    return INTERRUPTED if interrupted else exit_code({outcome.result for outcome in outcomes})


def _guards(guards: Guards, messages: int | None, deletes: int | None) -> Guards:
    if messages is not None:
        guards = replace(guards, max_messages=messages)
    return guards if deletes is None else replace(guards, max_delete_percent=deletes)


def check(workspace: Workspace, plan: Plan, guards: Guards) -> None:
    """Raises Stale when the plan no longer fits, Refused when a guard says no."""
    declared = {space.space_id: space for space in workspace.project.spaces}
    fresh(workspace, plan)
    spaces = [declared.get(space.space_id) or Space(space.name, space.space_id, "") for space in plan.spaces]
    refused = list(refusals(plan, spaces, guards))
    if refused:
        raise Refused(*refused)


def fresh(workspace: Workspace, plan: Plan) -> None:
    declared = {space.space_id: space for space in workspace.project.spaces}
    stale = list(staleness(plan, workspace.states(), declared, workspace.identity))
    if stale:
        raise Stale(*stale)


def _approve(person: bool) -> None:
    if not person:
        raise ReconcilerError(Problem("approval-needed", "there is no terminal to ask for approval"))
    complain("\nOnly `yes` is accepted to approve.")
    if click.prompt("  Apply this plan", default="", show_default=False, err=True) != "yes":
        raise ReconcilerError(Problem("not-approved", "the plan was not approved; nothing was done"))


def _applied(workspace: Workspace, plan: Plan, lock_wait: float, adopt: bool) -> tuple[bool, list[Outcome]]:
    """Whether it was interrupted, and what became of each change."""
    spaces = {space.space_id: space.name for space in plan.spaces if space.changes}
    limits = workspace.project.limits
    with run(workspace, "apply", spaces, limits, _products(plan), lock_wait, plan.digest) as (journals, hands, results):
        # Between the plan and the lease somebody else may have been at work.
        fresh(workspace, plan)
        with Progress(plan, limits.calls_per_second) as progress:
            hands.adopt, hands.tell = adopt, progress.tell
            outcomes = apply(plan, journals, hands)
        results.update(tallied(outcomes))
        return hands.interrupted, outcomes


def _products(plan: Plan) -> tuple[Product, ...]:
    return tuple(sorted({OPERATIONS[call.operation].product for change in plan.changes for call in change.all_calls}))


def _asked(workspace: Workspace, outcome: Outcome, lock_wait: float) -> Outcome:
    """An apply at a terminal is an apply that pauses, then one verify for each answer given."""
    waits = outcome.challenge
    if waits is None or waits.kind != "code" or waits.parked:
        return outcome
    answered = answer(workspace, outcome.address, codes.Prompt(now()), False, max(lock_wait, 30.0))
    return replace(answered, action=outcome.action)
