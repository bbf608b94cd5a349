"""`reconciler apply`: the calls of a plan and no others. What is shown, approved and applied is one value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.apply import apply
from reconciler.cli import options, plan_file
from reconciler.cli import plan as planning
from reconciler.cli.asking import ask_all
from reconciler.cli.checks import approve, check_fresh, check_guards, left_to_do
from reconciler.cli.consent import Consent, words_of_consent
from reconciler.cli.progress import progress
from reconciler.cli.running import run, tallied
from reconciler.cli.start import Start
from reconciler.cli.terminal import as_events, at_a_terminal, say
from reconciler.cli.workspace import Workspace, now
from reconciler.core.change import Plan
from reconciler.core.outcome import Outcome, exit_code
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
@words_of_consent
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
    consent: Consent,
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
    with as_events(as_json):
        if planfile:
            reviewed = plan_file.read(start.root / planfile, start.root)
            if as_json:
                say(events.version(now()))
            check_fresh(workspace, reviewed, workspace.recorded)
            plan = left_to_do(reviewed, planning.make(workspace, [space.name for space in reviewed.spaces]))
        else:
            plan = reviewed = planning.make(workspace, only)
            planning.show(plan, as_json, workspace.project.limits.calls_per_second)
            if not any(True for _ in plan.changes):
                return 0
        check_guards(workspace, plan, consent)
        if not planfile and not auto_approve:
            approve(person)
        interrupted, outcomes, bugs = _applied(workspace, reviewed, plan, lock_wait, consent, as_json)
    if person and not interrupted and not bugs:
        interrupted, outcomes = ask_all(workspace, outcomes)
    again = workspace.again
    say("\n".join(events.applied(outcomes, now())) if as_json else outcome_text(outcomes, now(), again))
    if bugs:
        raise bugs[0]
    return INTERRUPTED if interrupted else exit_code({outcome.result for outcome in outcomes})


def _applied(
    workspace: Workspace, reviewed: Plan, plan: Plan, lock_wait: float, consent: Consent, as_json: bool
) -> tuple[bool, list[Outcome], list[Exception]]:
    """Whether it was interrupted, what became of each change, and bugs. plan: what is left of the reviewed one."""
    if not any(True for _ in plan.changes):
        return False, [], []
    limits = workspace.project.limits
    with run(workspace, "apply", plan.touched, limits, _products(plan), lock_wait, reviewed.digest) as (
        journals,
        hands,
        results,
    ):
        # Between the plan and the lease somebody else may have been at work.
        check_fresh(
            workspace, reviewed, {**workspace.recorded, **{id: journal.state for id, journal in journals.items()}}
        )
        with progress(plan, limits.calls_per_second, as_json) as tell:
            hands.adopt, hands.allow_metered, hands.tell = consent.adopt, consent.allow_metered, tell
            outcomes = apply(plan, journals, hands)
        for space in plan.spaces:
            mine = {change.address for change in space.changes}
            results[space.space_id] = tallied([outcome for outcome in outcomes if outcome.address in mine])
        return hands.interrupted, outcomes, hands.bugs


def _products(plan: Plan) -> tuple[Product, ...]:
    return tuple(sorted({OPERATIONS[call.operation].product for change in plan.changes for call in change.all_calls}))
