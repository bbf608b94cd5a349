"""The contract of a backend. It stores text; compare-and-append is the fence between writers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.errors import LostPlace, Problem
from reconciler.store.quota import Quota

Read = tuple[str | None, list[str]]
"""The newest checkpoint, None without one, and the entries after it, oldest first."""
SERVER_HINT = "Check its address, the network and the credentials, and whether the server is up."


class Sealing(Protocol):
    """What encrypts whole texts for its recipients, where there are any, and opens them again."""

    @property
    def recipients(self) -> Sequence[str]: ...

    def encrypt_bytes(self, content: bytes) -> bytes: ...

    def decrypt_bytes(self, content: bytes, what: str) -> bytes:
        """what: names the text in messages. Raises StateError."""

    def check_writer(self) -> None:
        """Raises StateError where what is written could not be read again here, or by everybody."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a backend is opened.

    root: the repository.
    network_allowed: a person accepts a network file system.
    environ: has the credentials.
    tell: called with a line for people while the store has trouble.
    keys: for a backend that encrypts what it stores itself.
    """

    root: Path
    network_allowed: bool
    environ: Mapping[str, str]
    tell: Callable[[str], object]
    keys: Sealing


class Backend(Protocol):
    """What every backend can do."""

    @property
    def url(self) -> str:
        """How to open the same backend again, without credentials."""

    def spaces(self) -> list[str]:
        """Ids of all spaces with entries, sorted."""

    @property
    def at_once(self) -> int:
        """How many threads may usefully read or write here, each in another space; 1 on a local disk."""

    @property
    def encrypts_itself(self) -> bool:
        """Whether it encrypts what it stores with the keys of its Opening, many entries as one text."""

    def read(self, space_id: str) -> Read:
        """The newest checkpoint and the entries after it."""

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        """read() of every space, in the order of spaces(); the next ones are read ahead. but: ids to leave out."""

    def gather(self, space_id: str) -> None:
        """Called before entries are collected for an append. It waits for more entries if an append is slow here."""

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        """Compare-and-append: writes entries serial+1, serial+2 … durably and all together, or none.

        serial: the last one that the writer knows. Raises LostPlace if there is a newer entry.
        """

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        """Stores the checkpoint at serial, so that reading need not start at the first entry."""

    def history(self, space_id: str) -> list[str]:
        """All remaining entries, oldest first, without pruned ones."""

    def prune(self, space_id: str, serial: int) -> None:
        """Deletes entries up to serial that the checkpoint covers. Their serials stay taken."""

    def quota(self) -> Quota | None:
        """The limits shared by all runs of an account, on a connection of its own, to be closed. None without a
        shared count."""

    def release(self, lock_id: str) -> list[str]:
        """Releases a lock of the store's own. Returns the spaces that it held; empty without such a lock."""

    def accept(self) -> None:
        """The present content is right although there was more before: it was restored on purpose."""

    def close(self) -> None:
        """Releases connections and files."""


class Plain:
    """Defaults for what most backends do not need."""

    encrypts_itself = False

    def gather(self, space_id: str) -> None:
        """Appends are fast: no wait."""

    def release(self, lock_id: str) -> list[str]:
        """There are no such locks."""
        return []

    def accept(self) -> None:
        """Nothing here remembers earlier content."""


class OneByOne(Plain):
    """A backend in this process or on its own disk, which gains nothing from concurrency."""

    at_once = 1

    def read_all(self: Backend, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        """One space after another."""
        return ((space_id, self.read(space_id)) for space_id in self.spaces() if space_id not in but)


class Around:
    """A wrapper that passes everything on; subclasses change some of it."""

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

    @property
    def encrypts_itself(self) -> bool:
        return self.inner.encrypts_itself

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
    """The error of an append by a writer that is behind. serial: the last one that it knew."""
    return LostPlace(Problem("lost-place", f"{space_id}: entry {serial + 1} was written by another run"))
