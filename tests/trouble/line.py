"""A line that is in trouble for some seconds, from one request on."""

from __future__ import annotations

import threading
import time

from tests.store.unreliable import Line

TROUBLE = ("503", "429", "502", "cut before", "cut after", "stall")
"""What becomes of every request meanwhile. cut before, after: the server acted, and it did not. stall: the server acts
when the trouble is over, whoever waits for it or not."""
_FAULTS = {"cut before": "lost request", "cut after": "lost answer"}


class Troubled(Line):
    """Good until trouble is armed and a request has come that it begins with. seen: whether it has."""

    def __init__(self) -> None:
        super().__init__()
        self._begins = threading.Lock()
        self._armed: tuple[str, str, str] = ("", "", "")
        self._nth, self._seconds, self._until = 0, 0.0, 0.0
        self._over = threading.Event()
        self.seen = False

    def arm(self, trouble: str, seconds: float, method: str, path: str, nth: int) -> None:
        """It begins with the nth request of this method that has this in its path or query."""
        self._armed, self._nth, self._seconds = (trouble, method, path), nth, seconds

    def recover(self) -> None:
        """At once: what stalls is acted upon now."""
        self._until = 0.0
        self._over.set()

    def take(self, method: str, path: str) -> str:
        if not self._in_trouble(method, path):
            return super().take(method, path)
        trouble = self._armed[0]
        if trouble == "stall":
            self._over.wait(max(0.0, self._until - time.monotonic()))
            return ""
        return _FAULTS.get(trouble, trouble)

    def _in_trouble(self, method: str, path: str) -> bool:
        with self._begins:
            if self._nth and method == self._armed[1] and self._armed[2] in path:
                self._nth -= 1
                if not self._nth:
                    self.seen, self._until = True, time.monotonic() + self._seconds
            return time.monotonic() < self._until
