"""Why there is no plan: what a comment and a job's summary say in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.errors import Problem


@dataclass(frozen=True, slots=True)
class PlanFailure:
    """Why there is no plan.

    problems: each reason; none if nothing tells it.
    warnings: what the files have that may be a mistake.
    none_needed: it did not fail, there was nothing to do.
    """

    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    none_needed: bool = False
