"""A plan or its outcome as Markdown, for a comment or a job summary on GitHub and GitLab.

What people must know comes first and is never cut. Details are folded, and cut in the middle if they are too long.
Times are complete, because a comment may be read on any day. Numbers are masked. External text is plain words or code,
never markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.core.journal.tip import NOWHERE, Tips
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.plan.change import Plan
from reconciler.errors import Problem
from reconciler.render.markdown import outcome
from reconciler.render.markdown.plan import CommentSetting
from reconciler.render.markdown.plan import plan_document as plan_document
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
    calls_per_second: int = 10,
    full: bool = False,
) -> str:
    """At most COMMENT bytes, without a last line break.

    untrusted: say that an untrusted branch made it. notes: sentences, beside those
    that the plan has of its own. rehearsal: lines of a report, masked already. full: with the
    calls of each change.
    """
    setting = CommentSetting(untrusted, notes, rehearsal, calls_per_second, full)
    return f"{marker(key)}\n{plan_document(plan, setting, _room(key))}"


def job_summary(
    plan: Plan,
    *,
    untrusted: bool = False,
    notes: Sequence[str] = (),
    rehearsal: Sequence[str] = (),
    calls_per_second: int = 10,
    full: bool = False,
) -> str:
    """The same without a marker, at most JOB_SUMMARY bytes."""
    return plan_document(plan, CommentSetting(untrusted, notes, rehearsal, calls_per_second, full), JOB_SUMMARY)


def apply_comment(
    outcomes: Sequence[Outcome],
    key: str,
    again: Again = as_typed,
    *,
    notes: Sequence[str] = (),
    tips: Tips = NOWHERE,
) -> str:
    """What became of an apply: its last line, what waits, each with the command that goes on, what went wrong.

    again: words after `reconciler` -> the whole command line, printed as it is. notes: sentences. tips: how far the
    journals have come, by the names of spaces.
    """
    return f"{marker(key)}\n{outcome.applied(outcomes, again, notes, tips, _room(key))}"


def refusal_comment(problems: Sequence[Problem], key: str) -> str:
    """Of an apply that was refused before it began: why."""
    return f"{marker(key)}\n{outcome.refused(problems, _room(key))}"


def pending_comment(
    challenges: Sequence[Challenge],
    key: str,
    again: Again = as_typed,
    *,
    notes: Sequence[str] = (),
    older_than: float = 0.0,
    total: int = 0,
    tips: Tips = NOWHERE,
) -> str:
    """The same of open challenges alone: what waits by recorded state, whoever applied it.

    older_than: seconds, where younger ones were left out. total: with those.
    """
    none = none_waits(older_than, total)
    return f"{marker(key)}\n{outcome.pending(challenges, again, notes, none, tips, _room(key))}"


def _room(key: str) -> int:
    return COMMENT - len(marker(key).encode()) - 1
