"""Gives up on a server that neither answers nor hangs up: the time limits inside the server only work while it is
alive."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import psycopg

# Seconds after a statement's own limit until its answer counts as lost.
GRACE = 5.0


class CallWatch:
    """Watches one connection at a time. After cut(), the statement fails as if the connection had broken."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None

    @contextlib.contextmanager
    def over(self, fileno: int, seconds: float) -> Iterator[None]:
        """Cuts the connection after so many seconds, and then raises psycopg.OperationalError with this reason."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            _shut(line)

        # A duplicate of the socket, so that a file reusing its number is never closed.
        with socket.fromfd(fileno, socket.AF_UNIX, socket.SOCK_STREAM) as line:
            self._line, timer = line, threading.Timer(seconds, cut)
            timer.daemon = True
            timer.start()
            try:
                yield
            except psycopg.Error:
                if late.is_set():
                    raise psycopg.OperationalError(f"no answer within {seconds:g} seconds") from None
                raise
            finally:
                timer.cancel()
                self._line = None

    def cut(self) -> None:
        """Cuts the connection, from any thread."""
        if line := self._line:
            _shut(line)


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # already closed
        line.shutdown(socket.SHUT_RDWR)
