"""Finds a job's pull request by its commit, if the environment does not name one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciler.errors import CloudError, Problem
from reconciler.forge.contract import Forge, WantedPull
from reconciler.forge.session import Session
from reconciler.forge.site import inside, text_at


class FoundPull(NamedTuple):
    """A pull request.

    number: at its forge.
    base: the commit that it is to be merged into; "" if the forge does not say.
    """

    number: str
    base: str


def find_pull(forge: Forge, session: Session, wanted: WantedPull) -> FoundPull | None:
    """None if there is none. Raises CloudError if several match."""
    rows = session.value("pulls", wanted.query)
    fits = [row for row in rows if isinstance(row, dict) and _fits(row, wanted)] if isinstance(rows, list) else []
    fits = [row for row in fits if _inside(row, wanted)] or fits
    found = [FoundPull(number, text_at(row, "base.sha")) for row in fits if (number := forge.number(row))]
    if len(found) > 1:
        what = f"{forge.site.whose}: several fit ({', '.join(each.number for each in found[:5])}), and one is meant"
        raise CloudError(Problem("no-pull-request", what, hint="Say which with --pull NUMBER."))
    return found[0] if found else None


def _fits(row: Mapping[str, Any], wanted: WantedPull) -> bool:
    if wanted.needed and not inside(row, wanted.needed):
        return False
    return any(inside(row, field) == wanted.value for field in wanted.fields)


def _inside(row: Mapping[str, Any], wanted: WantedPull) -> bool:
    source, target = (inside(row, side) for side in wanted.sides)
    return source is not None and source == target
