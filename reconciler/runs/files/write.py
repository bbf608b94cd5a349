"""Writes a file named by a command: atomically, and never over anything but a regular file."""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.errors import Problem, UsageError
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole


def save(path: Path, content: str | bytes) -> None:
    """Follows a link. Raises UsageError if the file cannot be written."""
    whole = Path(os.path.realpath(path))
    other = UsageError(Problem("cannot-write", f"{path} is no file; leave --out out to have it on stdout"))
    if path.name == "-":
        raise other
    try:
        regular_files.is_there(whole)
        write_whole(whole, content)
    except regular_files.NotRegular:
        raise other from None
    except OSError as error:
        raise UsageError(Problem("cannot-write", f"{path}: {error.strerror}")) from None
