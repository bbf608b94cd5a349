"""How far a journal had come when somebody looked: what is there later must hold at least that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reconciler.core.journal.state import State
from reconciler.errors import Problem


class Tip(NamedTuple):
    """The serial and the hash of the last entry. hash: in hex; the beginning of it will do."""

    lineage: str
    serial: int
    hash: str


Tips = Mapping[str, Tip]
"""By the space's id, or by its name where ids are not for everybody."""


def tips_of(states: Iterable[State]) -> dict[str, Tip]:
    """By id, of those in which anything is recorded."""
    return {state.space_id: Tip(state.lineage, state.serial, state.hash) for state in states if state.serial}


def short_of(tips: Tips, states: Mapping[str, State], seen: str) -> Iterator[Problem]:
    """What is not there any more, or otherwise. states: by id. seen: where these tips are from, for people."""
    known = {name: state for state in states.values() for name in (state.name, state.lineage, state.space_id)}
    for name, tip in tips.items():
        yield from _short(name, tip, known.get(tip.lineage) or known.get(name), seen)


def _short(name: str, tip: Tip, state: State | None, seen: str) -> Iterator[Problem]:
    """The chain of hashes holds every entry but the last, which no other one follows."""
    if state is None or not state.serial:
        yield Problem("state-vanished", f"{name}: {tip.serial} entries were recorded, and now there is nothing")
    elif state.lineage != tip.lineage or state.serial < tip.serial:
        what = f"{name}: {tip.serial} entries were seen {seen}, and now there are {state.serial} or others"
        yield Problem("state-rolled-back", what)
    elif state.serial == tip.serial and not state.hash.startswith(tip.hash):
        yield Problem("state-edited", f"{name}: the last entry is not the one that was seen {seen}")
