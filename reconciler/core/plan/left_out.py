"""Which spaces are left out together with one that cannot be planned: those that exchange resources with it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reconciler.core.plan.change import Change
from reconciler.errors import Problem


def joined(left_out: Collection[str], found: Mapping[str, Iterable[Change | Problem]]) -> dict[str, list[Problem]]:
    """Further spaces to leave out, with the reason: half a move is not planned."""
    links = [
        (id, other, change.address)
        for id, changes in found.items()
        for change in changes
        if isinstance(change, Change)
        for other in _others(change)
    ]
    also: dict[str, list[Problem]] = {}
    out = set(left_out)
    while more := {id: address for id, other, address in links if other in out and id not in out}:
        out |= more.keys()
        what = "moves to or from a space that is left out, and so is its own"
        also |= {id: [Problem("space-left-out", f"{at} {what}", address=at)] for id, at in more.items()}
    return also


def _others(change: Change) -> set[str]:
    ends = (change.carried, change.removal.after if change.removal else None)
    return {end[0] for end in ends if end} | ({moved} if (moved := change.learned.get("moved_from")) else set())
