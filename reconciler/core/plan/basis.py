"""What a plan was compared with where that was not recorded state. Such a plan is there to be read, never applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit


@dataclass(frozen=True, slots=True)
class Basis:
    """revision: the commit, in hex, whose configuration stands for what is recorded.

    taken_at: when the snapshot was taken that tells the phases, "" without one: then all that the revision declares
    counts as done. unsure: addresses whose records are not as it declares them. undeclared: how many records it does
    not declare. behind: it is no part of what is planned, so that its changes look as if they were taken back.
    """

    revision: str
    taken_at: str = ""
    unsure: tuple[str, ...] = ()
    undeclared: int = 0
    behind: bool = False


_BASIS: Forms = {
    "revision": field_checks.matching("[0-9a-f]{40}([0-9a-f]{24})?"),
    "taken_at": field_checks.maybe(field_checks.time),
    "unsure": field_checks.many(field_checks.address),
    "undeclared": field_checks.whole,
    "behind": field_checks.flag,
}


def from_row(row: Mapping[str, Any] | None) -> Basis | None:
    """From JSON values, as asdict() gives them. Raises ValueError for what has not its form."""
    if row is None:
        return None
    if field := misfit(row, _BASIS):
        raise ValueError(f"{field} is not well formed")
    return Basis(**{**row, "unsure": tuple(row["unsure"])})
