"""In place of a plan, as Markdown: why there is none, each problem with its place."""

from __future__ import annotations

from reconciler.core.review.failure import PlanFailure
from reconciler.errors import Problem
from reconciler.render.markdown.outcome import document, titled_section
from reconciler.render.markdown.plan import UNTRUSTED, refusal
from reconciler.render.markdown.words import code
from reconciler.render.text.first_line import NO_CHANGES
from reconciler.render.times import counted

WHY, WARNED = "**Why:**", "**Warned:**"
NOTHING_TOLD = "The job did not come to a plan, or was stopped: its log tells why."


def failure_document(failure: PlanFailure, untrusted: bool, room: int) -> str:
    """room: bytes."""
    why = [NOTHING_TOLD] if not (failure.problems or failure.none_needed) else []
    groups = ((WHY, failure.problems), (WARNED, failure.warnings))
    told = [titled_section(begin, [_block(each) for each in found]) for begin, found in groups if found]
    return document(_heading(failure), why, told, room, [UNTRUSTED] if untrusted else [])


def _heading(failure: PlanFailure) -> str:
    if failure.none_needed:
        return NO_CHANGES
    count = f", {counted(len(failure.problems), 'problem')}" if failure.problems else ""
    return f"Plan failed{count}: nothing is planned"


def _block(problem: Problem) -> tuple[str, str]:
    place = problem.place
    at = f"{code(f'{place.file}:{place.line}:{place.column}')} " if place else ""
    return problem.code, f"- {at}{refusal(problem)}"
