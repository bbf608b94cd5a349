"""What a process has standing about, as one line each: threads, sockets that listen, children."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KEPT = {
    " patience": "reconciler/runs/interrupt.py keeps its threads for the next call; they end with the program",
    "from multiprocessing.resource_tracker import": "Python keeps one for the process",
}
"""What stands about on purpose, by what its line holds."""


def standing() -> set[str]:
    found = (*_threads(), *_listening(), *_children())
    return {line for line in found if not any(name in line for name in KEPT)}


def _threads() -> Iterator[str]:
    for thread in threading.enumerate():
        yield f"thread {thread.ident} {thread.name}"


def _listening() -> Iterator[str]:
    for path in Path("/dev/fd").iterdir():
        with suppress(OSError):  # the folder's own, closed since
            found = os.fstat(int(path.name))
            if stat.S_ISSOCK(found.st_mode) and _listens(int(path.name)):
                yield f"listening socket {found.st_ino}"


def _listens(descriptor: int) -> bool:
    with socket.socket(fileno=os.dup(descriptor)) as mine:
        return bool(mine.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _children() -> Iterator[str]:
    """Those that ended and were not waited for, too. Where the system does not tell, none."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there is none, which is soon known
        return
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(_after_name((path / "stat").read_text(errors="replace"))[1]) == os.getpid():
                command = (path / "cmdline").read_text(errors="replace")
                yield f"child {path.name} {command.replace(chr(0), ' ').strip()}"


def _after_name(stat: str) -> list[str]:
    """The fields from the state on: a program's name may hold anything."""
    return stat.rpartition(")")[2].split()
