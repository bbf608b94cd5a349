"""Group commit: what is ready together is written together, durable on return, in order; each is wrong by itself."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety import transfer
from reconciler.store.safety.emergency import Emergency
from reconciler.store.sqlite.journals import Sqlite

WRITERS, EACH, WRITE = 16, 10, 0.05


class Slow(Sqlite):
    """Fifty milliseconds a write, as a service over a network takes. fails: from which write on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.writes, self.fails = 0, 1 << 30
        self.gate = threading.Event()
        self.gate.set()

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self.gate.wait()
        time.sleep(WRITE)
        self.writes += 1
        if self.writes >= self.fails:
            raise StateError(Problem("state-unusable", "the disk is full"))
        super().append(space_id, serial, entries)


def number(writer: int, turn: int = 0) -> str:
    return f"phone_number/+86138{writer:04}{turn:04}"


def declared(id: str) -> dict[str, Any]:
    key = id.partition("/")[2]
    facts = {"number": key, "method": "sms", "locale": "en_US"}
    entry = {"type": "declared", "id": id, "key": key, "address": f"phone_number/n{key[1:]}", "kind": "migrate"}
    return {**entry, "phase": "declared", "door": "create", "facts": facts, "on_remove": "refuse"}


@pytest.fixture
def slow(tmp_path: Path) -> Slow:
    return Slow(tmp_path / "state.db")


@pytest.fixture
def journal(slow: Slow, tmp_path: Path) -> Journal:
    at = "2026-11-20T10:00:00.000Z"
    opened = Journal(slow, "s", lambda: at, Emergency(tmp_path / "emergency"))
    opened.open_run(Holder("ann", "tower", 1, "", "").run("apply", at, 60.0), "acme", "loopback")
    slow.writes = 0
    return opened


def lines(slow: Slow) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in slow.history("s")]


def test_writers_do_not_wait_for_each_other(journal: Journal, slow: Slow) -> None:
    """Sixteen writers of ten entries each need some ten writes, not a hundred and sixty; each one's order is kept."""

    def write(writer: int) -> None:
        for turn in range(EACH):
            journal.append(declared(number(writer, turn)))
            assert journal.record(number(writer, turn))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert slow.writes <= 3 * EACH
    ids = [entry["id"] for entry in lines(slow) if entry["type"] == "declared"]
    wanted = {writer: [number(writer, turn) for turn in range(EACH)] for writer in range(WRITERS)}
    assert len(ids) == WRITERS * EACH
    assert {writer: [id for id in ids if id in mine] for writer, mine in wanted.items()} == wanted


class Dear(Slow):
    """Where an append costs much: each waits until the test says so."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.due = threading.Event()

    def gather(self, space_id: str) -> None:
        self.due.wait()


def test_what_becomes_ready_while_a_write_is_not_due_goes_with_it(tmp_path: Path) -> None:
    """A place may have writers wait for each other: then sixteen of them need one write."""
    dear = Dear(tmp_path / "state.db")
    dear.due.set()
    at = "2026-11-20T10:00:00.000Z"
    opened = Journal(dear, "s", lambda: at, Emergency(tmp_path / "emergency"))
    opened.open_run(Holder("ann", "tower", 1, "", "").run("apply", at, 60.0), "acme", "loopback")
    dear.writes = 0
    dear.due.clear()
    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(opened.append, declared(number(writer))) for writer in range(WRITERS)]
        time.sleep(0.5)
        assert (dear.writes, [each.done() for each in written]) == (0, [False] * WRITERS)
        dear.due.set()
    assert [each.result() for each in written] == [None] * WRITERS
    assert dear.writes == 1


def test_what_is_not_well_formed_fails_alone(journal: Journal, slow: Slow) -> None:
    """An entry that could not be read back is its writer's error; what others had ready beside it is written."""
    results: dict[str, str] = {}
    ready = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        ready.wait()
        try:
            journal.append({**declared(number(writer)), "phase": 7 if writer % 2 else "declared"})
            results[number(writer)] = "written"
        except ValueError:
            results[number(writer)] = "refused"

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert results == {number(writer): "refused" if writer % 2 else "written" for writer in range(WRITERS)}
    assert {entry["id"] for entry in lines(slow) if entry["type"] == "declared"} == {
        id for id, result in results.items() if result == "written"
    }


def test_a_failed_write_fails_all_that_were_in_it(journal: Journal, slow: Slow) -> None:
    """Nobody takes for written what was not, and nothing is tried after it."""
    slow.fails = 2

    def write(writer: int) -> str:
        try:
            journal.append(declared(number(writer)))
        except LostPlace:
            return "lost"
        except StateError:
            return "failed"
        return "written"

    with ThreadPoolExecutor(WRITERS) as pool:
        results = list(pool.map(write, range(WRITERS)))
    written = [entry["id"] for entry in lines(slow) if entry["type"] == "declared"]
    assert len(written) == results.count("written") < WRITERS
    assert slow.writes == 2


def test_nothing_follows_the_end_of_a_run(journal: Journal, slow: Slow) -> None:
    """What a thread that was given up on has ready beside the last entry is refused, however they are grouped."""
    results: dict[str, str] = {}

    def told(name: str, write: Callable[[], None]) -> None:
        try:
            write()
            results[name] = "written"
        except LostPlace:
            results[name] = "lost"

    slow.gate.clear()
    writes: dict[str, Callable[[], None]] = {
        "first": lambda: journal.append(declared(number(1))),
        "close": lambda: journal.close_run({}),
        "late": lambda: journal.append(declared(number(2))),
    }
    with ThreadPoolExecutor(len(writes)) as pool:
        for name, write in writes.items():
            pool.submit(told, name, write)
            time.sleep(WRITE)  # so that the last two are ready together; in another order late is lost as well
        slow.gate.set()
    assert results == {"first": "written", "close": "written", "late": "lost"}
    assert [entry["type"] for entry in lines(slow)] == ["opened", "run_opened", "declared", "run_closed"]


def test_a_run_that_may_not_begin_holds_nothing(slow: Slow, tmp_path: Path) -> None:
    """Where a place takes no journals any more, the one that was begun is not left held."""
    at = "2026-11-20T10:00:00.000Z"
    transfer.close(slow, "dir:elsewhere", at)
    journal = Journal(slow, "s", lambda: at, Emergency(tmp_path / "emergency"))
    with pytest.raises(StateError, match="elsewhere"):
        journal.open_run(Holder("ann", "tower", 1, "", "").run("apply", at, 60.0), "acme", "loopback")
    assert journal.reread().run is None
