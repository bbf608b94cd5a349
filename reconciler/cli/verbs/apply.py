"""`reconciler apply`: makes the calls of a plan and no others. What is shown, approved and applied is one value."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from reconciler.cli import code_sources, options
from reconciler.cli.approval import approve
from reconciler.cli.consent import scoped, words_of_consent
from reconciler.cli.main import INTERRUPTED
from reconciler.cli.progress import Progress
from reconciler.cli.terminal import at_a_terminal, here, say, worded
from reconciler.cli.verbs import plan as planning
from reconciler.core.consent import Consent
from reconciler.core.journal.tip import NOWHERE, Tips
from reconciler.core.outcome import Outcome, exit_code
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import final_steps, so_far
from reconciler.errors import Problem, Refused, StateError
from reconciler.render.documents import events
from reconciler.render.text import problems, terraform
from reconciler.render.text.approval_summary import question, where
from reconciler.render.text.outcome import outcome_text
from reconciler.render.times import counted
from reconciler.runs.apply import after_answers, applied, products
from reconciler.runs.codes.ask_all import ask_all
from reconciler.runs.event_stream import stream
from reconciler.runs.planning import stand_in
from reconciler.runs.planning.guards import check_guards
from reconciler.runs.planning.make import make
from reconciler.runs.planning.reviewed import by_digest, from_file
from reconciler.runs.workspace import Workspace, now

EPILOG = """\b
Examples:
  reconciler apply                   plan, ask for `yes`, apply, ask for codes
  reconciler apply plan.out          only what was planned and reviewed
  reconciler apply --digest 3f0c...  the same, by the digest from `plan`
  reconciler apply --auto-approve --no-input   in a pipeline
"""
PROBLEMS = {None: problems.problem, "terraform": terraform.problem}


def _hex(context: click.Context, param: click.Parameter, said: str | None) -> str | None:
    if said is not None and not re.fullmatch("[0-9a-f]{64}", said):
        raise click.BadParameter("a plan's digest is 64 hexadecimal digits.")
    return said


@click.command("apply", epilog=EPILOG)
@click.argument("planfile", type=options.FILE, required=False)
@options.option("--auto-approve", consent=True, is_flag=True, help="Apply without asking for `yes`.")
@options.option(
    "--digest",
    consent=True,
    metavar="HEX",
    callback=_hex,
    help="Apply only if the plan as it is now has this digest.",
)
@options.refresh_only
@options.no_input
@options.lock_wait("0s")
@options.spaces
@options.changed_since
@scoped
@options.guards_of
@words_of_consent
@options.full
@options.as_json
@options.compat
@options.json_into
@options.workspace_and_cloud
def command(workspace: Workspace, planfile: Path | None, refresh_only: bool, **given: Any) -> int:
    """Make the calls of a plan: of PLANFILE, of the plan with --digest, or of a new plan after you type `yes`.

    Give --digest the same --space, --changed-since and --target as its plan; the same job continues with it after a
    pause.

    With --refresh-only it calls nothing: it records what was changed outside of reconciler, as `plan --refresh-only`
    shows it.

    Stops where a person is needed. At a terminal it then asks for the codes, hidden, one at a time; without
    a terminal it exits 3 and prints the commands that continue. Anyone can run it again to finish the rest.
    """
    limited = given["digest"] or given["since"] or given["scope"]
    if planfile and limited:
        raise click.UsageError("PLANFILE says what to apply: leave --digest, --changed-since and --target out.")
    if not refresh_only:
        return carry_out(workspace, planfile=planfile, **given)
    if planfile or limited or given["into"]:
        raise click.UsageError("--refresh-only goes by what the cloud reports: leave the plan and --json-into out.")
    from reconciler.cli.accept_drift import accept_drift

    person = at_a_terminal() and not given["no_input"]
    return accept_drift(workspace, given["only"], person, given["auto_approve"], given["lock_wait"], given["as_json"])


def carry_out(
    workspace: Workspace,
    scope: Scope | None,
    consent: Consent,
    auto_approve: bool,
    no_input: bool,
    lock_wait: float,
    only: Sequence[str],
    guards_of: str | None,
    full: bool,
    as_json: bool,
    compat: str | None,
    into: Path | None,
    planfile: Path | None = None,
    digest: str | None = None,
    since: str | None = None,
) -> int:
    """Plans or reads the plan, asks, applies, asks for codes; returns the exit code. Takes the command's options.
    lock_wait: seconds."""
    person = at_a_terminal() and not no_input
    kept = workspace.root / planfile if planfile else None
    out, file = partial(say, paint=False) if as_json else None, workspace.root / into if into else None
    with worded(compat), stream("apply", out, workspace.start.notify, file, kept) as told:
        base = stand_in.base_of(workspace.root, guards_of, workspace.project) if guards_of else None
        if kept:
            reviewed, plan = from_file(workspace, kept)
        elif digest:
            reviewed, plan = by_digest(workspace, digest, only, since or "", scope)
        else:
            stand_in.refuse(workspace)
            plan = reviewed = make(workspace, only, since or "", base=base, scope=scope)
            planning.show(plan, compat or "text", workspace, told, full)
        check_guards(workspace, plan, consent, base=base)
        if not (kept or digest or plan.left_out or plan.all_changes):
            return 0
        decides = not (planfile or digest or auto_approve)
        _ask_for_approval(workspace, plan, person, decides, consent)

        def run(part: Plan) -> tuple[bool, list[Outcome], list[Exception]]:
            progress = Progress(part, workspace.project.limits.calls_per_second, told)
            return applied(workspace, reviewed, part, lock_wait, consent, progress)

        interrupted, outcomes, bugs = run(plan)
        seen = _seen(workspace, plan)
        workspace.close()
        if person and not interrupted and not bugs:
            interrupted, answered = ask_all(workspace, outcomes, code_sources.prompt)
            if not interrupted:
                interrupted, answered, bugs = after_answers(workspace, reviewed, outcomes, answered, run)
                workspace.close()
            outcomes = answered
        outcomes = [*outcomes, *(Outcome(str(each.address), "plan", "failed", each) for each in reviewed.left_out)]
        told.tell(*events.applied(outcomes, now(), so_far(reviewed, outcomes), seen))
        if not told.to_stdout:
            say(outcome_text(outcomes, here(), workspace.again, PROBLEMS[compat], full))
    if bugs:
        raise bugs[0]
    return INTERRUPTED if interrupted else exit_code({outcome.result for outcome in outcomes})


def _seen(workspace: Workspace, plan: Plan) -> Tips:
    """Space name -> tip (last entry) of each journal that this run may have written to, if this working copy remembers
    it."""
    with contextlib.suppress(StateError):
        seen = workspace.witness.seen()
        return {name: seen[id] for id, name in plan.touched.items() if id in seen}
    return NOWHERE


def _ask_for_approval(workspace: Workspace, plan: Plan, person: bool, decides: bool, consent: Consent) -> None:
    """Of a person, if nothing else decides. Raises Refused."""
    final = 0 if consent.allow_irreversible else final_steps(plan)
    if plan.changes and decides:
        approve(person, lambda: _about(workspace, plan), _word(plan), final)
    elif final and plan.scope and plan.scope.destroy:
        raise Refused(Problem("irreversible-steps", f"{counted(final, 'change')} of this plan cannot be undone"))


def _word(plan: Plan) -> str:
    """What a person types to approve: of a plan that destroys, what it is that goes."""
    if not (plan.scope and plan.scope.destroy):
        return "yes"
    names = {change.address.partition("/")[0] for change in plan.changes}
    return plan.environment or (names.pop() if len(names) == 1 else str(len(plan.changes)))


def _about(workspace: Workspace, plan: Plan) -> tuple[str, str]:
    """Nothing is held while a person is asked; missing credentials are detected before that."""
    used = products(plan)
    workspace.signer(used)
    urls, state = [workspace.endpoints[each] for each in used], workspace.place.url
    workspace.close()
    return where(plan, urls, state), question(plan)
