"""The day's messages: how many may still go out, and when the next one may. Counted over all journals of a backend.

A day is the last 24 hours, by the cloud's own time: the hour at which its caps start anew is not documented, and no
window of 24 hours can hold more than the limit this way. The one mutable thing in the core; it holds no clock.
Whoever counts may be in here, for one run, or outside, for all runs of an account.
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

UNPACED = 1.0  # seconds that an answer is waited for where there is no pace to be halved


def _already() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def sent_lately(states: Iterable[State], limits: Limits, now: str) -> dict[str, int]:
    """Messages of the last 24 hours by their daily limit; all of the limit where the cloud says that it is reached."""
    sent = Counter[str]()
    for state in filter(lambda state: state.messages or state.capped, states):
        yesterday = shift(now, -DAY)
        sent.update(daily for at, daily in state.messages if at > yesterday)
        for daily in (daily for daily, at in state.capped.items() if at > yesterday):
            sent[daily] = max(sent[daily], limits.daily(daily))
    return dict(sent)


class Count(Protocol):
    """Who counts the messages of a day. now, at: the cloud's time."""

    def take(self, daily: str, limit: int, now: str) -> str:
        """Count one message in and return "", or return the time at which it may go out. limit 0: none."""

    def give_back(self, daily: str, at: str) -> None:
        """The message that was taken at this time was surely not sent."""

    def close_day(self, daily: str, now: str) -> None:
        """The cloud says that its cap is reached: no more of this class until it surely is another day."""


class OwnCount:
    """For one run. sent: (time, daily limit's name) of messages on record. capped: the same of the cloud's refusals."""

    def __init__(self, sent: Iterable[tuple[str, str]] = (), capped: Iterable[tuple[str, str]] = ()) -> None:
        self._sent = sorted(sent)
        self._closed = {daily: shift(at, DAY) for at, daily in sorted(capped)}
        self._lock = threading.Lock()

    def take(self, daily: str, limit: int, now: str) -> str:
        with self._lock:
            # What lies further ahead was noted by a clock that was wrong.
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
    """A count that is begun with the first message: what it begins with takes long to read, and most runs send none."""

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
    def __init__(self, limits: Limits, count: Count | None = None) -> None:
        self._limits = limits
        self._count = count or OwnCount()
        self._lock = threading.Lock()
        self._queues: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._last: defaultdict[str, threading.Event] = defaultdict(_already)

    @contextmanager
    def turn(self, daily: str) -> Iterator[None]:
        """One message of a class after the other's answer, so that the refusal that tells of a cap is the only one.

        An answer that takes longer than the pace's own spacing is not waited for: that would halve the pace.
        """
        answered = threading.Event()
        if daily:
            self._follow(daily, answered)
        try:
            yield
        finally:
            answered.set()

    def _follow(self, daily: str, answered: threading.Event) -> None:
        """The spacing counts from when it is this one's turn: however many wait, each is told what came before it."""
        pace = self._limits.calls_per_second
        with self._lock:
            queue = self._queues[daily]
        with queue:
            self._last[daily].wait(1 / pace if pace else UNPACED)
            self._last[daily] = answered

    def take(self, daily: str, now: str) -> str:
        """Count one message in and return "", or return the time at which it may go out."""
        return self._count.take(daily, self._limits.daily(daily), now)

    def give_back(self, daily: str, at: str) -> None:
        """At worst one message waits a day: what is to be written down next must not fail for it."""
        with suppress(StateError):
            self._count.give_back(daily, at)

    def close(self, daily: str, now: str) -> str:
        """The cloud says that its cap is reached. The time from which it surely is another day."""
        with suppress(StateError):  # the journal tells of the cap as well
            self._count.close_day(daily, now)
        return shift(now, DAY)
