"""Daily limits of messages: how many may still be sent, and when the next one may. Counted over all journals of a
backend.

A day is the last 24 hours, by the cloud's time. When its own caps reset is not documented; with a sliding window, no 24
hours exceed the limit. This is the only mutable object of the core, and it reads no clock. The count itself is kept
here for one run, or outside for all runs of an account.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.times import DAY, DAYS_END, shift
from reconciler.errors import StateError

UNPACED = 1.0  # seconds to wait for an answer if no rate is configured


def _already() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def sent_lately(states: Iterable[State], limits: Limits, now: str) -> dict[str, int]:
    """Daily limit -> messages of the last 24 hours. If the cloud reported the limit as reached, at least the whole
    limit."""
    sent = Counter[str]()
    for state in filter(lambda state: state.messages or state.capped, states):
        yesterday = shift(now, -DAY)
        sent.update(daily for at, daily in state.messages if at > yesterday)
        for daily in (daily for daily, at in state.capped.items() if at > yesterday):
            sent[daily] = max(sent[daily], limits.daily(daily))
    return dict(sent)


class Count(Protocol):
    """Counts the messages of a day. now, at: the cloud's time."""

    def take(self, daily: str, limit: int, now: str) -> str:
        """Counts one message and returns "", or returns the time from which it may be sent. limit 0: no limit."""

    def give_back(self, daily: str, at: str) -> None:
        """Uncounts a message that certainly was not sent. at: when it was counted."""

    def close_day(self, daily: str, now: str) -> None:
        """The cloud reported its cap as reached: no more messages of this class for a day."""


class OwnCount:
    """A count for one run.

    sent: (time, daily limit) of the messages on record. capped: the same of the cloud's refusals.
    """

    def __init__(self, sent: Iterable[tuple[str, str]] = (), capped: Iterable[tuple[str, str]] = ()) -> None:
        self._sent = sorted(sent)
        self._closed = {daily: shift(at, DAY) for at, daily in sorted(capped)}
        self._lock = threading.Lock()

    def take(self, daily: str, limit: int, now: str) -> str:
        with self._lock:
            # Later times were recorded by a wrong clock.
            yesterday, tomorrow = shift(now, -DAY), shift(now, DAYS_END)
            if now < self._closed.get(daily, "") <= tomorrow:
                return self._closed[daily]
            today = [at for at, name in self._sent if name == daily and yesterday < at <= tomorrow]
            if limit and len(today) >= limit:
                return shift(today[-limit], DAY)
            self._sent.append((now, daily))
            return ""

    def give_back(self, daily: str, at: str) -> None:
        with self._lock:
            self._sent.remove((at, daily))

    def close_day(self, daily: str, now: str) -> None:
        with self._lock:
            self._closed[daily] = shift(now, DAY)


class LateCount:
    """A count that is created with the first message: reading its initial values is slow, and most runs send none."""

    def __init__(self, begin: Callable[[], Count]) -> None:
        self._begin, self._lock = begin, threading.Lock()
        self._begun: Count | None = None

    def take(self, daily: str, limit: int, now: str) -> str:
        return self._count().take(daily, limit, now)

    def give_back(self, daily: str, at: str) -> None:
        self._count().give_back(daily, at)

    def close_day(self, daily: str, now: str) -> None:
        self._count().close_day(daily, now)

    def _count(self) -> Count:
        with self._lock:
            self._begun = self._begun or self._begin()
            return self._begun


class Budget:
    """The daily limits during one run."""

    def __init__(self, limits: Limits, count: Count | None = None) -> None:
        self._limits = limits
        self._count = count or OwnCount()
        self._lock = threading.Lock()
        self._queues: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._last: defaultdict[str, threading.Event] = defaultdict(_already)

    @contextmanager
    def turn(self, daily: str) -> Iterator[None]:
        """Makes messages of one class follow each other's answers, so that only one is refused when a cap is reached.

        It waits for an answer no longer than the spacing of the rate limit, because that would halve the rate.
        """
        answered = threading.Event()
        if daily:
            self._follow(daily, answered)
        try:
            yield
        finally:
            answered.set()

    def _follow(self, daily: str, answered: threading.Event) -> None:
        """The wait begins when it is this message's turn, so each one waits for the message before it, however many
        queue."""
        pace = self._limits.calls_per_second
        with self._lock:
            queue = self._queues[daily]
        with queue:
            self._last[daily].wait(1 / pace if pace else UNPACED)
            self._last[daily] = answered

    def take(self, daily: str, now: str) -> str:
        """Counts one message and returns "", or returns the time from which it may be sent."""
        return self._count.take(daily, self._limits.daily(daily), now)

    def give_back(self, daily: str, at: str) -> None:
        """Uncounts a message. An error is ignored: one message may wait a day, but the outcome must still be
        written."""
        with suppress(StateError):
            self._count.give_back(daily, at)

    def close(self, daily: str, now: str) -> str:
        """The cloud reported its cap as reached. Returns the time from which it certainly is another day."""
        with suppress(StateError):  # the journal records the cap as well
            self._count.close_day(daily, now)
        return shift(now, DAY)
