"""The day's messages: how many may still go out, and when the next one may. Counted over all journals of a backend.

A day is the last 24 hours: the hour at which the cloud's caps start anew is not documented, and no window of 24
hours can hold more than the limit this way. The one mutable thing in the core; it holds no clock, `now` is passed in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from reconciler.core.journal import DAY, shift
from reconciler.core.model import Limits


class Budget:
    def __init__(self, limits: Limits, sent: Iterable[tuple[str, str]] = ()) -> None:
        """sent: (time, daily limit's name) of messages on record."""
        self._limits = limits
        self._sent = sorted(sent)
        self._closed: dict[str, str] = {}
        self._lock = threading.Lock()

    def take(self, daily: str, now: str) -> str:
        """Count one message in and return "", or return the time at which it may go out."""
        with self._lock:
            if daily in self._closed:
                return self._closed[daily]
            limit = self._limits.daily(daily)
            today = [at for at, name in self._sent if name == daily and at > shift(now, -DAY)]
            if limit and len(today) >= limit:
                return shift(today[-limit], DAY)
            self._sent.append((now, daily))
            return ""

    def close(self, daily: str, now: str) -> str:
        """The cloud says that its cap is reached: no more of this class in this run. A day later is surely another."""
        with self._lock:
            return self._closed.setdefault(daily, shift(now, DAY))
