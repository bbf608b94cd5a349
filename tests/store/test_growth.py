"""What a journal costs as it grows: nothing is done again for all that was there before.

Held by counts where there are any; else by processor time against a much smaller journal, very generously.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.journal.record import Record
from reconciler.core.journal.snapshot import dump_state, load_state
from reconciler.core.journal.state import State, seal
from reconciler.errors import Locked, StateError
from reconciler.runtime.gc_pause import paused
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder, take
from reconciler.store.safety.emergency import Emergency
from reconciler.store.sqlite.journals import SPACES, Sqlite, open_sqlite
from reconciler.store.sqlite.quota import SqliteQuota

AT = "2026-11-20T10:00:00.000Z"
ANN, BEN = Holder("ann", "tower", 1, "", ""), Holder("ben", "attic", 2, "", "")


class Counted(Sqlite):
    """Counts how often a journal is read."""

    reads = 0

    def read(self, space_id: str) -> tuple[str | None, list[str]]:
        self.reads += 1
        return super().read(space_id)


def record(number: int) -> Record:
    key = f"+86138{number:08}"
    facts = {"number": key, "display_name": f"Shop {number}", "method": "sms", "locale": "zh_CN"}
    return Record(f"phone_number/{key}", f"phone_number/n{number}", "register", key, "registered", facts)


def grown(records: int, messages: int = 0) -> State:
    """Recorded by nobody in particular: as many records as asked for, and messages of this morning."""
    found = {each.id: each for each in map(record, range(records))}
    sent = [
        (f"2026-11-20T0{n // 3_600_000}:{n // 60_000 % 60:02}:{n // 1000 % 60:02}.{n % 1000:03}Z", "daily")
        for n in range(messages)
    ]
    return State("s", "acme", "l1", "loopback", records=found, messages=sent)


def journal(backend: Sqlite, tmp_path: Path) -> Journal:
    return Journal(backend, "s", lambda: AT, Emergency(tmp_path / "emergency"))


def kept(tmp_path: Path, state: State, name: str = "state.db") -> Sqlite:
    """On disk: one entry, and the state as a snapshot of it."""
    line = seal(state, {"type": "alive", "at": AT, "run": ""})
    state.advance(line)
    backend = open_sqlite(tmp_path / name)
    backend.append("s", 0, [line])
    backend.snapshot("s", 1, dump_state(state))
    return backend


def intent(id: str) -> dict[str, Any]:
    said = {"type": "intent", "id": id, "operation": "GetChatappVerifyCode", "phase": "code_requested", "params": {}}
    return {**said, "learned": {}, "effect": "N", "metered": False, "daily": "daily", "cloud_time": AT}


def processor_time(work: Callable[[], object]) -> float:
    """Seconds, of the best of three."""
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def test_opening_grows_with_the_records_and_no_faster() -> None:
    """Ten times as many records take ten times as long to load; here up to twenty-five are let pass."""
    few, many = dump_state(grown(1_000)), dump_state(grown(10_000))
    with paused():
        assert processor_time(lambda: load_state(many, "s")) < 25 * processor_time(lambda: load_state(few, "s"))


def test_an_append_costs_what_it_costs_however_much_is_recorded(tmp_path: Path) -> None:
    """With 20,000 records and as many messages of the day one more is told as fast as with fifty: within four times."""
    costs = []
    for size in (50, 20_000):
        with closing(kept(tmp_path, grown(size, size), f"{size}.db")) as backend:
            open_journal = journal(backend, tmp_path)
            open_journal.open_run(ANN.run("apply", AT, 60.0), "acme", "loopback")
            ids = list(open_journal.state.records)[:50]

            def write(journal: Journal = open_journal, ids: list[str] = ids) -> None:
                for id in ids:
                    journal.append(intent(id))

            costs.append(processor_time(write))
    assert costs[1] < 4 * costs[0]


@pytest.mark.parametrize(
    ("records", "entries", "due"), [(10, 47, False), (10, 48, True), (2000, 97, False), (2000, 98, True)]
)
def test_a_snapshot_is_due_when_enough_was_told_since(tmp_path: Path, records: int, entries: int, due: bool) -> None:
    """After fifty entries, or after one for twenty records: what is after it stays short beside it."""
    with closing(kept(tmp_path, grown(records))) as backend:
        mine = journal(backend, tmp_path)
        mine.open_run(ANN.run("apply", AT, 60.0), "acme", "loopback")
        mine.append(*[{"type": "alive"}] * entries)
        mine.close_run({})
        told, tail = backend.read("s")
    assert len(tail) == (0 if due else entries + 2)
    assert told == dump_state(mine.state) if due else told


def test_after_a_snapshot_none_is_due_for_a_while(tmp_path: Path) -> None:
    """It counts from the last one, for whoever has it open as for whoever opens it next."""
    with closing(kept(tmp_path, grown(10))) as backend:
        mine = journal(backend, tmp_path)
        for number, entries in enumerate((48, 1, 44, 1), 1):
            mine = mine if number == 2 else journal(backend, tmp_path)
            mine.open_run(ANN.run("apply", AT, 60.0), "acme", "loopback")
            mine.append(*[{"type": "alive"}] * entries)
            mine.close_run({})
            assert len(backend.read("s")[1]) == {1: 0, 2: 3, 3: 49, 4: 0}[number]


def test_a_free_space_is_read_once(tmp_path: Path) -> None:
    """Who opened a journal that nobody held does not read it again to begin: the append tells if that changed."""
    with closing(kept(tmp_path, grown(10))):
        backend = Counted(tmp_path / "state.db")
        take(journal(backend, tmp_path), ANN.run("apply", AT, 60.0), "acme", "loopback", ANN)
        backend.close()
    assert backend.reads == 1


def test_whoever_came_in_between_is_seen(tmp_path: Path) -> None:
    """A space that was free when it was opened: one that is held since refuses, one that was left again is taken."""
    with closing(open_sqlite(tmp_path / "state.db")) as backend:
        late = journal(backend, tmp_path)
        holding = journal(backend, tmp_path)
        take(holding, ANN.run("apply", AT, 60.0), "acme", "loopback", ANN)
        with pytest.raises(Locked):
            take(late, BEN.run("apply", AT, 60.0), "acme", "loopback", BEN)
        later = journal(backend, tmp_path)
        holding.close_run({})
        take(later, BEN.run("apply", AT, 60.0), "acme", "loopback", BEN)
        assert later.state.run and later.state.run.who == "ben"
        with pytest.raises(StateError):
            holding.append({"type": "alive"})


def steps(db: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Of SQLite's machine, to the hundred."""
    count = 0

    def hundred() -> None:
        nonlocal count
        count += 1

    db.set_progress_handler(hundred, 100)
    work()
    db.set_progress_handler(None, 100)
    return count


def test_the_list_of_spaces_does_not_look_at_entries(tmp_path: Path) -> None:
    """Three spaces of five thousand entries each are listed in a few steps, sorted."""
    with closing(open_sqlite(tmp_path / "state.db")) as backend:
        for space_id in ("s2", "s1", "s3"):
            backend.append(space_id, 0, ["{}"] * 5000)
        assert backend.spaces() == ["s1", "s2", "s3"]
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        assert steps(db, lambda: db.execute(SPACES).fetchall()) < 20


@pytest.mark.parametrize("limit", [0, 100])
def test_a_message_is_counted_in_without_counting_the_others(tmp_path: Path, limit: int) -> None:
    """That ten thousand went out in the same day before makes no difference to the next one."""
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        quota = SqliteQuota(db, path)
        quota.recorded("daily", [at for at, _ in grown(0, 10_000).messages])
        assert steps(db, lambda: quota.take("daily", limit, AT)) < 50
