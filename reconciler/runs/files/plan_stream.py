"""Reads what `plan --json-into FILE` wrote where it could make no plan: why. Numbers stand masked in it, and stay so.

The words may be a stranger's, so a renderer shows them as words and as nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Place, Problem
from reconciler.runs.files.outcomes import Diagnostic, Event, refused_stream, stream_events


def is_of_plan(path: Path) -> bool:
    """Whether it is the stream of a `plan`, and not of an `apply`. Raises UsageError for what is no stream."""
    return any(event.type == "version" and event.command == "plan" for event in stream_events(path))


def why_no_plan(path: Path) -> PlanFailure:
    """Why there is no plan, or that none was needed. Raises UsageError for the stream of a plan that was made."""
    told = list(stream_events(path))
    made = [event.changes for event in told if event.type == "change_summary"]
    if not made:
        return PlanFailure(tuple(_said(told, "error")), tuple(_said(told, "warning")))
    if any(event.type == "planned_change" for event in told) or any(_said(told, "error")):
        raise refused_stream(path, "a plan was made", "Give the plan itself, as `plan --out FILE` saves it.")
    return PlanFailure(none_needed=True)


def _said(told: Sequence[Event], severity: str) -> Iterator[Problem]:
    said = (event.diagnostic for event in told if event.type == "diagnostic")
    return (_problem(each) for each in said if each and each.severity == severity and each.code)


def _problem(row: Diagnostic) -> Problem:
    start = row.range.start if row.range else None
    place = Place(row.range.filename, start.line, start.column) if row.range and start else None
    return Problem(row.code, row.summary, place, hint=row.detail or "-", address=row.address or None)
