"""What becomes of a journal whose writing failed, was interrupted, or was kept alive in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.lease import kept
from reconciler.store.safety.emergency import Emergency

NOW = "2026-11-20T10:31:00.000Z"
ENTRY = {"type": "alive"}


class Failing:
    """A place whose first writes meet what a test says, one each. asked: how often it was to write."""

    def __init__(self, backend: Backend, *meets: Callable[[], None]) -> None:
        self._backend, self._meets, self.asked = backend, list(meets), 0

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self.asked += 1
        if self._meets:
            self._meets.pop(0)()
        self._backend.append(space_id, serial, entries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def fails() -> None:
    raise StateError(Problem("state-unusable", "no answer"))


def journal(backend: Any, folder: Path) -> Journal:
    return Journal(backend, "s", lambda: NOW, Emergency(folder / "emergency"))


def test_after_a_failed_write_none_is_tried(tmp_path: Path) -> None:
    """Whether it is there nobody knows, so its place is lost: what comes next is refused, and nothing is asked."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        place = Failing(backend, fails)
        held = journal(place, tmp_path)
        with pytest.raises(StateError):
            held.append(ENTRY)
        with pytest.raises(LostPlace):
            held.append(ENTRY)
        assert (place.asked, backend.history("s")) == (1, [])


def test_the_keepers_failure_ends_the_run(tmp_path: Path) -> None:
    """A sign of life that could not be written may be the end of the lease: the run writes nothing after it."""
    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        place = Failing(backend, fails)
        held = journal(place, tmp_path)
        with kept(held, 0.03):
            deadline = time.monotonic() + 10
            while not place.asked and time.monotonic() < deadline:
                time.sleep(0.01)
            with pytest.raises(LostPlace):
                held.append(ENTRY)
        assert (place.asked, backend.history("s")) == (1, [])


def test_what_was_interrupted_does_not_count_as_written(tmp_path: Path) -> None:
    """An interrupt while one writes for two: neither is told that it is written, nor is it."""
    writing, go_on = threading.Event(), threading.Event()
    told: list[BaseException | None] = []

    def slow() -> None:
        writing.set()
        assert go_on.wait(10)

    def interrupted() -> None:
        raise KeyboardInterrupt

    def beside() -> None:
        try:
            held.append(ENTRY)
        except (KeyboardInterrupt, StateError) as error:  # whichever of the two is the one that writes
            told.append(error)
        else:
            told.append(None)

    with closing(open_backend("sqlite:state.db", tmp_path)) as backend:
        held = journal(Failing(backend, slow, interrupted), tmp_path)
        first, *two = [threading.Thread(target=beside) for _ in range(3)]
        first.start()
        assert writing.wait(10)
        for thread in two:
            thread.start()
        while len(held._waiting) < 2:
            time.sleep(0.01)
        go_on.set()
        for thread in (first, *two):
            thread.join(10)
        assert len(backend.history("s")) == 1
    assert sorted(type(each).__name__ for each in told) == ["KeyboardInterrupt", "NoneType", "StateError"]
    assert "the write was interrupted: whether it is there is unknown" in map(_what, told)


def _what(error: BaseException | None) -> str:
    return error.problems[0].what if isinstance(error, StateError) else ""
