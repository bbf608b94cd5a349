"""`reconciler state snapshot`: writes the published state, with which untrusted branches can be planned without
secrets."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import complain, say
from reconciler.core.model import Project
from reconciler.core.review.published_state import dump_published, take
from reconciler.errors import Problem, StateError, UsageError
from reconciler.render.times import counted
from reconciler.revisions import git
from reconciler.revisions.project import project_at
from reconciler.runs.files.write import save
from reconciler.runs.workspace import Workspace, now

EPILOG = """\b
Examples:
  reconciler state snapshot --out snapshot.json    in a job that reads state
  reconciler plan --state snapshot.json            in a job that cannot
"""


@click.command("snapshot", epilog=EPILOG)
@options.option("--out", type=options.FILE, metavar="FILE", help="Write it there, not to stdout.")
@options.option(
    "--revision", metavar="REV", default="HEAD", show_default=True, help="The revision whose addresses are published."
)
@options.expect
@options.workspace
def snapshot(workspace: Workspace, out: Path | None, revision: str) -> int:
    """Print published state: the phase of each resource that REV declares, as a JSON document that can be public.

    It contains the addresses that REV declares, and no others: no number, no e-mail address, no id of the cloud. Other
    records are only counted. `plan --state FILE` plans with it.
    """
    if not workspace.root.is_dir():
        raise UsageError(Problem("no-such-folder", f"{workspace.root} is not a folder"))
    at = git.commit(workspace.root, revision)
    states = workspace.recorded
    endpoints = {each.endpoint for each in states.values() if each.endpoint} or {workspace.identity}
    if len(endpoints) > 1:
        raise StateError(Problem("other-endpoint", f"the state was recorded against {' and '.join(sorted(endpoints))}"))
    said = workspace.settings
    whose = Project(str(workspace.root), (), environment=said.environment, account=said.account)
    taken = take(project_at(workspace.root, at, whose), states, at, endpoints.pop(), now())
    text = json.dumps(dump_published(taken), ensure_ascii=True, indent=1)
    if out is None:
        say(text, paint=False)
        return 0
    save(workspace.root / out, text + "\n", shared=True)
    published = counted(len(taken.resources), "address", "addresses")
    complain(f"Saved to {out}: {published} of revision {at[:12]}, nothing personal.")
    return 0
