"""Reads the SQLite file without permission to write. Nothing is created, changed or removed there.

SQLite needs the index of a write-ahead log, and would create it. A file without a log is read as it is, one with both
is left to SQLite, and a log without its index, as in a backup, is read in a copy. A file that another process changed
meanwhile is read again.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

TRIES = 20
AS_IT_IS, SHARED = "immutable=1", "mode=ro"


def may_write(path: Path) -> bool:
    """Whether file and folder are writable. SQLite creates files beside it; created for a mere reader, they could
    lock out the owner."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def rows(path: Path, query: str, values: tuple[str, ...]) -> list[Any]:
    """The rows of a query. Raises sqlite3.Error and OSError."""
    error: sqlite3.Error = sqlite3.OperationalError("it was changed whenever it was read")
    for _ in range(TRIES):
        before = _seen(path)
        shared = all(before[1:])
        try:
            found = _read(path, query, values, before)
            if shared or _seen(path) == before:
                return found
        except sqlite3.Error as failed:
            error = failed
            if _seen(path) == before:
                break
    raise error


def _read(path: Path, query: str, values: tuple[str, ...], seen: tuple[Any, ...]) -> list[Any]:
    _, log, index = seen
    if not log:
        return _asked(path, AS_IT_IS, query, values)
    if index:
        return _asked(path, SHARED, query, values)
    import shutil  # rarely needed
    import tempfile

    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        for name in _names(path)[:2]:
            with suppress(FileNotFoundError):  # it has just disappeared, so everything is read again
                shutil.copyfile(path.with_name(name), Path(folder, name))
        return _asked(Path(folder, path.name), "mode=rw", query, values)


def _asked(path: Path, how: str, query: str, values: tuple[str, ...]) -> list[Any]:
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True)) as db:
        return db.execute(query, values).fetchall()


def _names(path: Path) -> tuple[str, str, str]:
    """The file, its log, and the log's index."""
    return path.name, f"{path.name}-wal", f"{path.name}-shm"


def _seen(path: Path) -> tuple[Any, ...]:
    """For each of the three files, what changes when it is written; None if it is absent."""
    return tuple(_stamp(path.with_name(name)) for name in _names(path))


def _stamp(path: Path) -> tuple[int, ...] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return None
