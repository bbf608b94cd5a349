"""What a backend can do. Text in, text out; compare-and-append is the fence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.errors import LostPlace, Problem
from reconciler.store.quota import Quota

Read = tuple[str | None, list[str]]
"""The newest snapshot of a journal, if any, and the entries after it, oldest first."""
SERVER_HINT = "Check its address, the network and the credentials, and whether the server is up."


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a backend is opened from. root: the repository. environ: where its credentials are. tell: takes a line for
    a person while the store has trouble."""

    root: Path
    network_allowed: bool
    environ: Mapping[str, str]
    tell: Callable[[str], object]


class Backend(Protocol):
    @property
    def url(self) -> str:
        """How to open the same one again, for messages; without credentials."""

    def spaces(self) -> list[str]:
        """Ids of all spaces with entries, sorted."""

    @property
    def at_once(self) -> int:
        """How many threads may usefully read or write here, each in another space: 1 on this machine's own disk."""

    def read(self, space_id: str) -> Read: ...

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        """Every space of spaces(), in that order, as read() gives it; the next ones are read meanwhile.

        but: ids of spaces that are not read at all.
        """

    def gather(self, space_id: str) -> None:
        """Asked before entries are collected for an append: where each one costs much, it waits for more."""

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        """Write entries serial+1, serial+2 … durably and all together, or raise LostPlace and write none.

        serial: the last one the writer knows; somebody else having written more is what LostPlace means.
        """

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        """Keep what folding up to serial gives, so that reading need not start from the beginning."""

    def history(self, space_id: str) -> list[str]:
        """All entries that are left, oldest first: those before a pruned one's serial are gone."""

    def prune(self, space_id: str, serial: int) -> None:
        """Forget entries up to serial that the snapshot tells. No serial becomes free to be written again."""

    def quota(self) -> Quota | None:
        """What runs here share of an account's limits, on a connection of its own, to be closed; None: nothing."""

    def release(self, lock_id: str) -> list[str]:
        """Free what this lock of the place's own holds, and nothing else: the spaces. None without such a lock."""

    def accept(self) -> None:
        """What is there is to go on, although more was there before: it was put back on purpose."""

    def close(self) -> None: ...


class Plain:
    """What most places have no need of."""

    def gather(self, space_id: str) -> None:
        """An append costs too little to wait."""

    def release(self, lock_id: str) -> list[str]:
        return []

    def accept(self) -> None:
        """Nothing here remembers what was there before."""


class OneByOne(Plain):
    """A backend in this process or on its own disk, where nobody waits for a server."""

    at_once = 1

    def read_all(self: Backend, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        return ((space_id, self.read(space_id)) for space_id in self.spaces() if space_id not in but)


class Around:
    """Any backend, as it is: for those that change some of what it does."""

    def __init__(self, inner: Backend) -> None:
        self.inner = inner

    @property
    def url(self) -> str:
        return self.inner.url

    def spaces(self) -> list[str]:
        return self.inner.spaces()

    @property
    def at_once(self) -> int:
        return self.inner.at_once

    def read(self, space_id: str) -> Read:
        return self.inner.read(space_id)

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        return self.inner.read_all(but)

    def gather(self, space_id: str) -> None:
        self.inner.gather(space_id)

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self.inner.append(space_id, serial, entries)

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self.inner.snapshot(space_id, serial, body)

    def history(self, space_id: str) -> list[str]:
        return self.inner.history(space_id)

    def prune(self, space_id: str, serial: int) -> None:
        self.inner.prune(space_id, serial)

    def quota(self) -> Quota | None:
        return self.inner.quota()

    def release(self, lock_id: str) -> list[str]:
        return self.inner.release(lock_id)

    def accept(self) -> None:
        self.inner.accept()

    def close(self) -> None:
        self.inner.close()


def lost_place(space_id: str, serial: int) -> LostPlace:
    """What append raises. serial: the last one that the writer knew."""
    return LostPlace(Problem("lost-place", f"{space_id}: entry {serial + 1} was written by another run"))
