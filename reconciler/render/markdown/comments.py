"""A plan or its outcome as Markdown, for a comment or a job summary on GitHub and GitLab; drift, for an issue.

What people must know comes first and is never cut. Details are folded, and cut in the middle if they are too long.
Times are complete, because a comment may be read on any day. Numbers are masked. External text is plain words or code,
never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.core.journal.tip import NOWHERE, Tips
from reconciler.core.outcome import Challenge, Figures, Outcome
from reconciler.core.plan.change import Plan
from reconciler.core.review.checked import CheckReport
from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Problem
from reconciler.render.markdown import outcome
from reconciler.render.markdown.drift import drift_document
from reconciler.render.markdown.failure import failure_document
from reconciler.render.markdown.plan import CommentSetting, plan_document
from reconciler.render.markdown.stamp import stamped
from reconciler.render.text.outcome import Again, as_typed, none_waits

COMMENT = 60_000
"""Bytes. GitHub refuses comments above 65,536 characters."""
JOB_SUMMARY = 1_000_000
"""Bytes. GitHub drops a summary above 1 MiB."""


def marker(key: str) -> str:
    """The hidden first line of the comment with this key. key: at most 63 of `[a-z0-9._-]`, not ending with `-`."""
    return f"<!-- reconciler:{key} -->"


def plan_comment(
    plan: Plan,
    key: str,
    *,
    untrusted: bool = False,
    notes: Sequence[str] = (),
    rehearsal: Sequence[str] = (),
    stamp: str = "",
) -> str:
    """At most COMMENT bytes, without a last line break.

    untrusted: say that an untrusted branch made it. notes: sentences, beside those that the plan has of its own.
    rehearsal: lines of a report, masked already.
    stamp: as stamp_line() makes it, of whatever comment; "" for none.
    """
    setting = CommentSetting(untrusted, notes, rehearsal)
    return _whole(key, stamp, lambda room: plan_document(plan, setting, room))


def job_summary(plan: Plan, *, notes: Sequence[str] = (), calls_per_second: int = 10, full: bool = False) -> str:
    """The same without a marker, at most JOB_SUMMARY bytes. full: with the calls of each change."""
    return plan_document(plan, CommentSetting(notes=notes, calls_per_second=calls_per_second, full=full), JOB_SUMMARY)


def apply_comment(
    outcomes: Sequence[Outcome],
    key: str,
    again: Again = as_typed,
    *,
    notes: Sequence[str] = (),
    plan: Figures | None = None,
    tips: Tips = NOWHERE,
    stamp: str = "",
) -> str:
    """The outcome of an apply: its last line, what waits, with the command to continue, what failed.

    again: words after `reconciler` -> the whole command line, printed as it is.
    notes: sentences.
    plan: what has been done of the plan so far, by any run; None if that is unknown.
    tips: space name -> how far its journal has come.
    """
    return _whole(key, stamp, lambda room: outcome.applied(outcomes, again, notes, room, plan, tips))


def refusal_comment(problems: Sequence[Problem], key: str, *, stamp: str = "") -> str:
    """Of an apply that was refused before it began: why."""
    return _whole(key, stamp, lambda room: outcome.refused(problems, room))


def failure_comment(failure: PlanFailure, key: str, *, untrusted: bool = False, stamp: str = "") -> str:
    """In place of a plan: why there is none."""
    return _whole(key, stamp, lambda room: failure_document(failure, untrusted, room))


def failure_summary(failure: PlanFailure) -> str:
    """The same for the summary of the job itself, at most JOB_SUMMARY bytes."""
    return failure_document(failure, False, JOB_SUMMARY)


def pending_comment(
    challenges: Sequence[Challenge],
    key: str,
    again: Again = as_typed,
    *,
    older_than: float = 0.0,
    total: int = 0,
    tips: Tips = NOWHERE,
    checked: CheckReport | None = None,
    stamp: str = "",
) -> str:
    """The same for open challenges in recorded state, from any run.

    older_than: seconds; younger ones are left out. total: including those. checked: what `check` found.
    """
    none = none_waits(older_than, total)
    return _whole(key, stamp, lambda room: outcome.pending(challenges, again, none, room, tips, checked))


def drift_issue(report: CheckReport, key: str, again: Again = as_typed, *, stamp: str = "") -> str:
    """The text of an issue about what `check` found."""
    return _whole(key, stamp, lambda room: drift_document(report, again, room))


def _whole(key: str, stamp: str, document: Callable[[int], str]) -> str:
    """document: room in bytes -> Markdown that begins with its heading."""
    room = COMMENT - len(marker(key).encode()) - 1 - len(stamp.encode()) - 2
    return f"{marker(key)}\n{stamped(document(room), stamp)}"
