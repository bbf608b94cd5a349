"""`reconciler rehearse`: applies a saved plan to a local cloud and a copy of recorded state."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.consent import words_of_consent
from reconciler.cli.terminal import complain, say
from reconciler.core.consent import Consent
from reconciler.core.journal.state import State
from reconciler.core.plan.change import Plan
from reconciler.core.rehearsal.report import dump_report, rehearsal_exit_code
from reconciler.render.text.rehearsal import rehearsal_text
from reconciler.runs.files import plan
from reconciler.runs.files.write import save
from reconciler.runs.planning.guards import guard_refusals
from reconciler.runs.planning.reviewed import from_file
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime.scratch import scratch
from reconciler.store.encryption import encrypt_file_text

EPILOG = """\b
Examples:
  reconciler rehearse plan.out
  reconciler rehearse plan.out --json > rehearsal.json
  reconciler rehearse plan.out --allow-messages 50    with consent
  reconciler rehearse plan.out --contrary 7          an unfavourable cloud
\b
Exit codes: 0 every change finishes, 1 something would fail,
3 something waits for a decision such as --resend, 5 the plan is stale,
6 a guard refuses it.
"""


@click.command("rehearse", epilog=EPILOG)
@click.argument("planfile", type=options.FILE, metavar="PLANFILE")
@options.option("--json", "as_json", is_flag=True, help="One JSON object, with numbers masked.")
@options.option("--keep", type=options.FILE, metavar="DIR", help="Write the calls, messages and journals there.")
@options.option(
    "--contrary",
    type=click.IntRange(0),
    metavar="SEED",
    help="Where documents are silent, let the cloud answer unfavourably, as SEED draws it.",
)
@words_of_consent
@options.workspace_and_cloud
def command(
    workspace: Workspace, planfile: Path, as_json: bool, keep: Path | None, contrary: int | None, consent: Consent
) -> int:
    """Carry out PLANFILE on a local cloud in the recorded state, with every code typed and every link followed.

    Reports the calls, the messages and their recipients, the time at the account's rate limit, who must do what,
    what is refused, and the differences from the plan's forecast. Needs no cloud, no network and no credentials.
    Recorded state is only read.
    """
    digest, plan, states = _subject(workspace, workspace.root / planfile)
    # What a plan does not touch it does not tell, so no share of it can be judged.
    guards = guard_refusals(workspace, plan, consent, {} if plan.basis else states)
    from reconciler.rehearsal import Stage, rehearse

    complain("Rehearsing on a local cloud; nothing real is called.")
    limits = workspace.project.limits
    with scratch("reconciler-rehearsal-") as folder:
        stage = Stage(plan, digest, limits, states, folder, now, consent)
        report, ledger = rehearse(stage, guards, contrary)
    saved = dump_report(report)
    if keep:
        journals = {journal.state.name: journal.backend.history(id) for id, journal in stage.journals.items()}
        told = {"report": saved, "calls": ledger.calls, "messages": ledger.messages}
        for name, what in {**told, "journals": journals}.items():
            text = json.dumps(what, indent=1, ensure_ascii=False) + "\n"
            save(workspace.root / keep / f"{name}.json", encrypt_file_text(text, os.environ, workspace.root))
    say(json.dumps(saved, indent=2) if as_json else rehearsal_text(report), paint=not as_json)
    return rehearsal_exit_code(report)


def _subject(workspace: Workspace, path: Path) -> tuple[str, Plan, Mapping[str, State]]:
    """The digest, what apply would do with the plan now, and the states to start from. Raises Stale as apply does."""
    reviewed = plan.read(path, workspace.root)
    if reviewed.basis:
        from reconciler.rehearsal.from_plan import states_of

        return reviewed.digest, reviewed, states_of(reviewed)
    workspace.emergency.check()
    reviewed, left = from_file(workspace, path)
    return reviewed.digest, left, workspace.recorded
