"""`reconciler comment`: one comment on a pull request for each key, rendered here from data, and updated in place.

Text of a comment is never copied from a document: a plan is read as a plan, checked, and rendered again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.terminal import complain, say
from reconciler.core.ci_job import CiJob, ci_job
from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Problem, Stale, UsageError
from reconciler.render.escape import escape
from reconciler.runs.codes.open_challenges import open_challenges
from reconciler.runs.comment_key import check_key, key_of
from reconciler.runs.files import outcomes, plan_stream
from reconciler.runs.files import plan as plan_file
from reconciler.runs.files.checked import read_check
from reconciler.runs.workspace import Workspace, now
from reconciler.runtime import regular_files

EPILOG = """\b
Examples:
  reconciler comment github plan.out
  reconciler comment github plan.out --untrusted      from an untrusted branch
  reconciler comment gitlab --outcome apply.jsonl     what waits now
  reconciler comment gitlab --outcome plan.jsonl      why there is no plan
  reconciler comment github --pending --older-than 2d --pull 12 --key nudge
  reconciler comment github --pending --checked check.json --pull 12

\b
GitHub: GITHUB_TOKEN, GITHUB_REPOSITORY;
  `permissions: pull-requests: write` is enough.
GitLab: RECONCILER_GITLAB_TOKEN, CI_PROJECT_ID, CI_API_V4_URL;
  the token needs the scope `api`.
"""


@dataclass(frozen=True, slots=True)
class CommentBody:
    """The content of a comment.

    text: a function that makes it, given the stamp.
    anew: whether it justifies a new comment if there is none yet.
    none: the line to print if it does not.
    by_the_record: it is about recorded state, not about a commit or a run.
    """

    text: Callable[..., str]
    anew: bool = True
    none: str = ""
    by_the_record: bool = False


@click.command("comment", epilog=EPILOG)
@click.argument("forge", type=click.Choice(["github", "gitlab"]))
@click.argument("planfile", type=options.FILE, required=False)
@options.option("--key", help="Which comment: there is one for each key.  [default: plan, or plan-ENVIRONMENT]")
@options.option("--untrusted", is_flag=True, help="Say that the plan comes from an untrusted branch.")
@options.option("--rehearsal", type=options.FILE, metavar="FILE", help="Also show what `rehearse --json` printed.")
@options.option(
    "--outcome",
    type=options.FILE,
    metavar="FILE",
    help="The event stream that `apply --json-into FILE` wrote, or `plan --json-into FILE` when no plan could be made.",
)
@options.option(
    "--no-plan", is_flag=True, help="Write that there is no plan, if the job left neither a plan nor an event stream."
)
@options.option("--pending", is_flag=True, help="What waits for a person, from recorded state.")
@options.option(
    "--checked",
    type=options.FILE,
    metavar="FILE",
    help="With --pending: also what `check --json` printed, where something is not as recorded.",
)
@options.option(
    "--older-than", type=options.Duration(), metavar="DURATION", help="With --pending: only what has waited longer."
)
@options.option("--pull", type=click.IntRange(1, 9_999_999_999), metavar="N", help="The pull or merge request.")
@options.option("--author", metavar="LOGIN", help="Whose comments are updated.  [default: the token's own]")
@options.spaces
@options.expect
@options.workspace
def command(
    workspace: Workspace,
    forge: str,
    planfile: Path | None,
    key: str | None,
    untrusted: bool,
    rehearsal: Path | None,
    outcome: Path | None,
    no_plan: bool,
    pending: bool,
    checked: Path | None,
    older_than: float | None,
    pull: int | None,
    author: str | None,
    only: Sequence[str],
) -> int:
    """Write one comment on a pull request, or update it in place: a saved plan, or what waits for a person.

    The comment begins with a hidden marker that contains its key. Only comments of the token's account are considered,
    and nothing is written if the comment would not change.
    """
    plan = key_of("plan", workspace.environment)
    key = check_key(key or plan)
    if [bool(planfile), bool(outcome), no_plan, pending].count(True) != 1:
        raise click.UsageError("Give one of PLANFILE, --outcome FILE, --no-plan and --pending.")
    if older_than is not None and not pending:
        raise click.UsageError("--older-than goes with --pending.")
    if older_than is not None and key == plan:
        raise click.UsageError(f"--older-than would leave things out of the comment `{plan}`: give --key nudge.")
    if checked and not pending:
        raise click.UsageError("--checked goes with --pending.")
    if rehearsal and (untrusted or not planfile):
        raise click.UsageError("--rehearsal goes with a PLANFILE, and not with --untrusted: rehearse the plan here.")
    if planfile:
        document = _plan(workspace.root, planfile, key, untrusted, rehearsal)
    elif outcome:
        document = _outcome(workspace.root / outcome, workspace, key, untrusted)
    elif no_plan:
        document = _failed(PlanFailure(), key, untrusted)
    else:
        document = _pending(workspace, only, older_than or 0.0, key, checked)
    say(_commented(forge, document, str(pull) if pull else None, author, workspace.environment or ""))
    return 0


def _plan(root: Path, planfile: Path, key: str, untrusted: bool, rehearsal: Path | None) -> CommentBody:
    from reconciler.render.markdown.comments import plan_comment

    with contextlib.suppress(OSError):  # a missing file is reported where it is read
        outcomes.check_size(root / planfile)
    plan = plan_file.read(root / planfile, root)
    lines = _rehearsed(root / rehearsal, plan.digest) if rehearsal else []
    return CommentBody(partial(plan_comment, plan, key, untrusted=untrusted, rehearsal=lines))


def _rehearsed(path: Path, digest: str) -> list[str]:
    from reconciler.core.rehearsal.report import load_report
    from reconciler.render.text.rehearsal import report_lines

    try:
        outcomes.check_size(path)
        report = load_report(json.loads(regular_files.read(path, outcomes.SIZE)))
    except OSError as error:
        raise UsageError(Problem("rehearsal-unreadable", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise UsageError(Problem("rehearsal-unreadable", f"{path} is not what `rehearse --json` prints")) from None
    if report.digest != digest:
        raise Stale(Problem("rehearsal-of-another", f"{path} is about another plan"))
    return report_lines(report)


def _outcome(path: Path, workspace: Workspace, key: str, untrusted: bool) -> CommentBody:
    from reconciler.render.markdown.comments import apply_comment, refusal_comment

    if plan_stream.is_of_plan(path):
        return _failed(plan_stream.why_no_plan(path), key, untrusted)
    if untrusted:
        raise outcomes.refused_stream(path, "an untrusted branch has no outcome: this is not the stream of a plan")
    if problems := outcomes.refusal(path):
        return CommentBody(partial(refusal_comment, problems, key))
    done, tips = outcomes.done_of_plan(path), outcomes.tips(path)
    return CommentBody(partial(apply_comment, outcomes.read(path), key, workspace.again, plan=done, tips=tips))


def _failed(failure: PlanFailure, key: str, untrusted: bool) -> CommentBody:
    from reconciler.render.markdown.comments import failure_comment

    return CommentBody(partial(failure_comment, failure, key, untrusted=untrusted))


def _pending(
    workspace: Workspace, only: Sequence[str], older_than: float, key: str, checked: Path | None
) -> CommentBody:
    from reconciler.render.markdown.comments import pending_comment
    from reconciler.render.text.outcome import none_waits

    report = read_check(workspace.root / checked) if checked else None
    waits = open_challenges(workspace, only, older_than)
    text = partial(
        pending_comment,
        [*waits.listed, *waits.cloud],
        key,
        workspace.again,
        older_than=older_than,
        total=waits.total,
        tips=waits.tips,
        checked=report,
    )
    anew = bool(waits.listed or (report and report.exit_code))
    return CommentBody(text, anew, none_waits(older_than, waits.total), by_the_record=True)


def _commented(name: str, document: CommentBody, pull: str | None, author: str | None, environment: str) -> str:
    """What was done, in a sentence."""
    from reconciler.forge import FORGES, Session, Thread, WantedPull, find_pull

    forge = FORGES[name](os.environ)
    known = pull or forge.pull()
    if known is None:
        raise UsageError(Problem("no-pull-request", "neither the command line nor an environment variable names one"))
    with contextlib.closing(Session(forge.site)) as session:
        job = forge.job()
        if isinstance(known, WantedPull):
            found = find_pull(forge, session, known)
            if found is None:
                return f"Nothing commented: no {known.what}."
            number, job = found.number, ci_job(job.commit, job.base or found.base, job.run, job.url)
        else:
            number = known
        mine = author or forge.me(session)
        text, passing = _stamped(document, job, environment)
        marker = text.partition("\n")[0]
        written = Thread(forge, session, number, mine).put(marker, text, document.anew, passing)
    if written is None:
        return f"Nothing commented: {document.none[:1].lower()}{document.none[1:]}"
    if written.author != mine:
        complain(f"warning: the token wrote as {escape(written.author)}: give --author, or another comment is written")
    return f"{written.action.capitalize()} comment {written.id} on {forge.site.whose}, number {number}."


def _stamped(document: CommentBody, job: CiJob, environment: str) -> tuple[str, re.Pattern[str]]:
    """The whole text, and what of it makes no difference to the comment that is there."""
    from reconciler.render.markdown.stamp import TIME, WHOLE, stamp_line

    about = replace(job, commit="", base="") if document.by_the_record else job
    return document.text(stamp=stamp_line(about, now(), environment)), WHOLE if document.by_the_record else TIME
