"""`reconciler plan`: config and recorded state, nothing else. No client is ever made here, so nothing can be sent."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.start import Start
from reconciler.cli.terminal import as_events, complain, say
from reconciler.cli.workspace import Workspace, now
from reconciler.core.change import Plan
from reconciler.core.plan import plan
from reconciler.errors import Problem, StateError, UsageError
from reconciler.render import events
from reconciler.render.plan_json import plan_json
from reconciler.render.plan_text import plan_text
from reconciler.store.age import encrypt_file_text
from reconciler.store.filesystem import write_whole

EPILOG = """\b
Examples:
  reconciler plan
  reconciler plan --space acme --out plan.json
  reconciler plan --detailed-exitcode      0 nothing to do, 2 changes, 1 an error
"""


@click.command("plan", epilog=EPILOG)
@options.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan for apply. Holds whole numbers."
)
@options.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is something to do.")
@options.spaces
@options.as_json
@options.state
@options.endpoint
@click.pass_obj
def command(
    start: Start,
    out: Path | None,
    detailed_exitcode: bool,
    only: Sequence[str],
    as_json: bool,
    state: str | None,
    endpoint: str | None,
) -> int:
    """Say what would happen: each change and why, its calls, its messages, and who must be near which phone.

    Reads the configuration and recorded state, no cloud and no cloud credentials.
    """
    workspace = Workspace(start, state, endpoint)
    with as_events(as_json):
        made = make(workspace, only)
    if out:
        save(made, start.root / out, start.root)
    show(made, as_json, workspace.project.limits.calls_per_second)
    if out and not as_json:
        complain(f"Saved to {out}; `{workspace.again('apply', str(out))}` does this and no more.")
    changes = any(True for _ in made.changes)
    return 2 if detailed_exitcode and changes else 0


def make(workspace: Workspace, only: Sequence[str]) -> Plan:
    workspace.check_pace(workspace.project.limits)
    states = workspace.recorded
    names = {space.name for space in workspace.project.spaces} | {state.name for state in states.values()}
    workspace.check_names(only, names)
    for recorded in states.values():
        if recorded.endpoint != workspace.identity:
            what = f"{recorded.name}: recorded against {recorded.endpoint}, and this is {workspace.identity}"
            raise StateError(Problem("other-endpoint", what))
    return plan(workspace.project, states, workspace.identity, now(), only)


def save(made: Plan, out: Path, root: Path) -> None:
    text = json.dumps(plan_json(made, now()), ensure_ascii=False, indent=1)
    try:
        write_whole(out, encrypt_file_text(text + "\n", os.environ, root))
    except OSError as error:
        raise UsageError(Problem("cannot-write", f"{out}: {error.strerror}")) from None


def show(made: Plan, as_json: bool, calls_per_second: int) -> None:
    if as_json:
        say("\n".join([events.version(now()), *events.planned(made, now())]))
    else:
        say(plan_text(made, now(), calls_per_second))
