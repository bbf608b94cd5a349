"""A complete journal: its remaining entries, its newest checkpoint, and the check that both are unmodified.

Pure. Each entry holds the hash of the one before it, so two journals with one entry in common have all earlier entries
in common.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.core.journal.entries import unusable
from reconciler.core.journal.snapshot import dump_state, fold, load_state
from reconciler.core.journal.state import State, canonical, digest, parse
from reconciler.errors import Problem, StateError

PRUNED = canonical({"type": "pruned"})
"""Placeholder for a pruned entry in a copy of a pruned journal, until the copy is pruned as well."""


class Whole(Struct, frozen=True):
    """A complete journal.

    state: the fold of the checkpoint and the lines.
    first: the serial of the first line.
    lines: the remaining entries, oldest first.
    snapshot: the newest checkpoint, None without one.
    told: the checkpoint's serial.
    padding: the number of PRUNED placeholders before the lines. Above 0 it is an unfinished copy, whose state may be
        incomplete.
    """

    state: State
    first: int
    lines: tuple[str, ...]
    snapshot: str | None = None
    told: int = 0
    padding: int = 0

    @property
    def last(self) -> int:
        """The serial of the last line."""
        return self.first + len(self.lines) - 1


def whole(space_id: str, history: Sequence[str], snapshot: str | None) -> Whole:
    """Checks and folds a journal.

    history: the lines, read at the same moment as the checkpoint. Raises StateError if anything was modified or is
        missing.
    """
    padding = next((number for number, line in enumerate(history) if line != PRUNED), len(history))
    lines = tuple(history[padding:])
    first = _chained(space_id, lines) if lines else padding + 1
    kept = State(space_id) if snapshot is None else load_state(snapshot, space_id)
    found = Whole(State(space_id), first, lines, snapshot, kept.serial, padding)
    if snapshot is None and padding:
        return found  # a copy without its checkpoint
    if not first - 1 <= kept.serial <= found.last:
        raise _bad("state-gap", f"{space_id}: entry {kept.serial + 1} is missing")
    return replace(found, state=_folded(found, kept))


def _chained(space_id: str, lines: Sequence[str]) -> int:
    """The serial of the first line, after checking that serials are consecutive and hashes match."""
    first, before = parse(lines[0], space_id).get("serial"), ""
    for number, text in enumerate(lines):
        line = parse(text, space_id)
        if type(first) is not int or line.get("serial") != first + number:
            raise _bad("state-gap", f"{space_id}: entry {number + 1} of those that are left is not the next one")
        if before and line.get("previous") != digest(before):
            raise _bad("state-edited", f"{space_id}: the entry before {first + number} is not what was written")
        before = text
    assert type(first) is int
    return first


def _folded(found: Whole, kept: State) -> State:
    """The state as every reader computes it. The checkpoint must agree with all entries before it that are not
    pruned."""
    state = fold(kept.space_id, found.lines[kept.serial - found.first + 1 :], found.snapshot)
    inside = found.first <= kept.serial
    if inside and digest(found.lines[kept.serial - found.first]) != kept.hash:
        raise _bad("state-edited", f"{kept.space_id}: the snapshot was not made of these entries")
    if inside and found.first == 1 and dump_state(fold(kept.space_id, found.lines)) != dump_state(state):
        raise _bad("state-edited", f"{kept.space_id}: the snapshot tells something else than the entries before it")
    for record in state.records.values():
        if lacks := unusable(record):
            what = f"{kept.space_id}: {record.address} cannot be gone on with by this program"
            raise StateError(Problem("state-newer", what, found=lacks))
    return state


def begins(short: Whole, long: Whole) -> bool:
    """Whether the first journal is a prefix of the second."""
    if not short.lines:
        return short.padding in (0, long.first - 1)
    if long.first <= short.last <= long.last:
        return long.lines[short.last - long.first] == short.lines[-1]
    return short.last == long.first - 1 and parse(long.lines[0], "").get("previous") == digest(short.lines[-1])


def missing(have: Whole, want: Whole) -> tuple[str, ...]:
    """The entries to append to `have` to make it equal to `want`. Raises StateError if that is impossible."""
    if begins(have, want):
        return want.lines[have.last - want.first + 1 :] if have.lines else want.lines
    name = want.state.name
    if begins(want, have):
        what = f"{name}: what is to be copied ends with entry {want.last}, and entry {have.last} is recorded there"
        raise _bad("state-older", what)
    if have.state.lineage == want.state.lineage:
        what = f"{name}: entry {have.last} is recorded there, and what is to be copied"
        raise _bad("state-differs", f"{what} {'was pruned beyond it' if have.last < want.first else 'has another one'}")
    what = f"{name}: journal {have.state.lineage} is recorded there, with {have.last} entries"
    raise _bad("state-differs", f"{what}, and what is to be copied is {want.state.lineage}, with {want.last}")


def handed_over(found: Whole) -> Whole:
    """A journal that was moved away, without its last entry, which says so."""
    return whole(found.state.space_id, found.lines[:-1], found.snapshot)


def _bad(code: str, what: str) -> StateError:
    return StateError(Problem(code, what))
