"""A server that neither answers nor hangs up is not waited for: the time limits that it keeps itself need it alive."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import psycopg

# Seconds beyond a statement's own limit until its answer counts as lost.
GRACE = 5.0


class CallWatch:
    """Over one connection at a time. What cut() ends fails as if the line had broken: its answer is lost."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None

    @contextlib.contextmanager
    def over(self, fileno: int, seconds: float) -> Iterator[None]:
        """Raises psycopg.OperationalError, in place of the library's own word, once it had to cut."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            _shut(line)

        # The line once more, so that no other file that got its number can be meant.
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
        """From any thread."""
        if line := self._line:
            _shut(line)


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed by either side meanwhile
        line.shutdown(socket.SHUT_RDWR)
