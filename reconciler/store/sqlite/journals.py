"""Journals in one SQLite file, the default. BEGIN IMMEDIATE and the primary key make append a compare-and-append."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import OneByOne, Opening, Read, lost_place
from reconciler.store.filesystem import MOUNTS, keep_out_of_git, network
from reconciler.store.sqlite.reading import may_write, rows

if TYPE_CHECKING:
    from reconciler.store.quota import Quota

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    space TEXT NOT NULL, serial INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (space, serial)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (space TEXT PRIMARY KEY, serial INTEGER NOT NULL, body TEXT NOT NULL);
"""
# Jumps from each space to the next, so the number of entries does not matter. UNION, because UNION ALL might loop in a
# damaged file.
SPACES = """
WITH RECURSIVE found (space) AS (
    SELECT min(space) FROM entries UNION
    SELECT (SELECT min(space) FROM entries WHERE space > found.space) FROM found WHERE space IS NOT NULL
)
SELECT space FROM found WHERE space IS NOT NULL ORDER BY space
"""
BUSY_SECONDS, CLOSING = 10.0, 0.2
# Mark the file as ours ("rcnc") and give its layout.
APPLICATION, LAYOUT = 0x72636E63, 1
HEAD = "SELECT * FROM pragma_application_id, pragma_user_version, pragma_page_size"


class Sqlite(OneByOne):
    """A backend in one file. Threads share a connection; processes wait for each other up to BUSY_SECONDS."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:{path}"
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def spaces(self) -> list[str]:
        return [row[0] for row in self._rows(SPACES)]

    def read(self, space_id: str) -> Read:
        # One statement, so that checkpoint and entries are from the same moment.
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
                raise lost_place(space_id, serial)
            reached("sqlite.before")
            rows = [(space_id, serial + number, body) for number, body in enumerate(entries, 1)]
            db.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
            reached("sqlite.inserted")

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        with self._writing() as db:
            db.execute(
                "INSERT INTO snapshots VALUES (?, ?, ?) ON CONFLICT (space) DO UPDATE "
                "SET serial = excluded.serial, body = excluded.body WHERE excluded.serial > serial",
                (space_id, serial, body),
            )

    def prune(self, space_id: str, serial: int) -> None:
        with self._writing() as db:
            # The newest entry stays, so that earlier serials stay taken.
            db.execute(
                "DELETE FROM entries WHERE space = ?1 AND serial <= ?2 "
                "AND serial < (SELECT max(serial) FROM entries WHERE space = ?1) "
                "AND serial <= (SELECT serial FROM snapshots WHERE space = ?1)",
                (space_id, serial),
            )

    def quota(self) -> Quota:
        """The limits shared by all runs on this file."""
        from reconciler.store.sqlite.quota import SqliteQuota

        with self._lock, _explained(self.path):
            self._open()
            return SqliteQuota(_connect(self.path), self.path)

    def close(self) -> None:
        """Waits only briefly for another thread."""
        if self._lock.acquire(timeout=CLOSING):
            try:
                if self._db:
                    self._db.close()
                    self._db = None
            finally:
                self._lock.release()

    def _rows(self, query: str, *values: str) -> list[Any]:
        """Reading creates no file: one that does not exist is empty."""
        with self._lock, _explained(self.path):
            if not self._db and not regular_files.is_there(self.path):
                return []
            if self._db is None and not may_write(self.path):
                _check(self.path)
                return rows(self.path, query, values)
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
            if not regular_files.is_there(self.path):
                _create(self.path)
            _check(self.path)
            self._db = _connect(self.path)
            self._db.execute("PRAGMA synchronous = FULL")
        return self._db


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _create(path: Path) -> None:
    """Created under another name first, so that no other process meets an incomplete database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_out_of_git(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.touch(0o600)
    try:
        with contextlib.closing(_connect(draft)) as db:
            db.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; {SCHEMA}")
            db.execute("PRAGMA journal_mode = WAL")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _check(path: Path) -> None:
    """Refuses a foreign file before a byte of it changes.

    Only SQLite itself opens the file: closing it by any other descriptor would drop all POSIX locks of this process. If
    there is a write-ahead log, it is read too: after a full disk, only both together are complete.
    """
    try:
        [(application, layout, page)] = rows(path, HEAD, ())
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        application = 0
    if application != APPLICATION:
        raise StateError(Problem("state-foreign", f"{path} is not a journal of reconciler"))
    if layout > LAYOUT:
        raise StateError(Problem("state-newer", f"{path} has layout {layout}, which is newer than this program reads"))
    _check_end(path, page)


def _check_end(path: Path, page: int) -> None:
    """SQLite pads an incomplete last page with zeros; such a page is only valid with a write-ahead log."""
    if path.stat().st_size % page and not path.with_name(f"{path.name}-wal").exists():
        raise StateError(Problem("state-corrupt", f"{path} is damaged: it ends within a page"))


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        damaged = not isinstance(error, sqlite3.OperationalError)
        what = f"{path} {'is damaged' if damaged else 'cannot be used as state'}: {error}"
        raise StateError(Problem("state-corrupt" if damaged else "state-unusable", what)) from None
    except (sqlite3.Error, OSError) as error:
        raise StateError(Problem("state-unusable", f"{path} cannot be used as state: {error}")) from None


def open_backend(url: str, place: Opening) -> Sqlite:
    return open_sqlite(place.root / url.partition(":")[2], place.network_allowed)


def open_sqlite(path: Path, network_allowed: bool = False, mounts: Path = MOUNTS) -> Sqlite:
    """Raises StateError on a network file system, unless it is allowed. mounts: the system's table of mounts."""
    kind = "" if network_allowed else network(path, mounts)
    if kind:
        raise StateError(Problem("network-filesystem", f"{path} is on {kind}, where SQLite cannot be trusted"))
    return Sqlite(path)
