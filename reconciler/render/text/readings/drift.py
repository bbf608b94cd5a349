"""What changed outside of reconciler since it was recorded, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.core.review.accept import Drift, Refreshed, accepted_words
from reconciler.render.escape import escape
from reconciler.render.text.first_line import ASKED, NOT_ASKED
from reconciler.render.text.layout import table
from reconciler.render.text.outcome import Again, as_typed
from reconciler.render.text.readings.check import check_summary, resource_row, unmanaged_lines
from reconciler.render.times import counted

NOTE = "Note: Objects have changed outside of {}"
NONE = "No changes outside of reconciler: the cloud reports what is recorded."
HEADS = ("resource", "finding", "in the cloud", "accepting it")
BY_RUN = {
    "verified_elsewhere": "the next apply continues without a message",
    "running_out": "apply before it is needed",
    "in_another_space": "move its block to that space",
}


def drift_lines(refreshed: Refreshed, again: Again = as_typed, width: int = 0, settles: bool = True) -> list[str]:
    """again: words after `reconciler` -> the whole command line. width: columns there are, 0 for any. settles: also
    say which command records what was found."""
    report, drifts, _ = refreshed
    rows = [(*resource_row(each.found), _accepting(each)) for each in drifts]
    rows += [(*resource_row(each), "nothing") for each in report.of("unknown")]
    lines = [NOTE.format("reconciler"), "", *table(HEADS, rows, width), ""] if rows else [NONE]
    return [
        *lines,
        *unmanaged_lines(report, width),
        check_summary(report),
        *(_settling(drifts, again) if settles else ()),
    ]


def _accepting(drift: Drift) -> str:
    return accepted_words(drift.entry, drift.found) or BY_RUN.get(drift.found.verdict, "nothing to record")


def _settling(drifts: Sequence[Drift], again: Again) -> Iterator[str]:
    acceptable = sum(each.entry is not None for each in drifts)
    if acceptable:
        yield f"`{again('apply', '--refresh-only')}` records {acceptable} of {counted(len(drifts), 'finding')};"
        yield "then `plan` shows what it takes to make the cloud as declared."


def after_drift(text: str) -> str:
    """The text of a plan below what was found: the cloud was asked."""
    return text.replace(NOT_ASKED, ASKED)


def terraform_drift(refreshed: Refreshed) -> list[str]:
    """In Terraform's wording, for tools that search it."""
    if not refreshed.drifts:
        return []
    gone = ("gone", "in_another_space")
    lines = [
        f"  # {escape(each.found.address)} has {'been deleted' if each.found.verdict in gone else 'changed'}"
        for each in refreshed.drifts
    ]
    return [NOTE.format("Terraform"), "", *lines, ""]
