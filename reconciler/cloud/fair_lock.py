"""A lock given in the order it was asked for, as threading.Lock does not promise. It never looks at a clock."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """Used by `with`. Whoever gives up waiting, interrupted, leaves the queue."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
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
        with self._guard:
            held = self._waiting[0] is mine
            self._waiting.remove(mine)
            if held and self._waiting:
                self._waiting[0].release()
