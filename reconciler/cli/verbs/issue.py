"""`reconciler issue`: one issue about what `check` found in the cloud, for a job that a schedule starts.

The issue's text is never copied from a document: what `check --json` printed is read as data, and rendered here.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import complain, say
from reconciler.core.review.checked import FOUND, UNREAD, CheckReport
from reconciler.render.escape import escape
from reconciler.render.times import counted
from reconciler.runs.comment_key import check_key, key_of
from reconciler.runs.files.checked import read_check
from reconciler.runs.workspace import Workspace

EPILOG = """\b
Examples:
  reconciler check --json --unmanaged > check.json
  reconciler issue github check.json
  reconciler issue gitlab check.json --environment production

\b
GitHub: GITHUB_TOKEN, GITHUB_REPOSITORY;
  `permissions: issues: write` is enough.
GitLab: RECONCILER_GITLAB_TOKEN, CI_PROJECT_ID, CI_API_V4_URL;
  the token needs the scope `api`.
"""


@click.command("issue", epilog=EPILOG)
@click.argument("forge", type=click.Choice(["github", "gitlab"]))
@click.argument("checkfile", type=options.FILE)
@options.option("--key", help="Which issue: there is one for each key.  [default: drift, or drift-ENVIRONMENT]")
@options.option("--author", metavar="LOGIN", help="Whose issues are looked at.  [default: the token's own]")
@options.workspace
def command(workspace: Workspace, forge: str, checkfile: Path, key: str | None, author: str | None) -> int:
    """Open one issue about what is not as recorded in the cloud, update it in place, and close it when nothing differs.

    CHECKFILE is what `check --json` printed. The issue is found by a hidden marker that contains its key, among the
    issues of the token's account, whatever its title. If somebody closed it and something still differs, it is opened
    again. Nothing is written if the issue would not change, or if there is nothing to tell.

    Exits 1 if nothing differs and something is unknown, or nothing was compared, or, without --key, only a part: an
    issue is neither opened nor closed for that.
    """
    report = read_check(workspace.root / checkfile)
    open_question = _open_question(report, key)
    key = check_key(key or key_of("drift", workspace.environment))
    due = None if open_question else report.exit_code == FOUND
    say(_kept(forge, report, key, author, workspace, due))
    if open_question:
        complain(f"{open_question}: no issue is opened or closed for that")
        return UNREAD
    return 0


def _open_question(report: CheckReport, key: str | None) -> str:
    """Why it is not known that nothing differs; "" if it is, or if something differs."""
    if report.exit_code == FOUND:
        return ""
    if report.exit_code == UNREAD:
        return f"{counted(report.tally['unknown'], 'resource')} unknown"
    if not report.resources:
        return "nothing recorded was compared"
    # An issue about a part has a key of its own.
    return "only a part of what is recorded was compared" if report.partial and not key else ""


def _kept(name: str, report: CheckReport, key: str, author: str | None, workspace: Workspace, due: bool | None) -> str:
    """What was done, in a sentence."""
    from reconciler.forge import FORGES, Issues, Session
    from reconciler.render.markdown.comments import drift_issue, marker
    from reconciler.render.markdown.drift import TITLE
    from reconciler.render.markdown.stamp import WHOLE, stamp_line

    forge = FORGES[name](os.environ)
    where = f" ({workspace.environment})" if workspace.environment else ""
    with contextlib.closing(Session(forge.site)) as session:
        mine = author or forge.me(session)
        job = replace(forge.job(), commit="", base="")  # it is about recorded state
        stamp = stamp_line(job, report.at, workspace.environment or "")
        text = drift_issue(report, key, workspace.again, stamp=stamp)
        kept = Issues(forge, session, mine).keep(marker(key), f"{TITLE}{where}", text, due, WHOLE)
    if kept is None:
        return f"No issue on {forge.site.whose}: nothing to tell."
    if kept.author != mine:
        complain(f"warning: the token wrote as {escape(kept.author)}: give --author, or another issue is opened")
    return f"{kept.action.capitalize()} issue {kept.number} on {forge.site.whose}."
