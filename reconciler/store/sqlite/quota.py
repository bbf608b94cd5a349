"""An account's shared limits in the SQLite file, by the monotonic clock of this boot.

They may be lost on a power failure: the runs are lost with it, and the messages are in the journals. So writes are not
synced.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from reconciler.core.times import DAY, DAYS_END, shift
from reconciler.errors import Problem, StateError
from reconciler.store.quota import AT_WORK

RUNS = """
CREATE TABLE IF NOT EXISTS runs (
    account TEXT, run TEXT, boot TEXT NOT NULL, seen REAL NOT NULL, PRIMARY KEY (account, run)
) WITHOUT ROWID
"""
MESSAGES = """
CREATE TABLE IF NOT EXISTS messages (
    daily TEXT, at TEXT, number INTEGER, PRIMARY KEY (daily, at, number)
) WITHOUT ROWID
"""
DAYS = "CREATE TABLE IF NOT EXISTS days (daily TEXT PRIMARY KEY, closed TEXT NOT NULL) WITHOUT ROWID"
KEPT = 7 * DAY
# The oldest of the last `limit` messages; the day's messages are never listed.
OLDEST = "SELECT at FROM messages WHERE daily = ? AND at > ? AND at <= ? ORDER BY at DESC LIMIT 1 OFFSET ?"
ADD = "INSERT OR IGNORE INTO messages VALUES (?, ?, ?)"


class SqliteQuota:
    """A Quota in the SQLite file."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        """db: a connection of its own, in autocommit."""
        db.execute("PRAGMA synchronous = NORMAL")
        self._db, self._path = db, path
        self._lock = threading.Lock()
        self._boot = _boot()
        with self._writing():
            for statement in (RUNS, MESSAGES, DAYS, "DROP TABLE IF EXISTS turns"):
                db.execute(statement)

    def at_work(self, account: str, run: str) -> int:
        with self._writing() as db:
            now = time.monotonic()  # read after the lock
            gone = "DELETE FROM runs WHERE boot <> ? OR seen NOT BETWEEN ? AND ?"
            db.execute(gone, (self._boot, now - AT_WORK, now))
            db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", (account, run, self._boot, now))
            (runs,) = db.execute("SELECT count(*) FROM runs WHERE account = ?", (account,)).fetchone()
        return int(runs)

    def leave(self, account: str, run: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM runs WHERE account = ? AND run = ?", (account, run))

    def recorded(self, daily: str, sent: Iterable[str]) -> None:
        with self._writing() as db:
            for at, count in Counter(sent).items():
                db.executemany(ADD, [(daily, at, number) for number in range(1, count + 1)])

    def take(self, daily: str, limit: int, now: str) -> str:
        with self._writing() as db:
            tomorrow = shift(now, DAYS_END)
            db.execute("DELETE FROM messages WHERE daily = ? AND at < ?", (daily, shift(now, -KEPT)))
            # Later times were recorded by a wrong clock, and would hide a real cap.
            db.execute("DELETE FROM days WHERE daily = ? AND closed > ?", (daily, tomorrow))
            (closed,) = db.execute("SELECT closed FROM days WHERE daily = ?", (daily,)).fetchone() or ("",)
            if now < closed:
                return str(closed)
            oldest = (daily, shift(now, -DAY), tomorrow, limit - 1)
            if limit and (first := db.execute(OLDEST, oldest).fetchone()):
                return shift(first[0], DAY)
            (same,) = db.execute("SELECT count(*) FROM messages WHERE daily = ? AND at = ?", (daily, now)).fetchone()
            db.execute(ADD, (daily, now, same + 1))
        return ""

    def give_back(self, daily: str, at: str) -> None:
        newest = "(SELECT max(number) FROM messages WHERE daily = ?1 AND at = ?2)"
        with self._writing() as db:
            db.execute(f"DELETE FROM messages WHERE daily = ?1 AND at = ?2 AND number = {newest}", (daily, at))

    def close_day(self, daily: str, now: str) -> None:
        later = "ON CONFLICT (daily) DO UPDATE SET closed = max(closed, excluded.closed)"
        with self._writing() as db:
            db.execute(f"INSERT INTO days VALUES (?, ?) {later}", (daily, shift(now, DAY)))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                what = f"{self._path} cannot be used for what runs share: {error}"
                raise StateError(Problem("state-unusable", what)) from None
            finally:
                with contextlib.suppress(sqlite3.Error):
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")


def _boot() -> str:
    """The identity of the monotonic clock: the boot, and the container's time namespace."""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/time').readlink()}"
    return ""
