"""Whether a process holds what SQLite counts on: a lock on each of its files that the process has open.

A connection to a file with a write-ahead log keeps a shared lock on the file for as long as it is open. POSIX drops it
when the process closes any descriptor of that file, so a lock that lacks tells of somebody else's opening.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SHARED = 1073741826
"""The first byte of the range in which SQLite locks a file (sqlite3.c: SHARED_FIRST)."""


def opened(pid: int | str = "self") -> list[Path]:
    """SQLite's files that a process has open, the logs beside them left out."""
    return sorted(set(_opened(f"/proc/{pid}/fd")))


def unlocked(pid: int | None = None) -> list[Path]:
    """Of these, the files on which it holds no lock."""
    locked = set(_locked(pid or os.getpid()))
    return [path for path in opened(pid or "self") if path.exists() and path.stat().st_ino not in locked]


def _opened(folder: str) -> Iterator[Path]:
    for descriptor in Path(folder).iterdir():
        with suppress(OSError):
            path = descriptor.readlink()
            if path.name == "state.db":
                yield path


def _locked(pid: int) -> Iterator[int]:
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1] == "POSIX" and int(words[4]) == pid and int(words[6]) == SHARED:
            yield int(words[5].rpartition(":")[2])
