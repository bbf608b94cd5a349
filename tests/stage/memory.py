"""Journals in memory, as one backend for all processes of a simulated world. Compare-and-append, as the protocol asks.

It must never know what entries mean: whoever wants to watch them is told each line as it becomes durable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store.backend import OneByOne


@dataclass
class Store:
    """fenced: false breaks the one promise that all others rest on, to show that this is found out."""

    entries: dict[str, list[str]] = field(default_factory=dict)
    snapshots: dict[str, tuple[int, str]] = field(default_factory=dict)
    fenced: bool = True

    def copied(self) -> Store:
        return Store({id: list(lines) for id, lines in self.entries.items()}, dict(self.snapshots), self.fenced)


def silent(space_id: str, line: str) -> None:
    pass


def healthy() -> str:
    return ""


@dataclass
class Handle(OneByOne):
    """A process's own access. disk: "" or how a write fails, `before` or `after` it has become durable."""

    store: Store
    durable: Callable[[str, str], None] = silent
    disk: Callable[[], str] = healthy
    url: str = "memory:"

    def spaces(self) -> list[str]:
        return sorted(self.store.entries)

    def read(self, space_id: str) -> tuple[str | None, list[str]]:
        serial, body = self.store.snapshots.get(space_id, (0, None))
        return body, self.store.entries.get(space_id, [])[serial:]

    def history(self, space_id: str) -> list[str]:
        return list(self.store.entries.get(space_id, []))

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        written = self.store.entries.get(space_id, [])
        if self.store.fenced and len(written) != serial:
            raise LostPlace(Problem("lost-place", f"{space_id}: entry {serial + 1} was written by another run"))
        failing = self.disk()
        if failing == "before":
            raise _full()
        for line in entries:
            self.store.entries.setdefault(space_id, []).append(line)
            self.durable(space_id, line)
        if failing:
            raise _full()

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        if serial > self.store.snapshots.get(space_id, (0, ""))[0]:
            self.store.snapshots[space_id] = serial, body

    def close(self) -> None:
        pass


def _full() -> StateError:
    return StateError(Problem("state-unusable", "the disk is full"))
