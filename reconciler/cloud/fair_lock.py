"""A lock granted in the order of requests, which threading.Lock does not guarantee. It reads no clock."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """A context manager. A waiter that is interrupted leaves the queue."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._mutex:
            self._waiting.append(mine)
            if self._waiting[0] is mine:
                mine.release()
        try:
            mine.acquire()
        except BaseException:
            self._leave(mine)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(self._waiting[0])

    def _leave(self, mine: threading.Lock) -> None:
        with self._mutex:
            held = self._waiting[0] is mine
            self._waiting.remove(mine)
            if held and self._waiting:
                self._waiting[0].release()
