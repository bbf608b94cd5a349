"""Reads files named or written by others: regular files only, up to a size.

It never waits on a pipe, reads a device, or reads without a limit. Errors are OSError with a reason.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


class NotRegular(OSError):
    """A directory, pipe, device or socket. `what` says which."""

    def __init__(self, mode: int, path: object) -> None:
        self.what = "a directory" if stat.S_ISDIR(mode) else "a pipe or a device"
        super().__init__(errno.EINVAL, f"it is {self.what}, not a file", str(path))


class TooLarge(OSError):
    """A file above the limit."""

    def __init__(self, most: int, path: object) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))


def read(path: str | Path, most: int, flags: int = 0) -> bytes:
    """All bytes. The file is opened before it is checked, so that what was checked is what is read. flags: more for
    open()."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | flags)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotRegular(found.st_mode, path)
        if found.st_size > most:
            raise TooLarge(most, path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            # Not `most` at once: that buffer would be allocated for every small file.
            raw = file.read(found.st_size + 1)
            raw += file.read(most) if len(raw) > found.st_size else b""
    finally:
        os.close(descriptor)
    if len(raw) > most:
        raise TooLarge(most, path)
    return raw


def text(path: str | Path, most: int) -> str:
    r"""UTF-8 text with \n line ends. Raises OSError and UnicodeDecodeError."""
    return read(path, most).decode("utf-8").replace("\r\n", "\n")


def is_there(path: Path) -> bool:
    """Whether there is a regular file. Raises OSError for anything else, such as a link to nothing."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise OSError(errno.ENOENT, "it is a link to nothing", str(path)) from None
        return False
    if not stat.S_ISREG(mode):
        raise NotRegular(mode, path)
    return True
