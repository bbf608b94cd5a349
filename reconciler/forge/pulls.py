"""Finds a job's pull request by its commit, if the environment does not name one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.errors import CloudError, Problem
from reconciler.forge.contract import Forge, WantedPull
from reconciler.forge.session import Session
from reconciler.forge.site import inside


def find_pull(forge: Forge, session: Session, wanted: WantedPull) -> str | None:
    """The number; None if there is none. Raises CloudError if several match."""
    rows = session.value("pulls", wanted.query)
    fits = [row for row in rows if isinstance(row, dict) and _fits(row, wanted)] if isinstance(rows, list) else []
    fits = [row for row in fits if _inside(row, wanted)] or fits
    numbers = [forge.number(row) for row in fits if forge.number(row)]
    if len(numbers) > 1:
        what = f"{forge.site.whose}: several fit ({', '.join(numbers[:5])}), and one is meant"
        raise CloudError(Problem("no-pull-request", what, hint="Say which with --pull NUMBER."))
    return numbers[0] if numbers else None


def _fits(row: Mapping[str, Any], wanted: WantedPull) -> bool:
    if wanted.needed and not inside(row, wanted.needed):
        return False
    return any(inside(row, field) == wanted.value for field in wanted.fields)


def _inside(row: Mapping[str, Any], wanted: WantedPull) -> bool:
    source, target = (inside(row, side) for side in wanted.sides)
    return source is not None and source == target
