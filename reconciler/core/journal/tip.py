"""A journal's last entry at some earlier time: a later reading must contain it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from reconciler.core.journal.state import State
from reconciler.errors import Problem


class Tip(NamedTuple):
    """The last entry of a journal.

    lineage: the journal's.
    serial: of the entry.
    hash: in hex; a prefix is enough.
    """

    lineage: str
    serial: int
    hash: str


Tips = Mapping[str, Tip]
"""By space id, or by name where ids are not published."""
NOWHERE: Tips = MappingProxyType({})


def tips_of(states: Iterable[State]) -> dict[str, Tip]:
    """Space id -> tip, of the journals that have entries."""
    return {state.space_id: Tip(state.lineage, state.serial, state.hash) for state in states if state.serial}


def tips_by_name(states: Iterable[State]) -> dict[str, Tip]:
    """The same by name, for what is read by more people than know ids."""
    return {state.name: tip for state in states for tip in tips_of([state]).values()}


def short_of(tips: Tips, states: Mapping[str, State], seen: str) -> Iterator[Problem]:
    """A problem for each journal that is shorter than its tip, or different. states: by id. seen: where the tips
    come from."""
    known = {name: state for state in states.values() for name in (state.name, state.lineage, state.space_id)}
    for name, tip in tips.items():
        yield from _short(name, tip, known.get(tip.lineage) or known.get(name), seen)


def _short(name: str, tip: Tip, state: State | None, seen: str) -> Iterator[Problem]:
    """The last hash covers all entries, because each contains the hash of the one before."""
    if state is None or not state.serial:
        yield Problem("state-vanished", f"{name}: {tip.serial} entries were recorded, and now there is nothing")
    elif state.lineage != tip.lineage or state.serial < tip.serial:
        what = f"{name}: {tip.serial} entries were seen {seen}, and now there are {state.serial} or others"
        yield Problem("state-rolled-back", what)
    elif state.serial == tip.serial and not state.hash.startswith(tip.hash):
        yield Problem("state-edited", f"{name}: the last entry is not the one that was seen {seen}")
