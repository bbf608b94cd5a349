"""`reconciler plan`: configuration against recorded state. No client is created, so nothing can be sent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reconciler.cli import options
from reconciler.cli.consent import scoped, words_that_allow
from reconciler.cli.lazy import Lazy
from reconciler.cli.screen import columns
from reconciler.cli.terminal import complain, here, say, worded
from reconciler.core.consent import Consent
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Plan
from reconciler.errors import ReconcilerError, Refused
from reconciler.render.formats import FOR_EYES, FORMATS, Setting, parts
from reconciler.runs.event_stream import Stream, stream
from reconciler.runs.files import plan as plan_file
from reconciler.runs.planning.guards import is_refused
from reconciler.runs.planning.make import make
from reconciler.runs.planning.stand_in import base_of
from reconciler.runs.start import Start
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime.gc_pause import paused

if TYPE_CHECKING:
    from reconciler.core.review.accept import Refreshed
    from reconciler.core.review.preflight import PreflightReport

EPILOG = """\b
Examples:
  reconciler plan
  reconciler plan --space acme --out plan.out
  reconciler plan --format markdown >> "$GITHUB_STEP_SUMMARY"
  reconciler plan --detailed-exitcode      2 if there are changes
  reconciler plan --changed-since origin/main
  reconciler plan --target acme/phone_number/support
  reconciler plan --refresh-only           what was changed outside
  reconciler plan --preflight              what apply will meet
  reconciler plan --state snapshot.json    by published state
  reconciler plan --against origin/main    by what that revision declares
"""


@click.group("plan", cls=Lazy, places={"check": "plan_check:command"}, epilog=EPILOG, invoke_without_command=True)
@options.option("--out", type=options.FILE, metavar="FILE", help="Save the plan for apply. Contains full numbers.")
@options.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is something to do.")
@options.refresh
@options.refresh_only
@options.preflight
@words_that_allow
@options.against
@options.guards_of
@options.spaces
@options.changed_since
@scoped
@options.full
@options.as_json
@options.format(FORMATS)
@options.compat
@options.json_into
@options.expect
@options.environment
@options.state
@options.endpoint
@click.pass_context
def command(
    context: click.Context,
    out: Path | None,
    detailed_exitcode: bool,
    refresh: bool,
    refresh_only: bool,
    preflight: bool,
    consent: Consent,
    against: str | None,
    guards_of: str | None,
    only: Sequence[str],
    since: str | None,
    scope: Scope | None,
    full: bool,
    as_json: bool,
    form: str | None,
    compat: str | None,
    into: Path | None,
    expect: str | None,
    environment: str | None,
    state: str | None,
    endpoint: str | None,
) -> int:
    """Show what apply would do: each change and its reason, the calls, the messages, who must be near which phone.

    Reads the configuration and recorded state; needs no cloud and no cloud credentials. --state also takes a file
    that `state snapshot` wrote. A plan with such a file, or with --against, is for review and cannot be applied.

    If a space has a change that no operation can make, it is left out, the others are planned, and plan exits 1.

    --target and --exclude make a partial plan, which says so; another plan, with another digest, is left to do.

    --refresh also asks the cloud, and shows what was changed outside since it was recorded; the plan itself is made
    from recorded state as ever. --refresh-only plans nothing else. Both only read.

    --preflight asks the cloud what apply will meet: whether the account is approved, what a display name's review says,
    whether a number is in another space already. It only reads, and changes neither the plan nor its digest.

    Exits 6 if a guard would refuse to apply the plan, after showing and saving it. Consent given here is not saved:
    apply needs it again.
    """
    if context.invoked_subcommand:
        return 0
    start: Start = context.obj
    if against and context.get_parameter_source("state") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--against reads no state: leave --state out.")
    if (refresh or refresh_only) and (against or since):
        raise click.UsageError("A refresh compares recorded state: leave --against and --changed-since out.")
    if refresh_only and (out or scope or preflight):
        raise click.UsageError("--refresh-only plans nothing: leave --out, --target and --preflight out.")
    if preflight and against:
        raise click.UsageError("--preflight looks at what apply would do next: leave --against out.")
    if against and guards_of:
        raise click.UsageError("--against REV goes by the guards of REV: leave --guards-of out.")
    workspace = options.workspace_of(start, environment, state, endpoint, expect)
    form = options.chosen_form(context, "events")
    kept = start.root / out if out else None
    out_of = partial(say, paint=False) if form == "events" else None
    file = start.root / into if into else None
    with paused(once=True), worded(compat), stream("plan", out_of, start.notify, file, kept) as told:
        drift = _read(workspace, only, refresh_only) if refresh or refresh_only else None
        if refresh_only:
            made = Plan(workspace.identity)
        else:
            base = base_of(start.root, guards_of, workspace.project) if guards_of else None
            made = make(workspace, only, since or "", against or "", consent, base, scope)
        if kept:
            plan_file.write(made.without_consent, kept, start.root)
        ahead = _foresee(workspace, made, consent) if preflight else None
        show(made, form, workspace, told, full, drift, ahead)
    if out and form in FOR_EYES:
        complain(f"Saved to {out}; {_use(made, workspace.again('apply', str(out)))}.")
    if made.left_out:
        return ReconcilerError.exit_code
    if is_refused(made.refusals):
        return Refused.exit_code
    return 2 if detailed_exitcode and (made.changes or (drift and drift.drifts)) else 0


def _read(workspace: Workspace, only: Sequence[str], alone: bool) -> Refreshed:
    from reconciler.cli.reading_progress import reading_progress
    from reconciler.runs.readings.refresh import refreshed

    with reading_progress() as watch:
        return refreshed(workspace, only, watch, alone)


def _foresee(workspace: Workspace, made: Plan, consent: Consent) -> PreflightReport:
    from reconciler.cli.reading_progress import reading_progress
    from reconciler.runs.readings import preflight

    with reading_progress() as watch:
        return preflight.preflight(workspace, made, consent, watch)


def _use(made: Plan, apply: str) -> str:
    if made.basis:
        return "it can be read, and not be applied"
    if made.refusals:
        return "apply refuses it, for the reasons above"
    return f"`{apply}` does this and no more{', if you give it the same consent options' if made.allowed else ''}"


def show(
    made: Plan,
    form: str,
    workspace: Workspace,
    told: Stream,
    full: bool = False,
    drift: Refreshed | None = None,
    ahead: PreflightReport | None = None,
) -> None:
    """form: a name in FORMATS. full: every value, reason and call, however many changes there are. drift: what a
    refresh found. ahead: what is foreseen of each change."""
    if told.listens:
        from reconciler.render.documents import events

        told.tell(*(events.drifted(drift, now()) if drift else ()))
        told.tell(*(events.foreseen_changes(ahead, now()) if ahead else ()))
        told.tell(*events.planned(made, now()))
    if not told.to_stdout:
        at = here() if form in FOR_EYES else now()
        pace = workspace.settings.limits.calls_per_second
        setting = Setting(at, pace, workspace.folder, full, columns(sys.stdout), drift, workspace.again, ahead)
        for part in parts(form, made, setting):
            say(part, paint=form in FOR_EYES)
