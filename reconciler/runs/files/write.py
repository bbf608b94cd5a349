"""Writes a file named by a command: atomically, and never over anything but a regular file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import Problem, UsageError
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole


def save(path: Path, content: str | bytes, shared: bool = False) -> None:
    """Follows a link. Raises UsageError if the file cannot be written.

    shared: for others to read, too: with the mode of the file that it replaces, or as any new file; otherwise for its
        owner only.
    """
    whole = Path(os.path.realpath(path))
    other = UsageError(Problem("cannot-write", f"{path} is no file; leave --out out to have it on stdout"))
    if path.name == "-":
        raise other
    with writable(path):
        try:
            there = regular_files.is_there(whole)
            write_whole(whole, content, (whole.stat().st_mode & 0o777 if there else _usual()) if shared else 0o600)
        except regular_files.NotRegular:
            raise other from None


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Raises UsageError for an OSError."""
    try:
        yield
    except OSError as error:
        raise UsageError(Problem("cannot-write", f"{path}: {error.strerror}")) from None


def _usual() -> int:
    """The mode of a new file. The umask can only be read by setting it."""
    masked = os.umask(0o077)
    os.umask(masked)
    return 0o666 & ~masked
