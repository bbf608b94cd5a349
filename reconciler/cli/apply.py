"""`reconciler apply`: the calls of a plan and no others. What is shown, approved and applied is one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.apply import COUNTS, apply
from reconciler.cli import codes, options, plan_file
from reconciler.cli import plan as planning
from reconciler.cli.progress import Progress
from reconciler.cli.running import run, tallied
from reconciler.cli.start import Start
from reconciler.cli.terminal import at_a_terminal, complain, say
from reconciler.cli.verify import answer
from reconciler.cli.workspace import Workspace, now
from reconciler.core.change import Plan
from reconciler.core.fresh import staleness
from reconciler.core.guards import refusals
from reconciler.core.journal import State
from reconciler.core.model import Guards, Space
from reconciler.core.outcome import Outcome, exit_code
from reconciler.errors import Locked, Problem, ReconcilerError, Refused, Stale
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
@options.option(
    "--allow-country", consent=True, multiple=True, metavar="CODE", help="Add to guards.allowed_countries, this once."
)
@options.option("--allow-metered", consent=True, is_flag=True, help="Try registering once more within 72 hours.")
@options.as_json
@options.state
@options.endpoint
@click.pass_obj
def command(
    start: Start,
    planfile: Path | None,
    auto_approve: bool,
    no_input: bool,
    lock_wait: float,
    only: Sequence[str],
    adopt: bool,
    allow_messages: int | None,
    allow_deletes: int | None,
    allow_country: tuple[str, ...],
    allow_metered: bool,
    as_json: bool,
    state: str | None,
    endpoint: str | None,
) -> int:
    """Make the calls of a plan: PLANFILE's, or the plan of this moment after `yes`.

    Stops where only a human can go on. At a terminal it then asks for the codes, hidden, one at a time; without
    one it exits 3 and says how to go on. Run again, by anyone, it does what is left.
    """
    workspace = Workspace(start, state, endpoint)
    person = at_a_terminal() and not no_input
    guards = _guards(workspace.project.guards, allow_messages, allow_deletes, allow_country)
    plan = plan_file.read(start.root / planfile) if planfile else planning.make(workspace, only)
    if not planfile:
        planning.show(plan, as_json, workspace.project.limits.calls_per_second)
        if not any(True for _ in plan.changes):
            return 0
    elif as_json:
        say(events.version(now()))
    check(workspace, plan, guards, allow_metered)
    if not planfile and not auto_approve:
        _approve(person)
    interrupted, outcomes = _applied(workspace, plan, lock_wait, adopt, allow_metered)
    if person and not interrupted:
        interrupted, outcomes = _asked_all(workspace, outcomes, lock_wait)
    say("\n".join(events.applied(outcomes, now())) if as_json else outcome_text(outcomes, now()))
    return INTERRUPTED if interrupted else exit_code({outcome.result for outcome in outcomes})


def _guards(guards: Guards, messages: int | None, deletes: int | None, countries: tuple[str, ...]) -> Guards:
    return replace(
        guards,
        max_messages=guards.max_messages if messages is None else messages,
        max_delete_percent=guards.max_delete_percent if deletes is None else deletes,
        # No list at all allows every country; a list of one word more must not become a list of one.
        allowed_countries=guards.allowed_countries and (*guards.allowed_countries, *countries),
    )


def check(workspace: Workspace, plan: Plan, guards: Guards, allow_metered: bool) -> None:
    """Raises Stale when the plan no longer fits, Refused when a guard says no."""
    declared = {space.space_id: space for space in workspace.project.spaces}
    fresh(workspace, plan, workspace.recorded)
    spaces = [declared.get(space.space_id) or Space(space.name, space.space_id, "") for space in plan.spaces]
    found = refusals(plan, spaces, guards, workspace.recorded, now())
    refused = [problem for problem in found if not (allow_metered and problem.code == "metered-out")]
    if refused:
        raise Refused(*refused)


def fresh(workspace: Workspace, plan: Plan, states: Mapping[str, State]) -> None:
    declared = {space.space_id: space for space in workspace.project.spaces}
    stale = list(staleness(plan, states, declared, workspace.identity))
    if stale:
        raise Stale(*stale)


def _approve(person: bool) -> None:
    if not person:
        raise ReconcilerError(Problem("approval-needed", "there is no terminal to ask for approval"))
    complain("\nOnly `yes` is accepted to approve.")
    if click.prompt("  Apply this plan", default="", show_default=False, err=True) != "yes":
        raise ReconcilerError(Problem("not-approved", "the plan was not approved; nothing was done"))


def _applied(
    workspace: Workspace, plan: Plan, lock_wait: float, adopt: bool, allow_metered: bool
) -> tuple[bool, list[Outcome]]:
    """Whether it was interrupted, and what became of each change."""
    limits = workspace.project.limits
    with run(workspace, "apply", plan.touched, limits, _products(plan), lock_wait, plan.digest) as (
        journals,
        hands,
        results,
    ):
        # Between the plan and the lease somebody else may have been at work.
        fresh(workspace, plan, {**workspace.recorded, **{id: journal.state for id, journal in journals.items()}})
        with Progress(plan, limits.calls_per_second) as progress:
            hands.adopt, hands.allow_metered, hands.tell = adopt, allow_metered, progress.tell
            outcomes = apply(plan, journals, hands)
        results.update(tallied(outcomes))
        return hands.interrupted, outcomes


def _products(plan: Plan) -> tuple[Product, ...]:
    return tuple(sorted({OPERATIONS[call.operation].product for change in plan.changes for call in change.all_calls}))


def _asked_all(workspace: Workspace, outcomes: Sequence[Outcome], lock_wait: float) -> tuple[bool, list[Outcome]]:
    """One after the other. An interrupted prompt is the last one: what was not answered by then stays open."""
    answered = list(outcomes)
    for place, outcome in enumerate(outcomes):
        try:
            answered[place] = _asked(workspace, outcome, lock_wait)
        except (click.Abort, KeyboardInterrupt):
            return True, answered
        except Locked as error:
            answered[place] = replace(outcome, problem=error.problems[0])
    return False, answered


def _asked(workspace: Workspace, outcome: Outcome, lock_wait: float) -> Outcome:
    """An apply at a terminal is an apply that pauses, then one verify for each answer given."""
    waits = outcome.challenge
    if waits is None or waits.kind != "code" or waits.parked:
        return outcome
    try:
        answered = answer(replace(workspace), outcome.address, codes.Prompt(now()), False, max(lock_wait, 30.0))
    except ReconcilerError as error:
        return replace(outcome, result="failed", problem=error.problems[0])
    if answered.problem and answered.problem.code == "already-ready":
        return replace(outcome, result="done", challenge=None, problem=None)  # somebody else was faster
    counts = COUNTS[outcome.action] if answered.result == "done" else ()
    return replace(answered, action=outcome.action, counts=outcome.counts + counts)
