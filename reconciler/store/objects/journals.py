"""Journals as objects that are only ever created, in a bucket or a directory.

Creating the object that begins with serial n+1 is the compare-and-append. It is safe if an object is known to end at n,
so every writer checks that first. Names are never freed: pruning empties objects but keeps them.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple, TypeVar

from reconciler.errors import Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Plain, Read, lost_place
from reconciler.store.objects.contract import (
    Objects,
    firsts_in,
    folder_of,
    names_from,
    part_key,
    snapshot_key,
    snapshots_in,
    spaces_in,
)
from reconciler.store.objects.parts import Part, SnapshotPart, read_part, read_snapshot, written
from reconciler.store.side_by_side import side_by_side

TRIES = 3
"""How often an inconsistency is read again before it counts as damage."""
SIDE_BY_SIDE, AT_ONCE = 16, 32
"""Concurrent requests for objects of one space; spaces read or written concurrently."""
FEW, PAGE = 200, 1000
"""Up to FEW names, one listing finds parts and checkpoints of a space; above, each is listed separately. Up to PAGE
objects, one listing finds those of all spaces: it is the most that a bucket lists at once."""
Given = TypeVar("Given")
Found = TypeVar("Found")


class _Unfit(Exception):
    """What was read is not from one moment, or something is missing."""


class _Listing(NamedTuple):
    """The names of a journal's objects.

    snapshot: the newest checkpoint, None without one.
    older: serials of other checkpoints.
    firsts: first serials of the parts, from the one where reading continues after the checkpoint.
    """

    snapshot: SnapshotPart | None
    older: Sequence[int]
    firsts: Sequence[int]


class ObjectJournals(Plain):
    """A backend on any object store."""

    def __init__(self, objects: Objects, at_once: int = AT_ONCE) -> None:
        self.url = objects.url
        self.at_once = at_once
        self._objects = objects
        self._checked = False
        # Space id -> the newest serial known to be the end of an object, which stays true for ever.
        self._ends: dict[str, int] = {}

    def spaces(self) -> list[str]:
        return spaces_in(self._objects.folders())

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        listed: dict[str, list[str]] = {}
        keys = self._objects.keys(PAGE)
        for folder, _, name in (key.partition("/") for key in keys if len(keys) < PAGE):
            listed.setdefault(folder, []).append(name)
        spaces = spaces_in(folder for folder, names in listed.items() if firsts_in(names)) if listed else self.spaces()
        ids = [space_id for space_id in spaces if space_id not in but]
        read = partial(self._read_listed, listed)
        return zip(ids, side_by_side(read, ids, self.at_once), strict=True)

    def _read_listed(self, listed: Mapping[str, Sequence[str]], space_id: str) -> Read:
        """listed: folder -> names. What does not fit any more is listed again."""
        if names := listed.get(folder_of(space_id)):
            with contextlib.suppress(_Unfit):
                return self._read(space_id, names)
        return self.read(space_id)

    def read(self, space_id: str) -> Read:
        return _settled(self._read, space_id)

    def history(self, space_id: str) -> list[str]:
        return _settled(self._history, folder_of(space_id))

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        folder = folder_of(space_id)
        is_boundary = bool(entries) and self._ends.get(space_id, 0) == serial
        if not is_boundary and _settled(self._end, folder) != serial:
            raise lost_place(space_id, serial)
        if entries:
            self._check()
            part = Part(serial + 1, serial + len(entries), uuid.uuid4().hex, list(entries))
            reached("objects.before")
            if not self._create(part_key(folder, part.first), part):
                raise lost_place(space_id, serial)
            reached("objects.created")
            self._ends[space_id] = part.last

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        folder = folder_of(space_id)
        found = _settled(self._listing, folder)
        if found.snapshot is None or found.snapshot.serial < serial:
            ends = self._ends.get(space_id) == serial or serial + 1 in found.firsts
            first = serial + 1 if ends else max((first for first in found.firsts if first <= serial), default=1)
            self._objects.create(snapshot_key(folder, serial), written(SnapshotPart(serial, first, body)))
            with contextlib.suppress(StateError):  # older ones are harmless
                for older in (*found.older, *([found.snapshot.serial] if found.snapshot else ())):
                    self._objects.remove(snapshot_key(folder, older))

    def prune(self, space_id: str, serial: int) -> None:
        """Oldest first, so that the remaining entries are always the end of the journal. The newest part stays."""
        folder = folder_of(space_id)
        snapshot = _settled(self._listing, folder).snapshot
        told = min(serial, snapshot.serial) if snapshot else 0
        for some in _slices(_settled(lambda folder: self._forgettable(folder, told), folder)):
            list(side_by_side(lambda part: self._empty(folder, part), some, SIDE_BY_SIDE))

    def quota(self) -> None:
        """Nothing here can count for several runs."""

    def close(self) -> None:
        self._objects.close()

    def _check(self) -> None:
        if not self._checked:
            self._objects.check()
            self._checked = True

    def _create(self, key: str, part: Part) -> bool:
        """Whether this very part is stored. A part names its writer, because an earlier attempt's answer may have
        been lost."""
        if self._objects.create(key, written(part)):
            return True
        there = self._objects.get(key)
        if there is None:
            raise StateError(Problem("state-unusable", f"{self._where(key)} cannot be created, and cannot be read"))
        return read_part(there, part.first, self._where(key)).writer == part.writer

    def _read(self, space_id: str, names: Sequence[str] = ()) -> Read:
        """names: of all its objects, as they were listed; none to list them now."""
        folder = folder_of(space_id)
        snapshot, _, firsts = self._listing(folder, names)
        serial, start = (snapshot.serial, snapshot.first) if snapshot else (0, 1)
        parts = self._parts(folder, firsts)
        self._check_order(folder, start, parts)
        if parts or snapshot:
            self._ends[space_id] = parts[-1].last if parts else serial
        body = snapshot.body if snapshot else None
        return body, [entry for part in parts for entry in self._after(folder, part, serial)]

    def _after(self, folder: str, part: Part, serial: int) -> list[str]:
        if part.last <= serial:
            return []
        if part.entries is None:
            raise _Unfit(f"{self._where(part_key(folder, part.first))} is pruned, and no snapshot tells it")
        return part.entries[max(serial + 1 - part.first, 0) :]

    def _history(self, folder: str) -> list[str]:
        parts = self._unforgotten(folder, self._firsts(folder, 1))
        pruned = [part.last for part in parts if part.entries is None]
        self._check_order(folder, parts[0].first if pruned else 1, parts)
        return [entry for part in parts if part.first > max(pruned, default=0) for entry in part.entries or ()]

    def _forgettable(self, folder: str, told: int) -> list[Part]:
        firsts = [first for first, next in pairwise(self._firsts(folder, 1)) if next - 1 <= told]
        return [part for part in self._unforgotten(folder, firsts) if part.entries is not None]

    def _unforgotten(self, folder: str, firsts: Sequence[int]) -> list[Part]:
        """Parts from the end back to where all are empty. An interrupted prune leaves one slice mixed."""
        found: list[Part] = []
        for some in reversed(list(_slices(firsts))):
            parts = self._parts(folder, some)
            found[:0] = parts
            if all(part.entries is None for part in parts):
                break
        return found

    def _check_order(self, folder: str, start: int, parts: Sequence[Part]) -> None:
        for part in parts:
            if part.first != start:
                raise _Unfit(f"{self._where(part_key(folder, start))} is missing")
            start = part.last + 1

    def _end(self, folder: str) -> int:
        snapshot, _, firsts = self._listing(folder)
        return self._part(folder, firsts[-1]).last if firsts else snapshot.serial if snapshot else 0

    def _listing(self, folder: str, names: Sequence[str] = ()) -> _Listing:
        """One listing is enough for a short journal. names: all of them, if they were listed already.

        It may show a checkpoint but miss parts before or after it. The parts then do not follow each other, and it is
        read again.
        """
        whole = bool(names)
        if not whole:
            names = self._objects.names(folder, most=FEW)
            whole = len(names) < FEW
        snapshots = snapshots_in(names if whole else self._objects.names(folder, "snapshot-"))
        snapshot = self._snapshot(folder, snapshots)
        start = snapshot.first if snapshot else 1
        found = self._believed(folder, names) if whole else self._firsts(folder, start)
        firsts = [first for first in found if first >= start]
        if snapshot and not firsts and start <= snapshot.serial:
            raise _Unfit(f"{self._where(part_key(folder, start))} is missing")
        return _Listing(snapshot, snapshots[:-1], firsts)

    def _firsts(self, folder: str, start: int) -> list[int]:
        return self._believed(folder, names_from(self._objects, folder, start))

    def _believed(self, folder: str, names: Sequence[str]) -> list[int]:
        """An empty listing is checked by reading the first part: some clients take any answer for an empty listing."""
        if not names and self._objects.get(part_key(folder, 1)) is not None:
            raise _Unfit(f"{self._where(folder)} is listed as empty, and is not")
        return firsts_in(names)

    def _snapshot(self, folder: str, serials: Sequence[int]) -> SnapshotPart | None:
        if not serials:
            return None
        key = snapshot_key(folder, serials[-1])
        return read_snapshot(self._got(key), serials[-1], self._where(key))

    def _parts(self, folder: str, firsts: Sequence[int]) -> list[Part]:
        return list(side_by_side(lambda first: self._part(folder, first), firsts, SIDE_BY_SIDE))

    def _part(self, folder: str, first: int) -> Part:
        key = part_key(folder, first)
        return read_part(self._got(key), first, self._where(key))

    def _got(self, key: str) -> bytes:
        body = self._objects.get(key)
        if body is None:
            raise _Unfit(f"{self._where(key)} is missing")
        return body

    def _empty(self, folder: str, part: Part) -> None:
        self._objects.replace(part_key(folder, part.first), written(part.pruned()))

    def _where(self, key: str) -> str:
        return f"{self.url}/{key}"


def _settled(look: Callable[[str], Found], where: str) -> Found:
    """Others append and prune meanwhile, so an inconsistency is read again. One that stays is damage."""
    seen: list[str] = []
    while True:
        try:
            return look(where)
        except _Unfit as unfit:
            seen.append(str(unfit))
            if seen.count(seen[-1]) == TRIES:
                raise StateError(Problem("state-gap", seen[-1])) from None


def _slices(whole: Sequence[Given]) -> Iterator[Sequence[Given]]:
    """Slices of SIDE_BY_SIDE, aligned to the end, where readers begin."""
    odd = len(whole) % SIDE_BY_SIDE
    yield from (whole[max(at - SIDE_BY_SIDE, 0) : at] for at in range(odd, len(whole) + 1, SIDE_BY_SIDE) if at)
