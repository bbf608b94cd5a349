"""Journals in one SQLite file: the default. The primary key and BEGIN IMMEDIATE make append a compare-and-append."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reconciler.errors import LostPlace, Problem, StateError

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    space TEXT NOT NULL, serial INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (space, serial)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (space TEXT PRIMARY KEY, serial INTEGER NOT NULL, body TEXT NOT NULL);
"""
BUSY_SECONDS = 10.0


class Sqlite:
    """One connection, one lock: threads take turns, processes wait for each other up to BUSY_SECONDS."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:{path}"
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def spaces(self) -> list[str]:
        return [row[0] for row in self._rows("SELECT DISTINCT space FROM entries ORDER BY space")]

    def read(self, space_id: str) -> tuple[str | None, list[str]]:
        # One statement, so that snapshot and entries are of the same moment.
        rows = self._rows(
            "SELECT 0, serial, body FROM snapshots WHERE space = ?1 UNION ALL "
            "SELECT 1, serial, body FROM entries WHERE space = ?1 AND serial > "
            "coalesce((SELECT serial FROM snapshots WHERE space = ?1), 0) ORDER BY 1, 2",
            space_id,
        )
        snapshot = rows.pop(0)[2] if rows and rows[0][0] == 0 else None
        return snapshot, [body for _, _, body in rows]

    def history(self, space_id: str) -> list[str]:
        return [row[0] for row in self._rows("SELECT body FROM entries WHERE space = ? ORDER BY serial", space_id)]

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        with self._writing() as db:
            newest = db.execute("SELECT coalesce(max(serial), 0) FROM entries WHERE space = ?", (space_id,)).fetchone()[
                0
            ]
            if newest != serial:
                raise LostPlace(Problem("lost-place", f"{space_id}: entry {serial + 1} was written by another run"))
            rows = [(space_id, serial + number, body) for number, body in enumerate(entries, 1)]
            db.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        with self._writing() as db:
            db.execute(
                "INSERT INTO snapshots VALUES (?, ?, ?) ON CONFLICT (space) DO UPDATE "
                "SET serial = excluded.serial, body = excluded.body WHERE excluded.serial > serial",
                (space_id, serial, body),
            )

    def close(self) -> None:
        with self._lock:
            if self._db:
                self._db.close()
                self._db = None

    def _rows(self, query: str, *values: str) -> list[Any]:
        """Reading makes no file: what does not exist is empty."""
        if not self._db and not self.path.exists():
            return []
        with self._lock, _explained(self.path):
            return self._open().execute(query, values).fetchall()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explained(self.path):
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(SCHEMA)
            if new:
                self.path.chmod(0o600)
            self._db = db
        return self._db


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StateError(Problem("state-unusable", f"{path} cannot be used as state: {error}")) from None


def open_sqlite(path: Path) -> Sqlite:
    return Sqlite(path)
