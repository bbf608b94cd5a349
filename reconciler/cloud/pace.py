"""The pace: how soon the next call of an operation may start. It never lets the server see one too many.

Calls start evenly, first come first served. Besides, call n is sent when call n - limit was answered and a second
more has gone by: the server stamps a call between its sending and its answer, so the two stamps lie over a second apart
and no window of a second holds limit + 1. Since each way takes time, part of the shortest round trip seen can be taken
off that second: n's way there and n - limit's way back together last at least that long. SLACK of it is kept as the
hair by which the window is longer, in case the way gets shorter, and nothing is taken off before it is known well.

What is written down between a call's start and its sending takes none of the pace: it begins as much earlier as it
lately took at least, and what it takes less is waited for before sending.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from reconciler.cloud.fair_lock import FairLock

WINDOW = 1.0
SLACK = 0.015
PATIENCE = 0.1  # how much longer than a window an unanswered call is waited for
GLANCE = 0.01  # how often it is looked at
HOLD, RECOVERY = 5.0, 30.0  # after throttling: so long at the lower rate, then back as if from nothing in so long
LOWEST = 1 / 16


class Pace(Protocol):
    """What a client needs. One kept by several processes would fit as well."""

    def take(self, access_key_id: str, operation: str) -> AbstractContextManager[Callable[[], None]]:
        """Entering waits for the turn; leaving says that the call was answered, or never will be.

        Yields what is to be called once all is ready, just before sending.
        """
        ...

    def throttled(self, access_key_id: str, operation: str) -> None:
        """The cloud said "too fast": go slower for a while."""
        ...

    def close(self) -> None:
        """No more calls will be made."""
        ...


class Unlimited:
    """No pace at all."""

    @contextmanager
    def take(self, access_key_id: str, operation: str) -> Iterator[Callable[[], None]]:
        yield lambda: None

    def throttled(self, access_key_id: str, operation: str) -> None:
        pass

    def close(self) -> None:
        pass


class LocalPace:
    """The pace of one process. limit: calls a second, for each access key and operation."""

    def __init__(
        self,
        limit: int,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._limit, self._guard = limit, threading.Lock()
        self._runs: defaultdict[str, int] = defaultdict(lambda: 1)
        self._buckets: defaultdict[tuple[str, str], _Bucket] = defaultdict(lambda: _Bucket(limit, monotonic, sleep))

    @contextmanager
    def take(self, access_key_id: str, operation: str) -> Iterator[Callable[[], None]]:
        bucket = self._bucket(access_key_id, operation)
        slot, before = bucket.take()
        try:
            yield lambda: bucket.ready(slot, before)
        finally:
            bucket.answered(slot)

    def throttled(self, access_key_id: str, operation: str) -> None:
        self._bucket(access_key_id, operation).throttled()

    def shared_among(self, access_key_id: str, runs: int) -> None:
        """From now on keep to one of so many equal shares, as whole calls a second: one is the least."""
        with self._guard:
            self._runs[access_key_id] = runs
            for (account, _), bucket in self._buckets.items():
                bucket.share = self._share(account)

    def close(self) -> None:
        pass

    def _bucket(self, access_key_id: str, operation: str) -> _Bucket:
        with self._guard:
            bucket = self._buckets[access_key_id, operation]
            bucket.share = self._share(access_key_id)
            return bucket

    def _share(self, access_key_id: str) -> int:
        return max(1, self._limit // self._runs[access_key_id])


@dataclass(slots=True)
class _Slot:
    """sent: the start, until it is known better."""

    start: float
    sent: float
    answered: float | None = None


class _Bucket:
    """share: of the limit, what this process may use of it."""

    def __init__(self, limit: int, monotonic: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._limit, self._monotonic, self._sleep = limit, monotonic, sleep
        self.share = limit
        self._turn, self._guard = FairLock(), threading.Lock()
        self._slots: deque[_Slot] = deque(maxlen=limit)
        self._answers = 0
        self._shortest = float("inf")
        self._even = float("-inf")  # the start that even spacing gives the next call
        self._slow, self._since = float(limit), float("-inf")

    def take(self) -> tuple[_Slot, _Slot | None]:
        """Wait for the turn, then for the time; the slot's time is that of waking up, not of lying down.

        With it comes the slot that may not lie in one window with it.
        """
        with self._turn:
            while (wait := self._wait(self._monotonic())) > 0:
                self._sleep(wait)
            now = self._monotonic()
            slot, before = _Slot(now, now), self._before()
            spacing = 1 / self._rate(now)
            # A start that is a little late does not make the next one late.
            on_time = now - self._even < spacing
            self._even = (self._even if on_time else now) + spacing
            self._slots.append(slot)
            return slot, before

    def ready(self, slot: _Slot, before: _Slot | None) -> None:
        """Wait for what is left of the window."""
        while before and (wait := self._window(before, self._monotonic())) > 0:
            self._sleep(wait)
        slot.sent = self._monotonic()

    def answered(self, slot: _Slot) -> None:
        with self._guard:
            slot.answered = self._monotonic()
            self._answers += 1
            self._shortest = min(self._shortest, slot.answered - slot.sent)

    def throttled(self) -> None:
        """Half the rate. The answers of one burst count once."""
        with self._guard:
            now = self._monotonic()
            if now - self._since >= WINDOW:
                full = self._limit / self.share
                self._slow, self._since = max(self._rate(now) * full / 2, self._limit * LOWEST), now

    def _rate(self, now: float) -> float:
        recovered = max(0.0, now - self._since - HOLD) / RECOVERY
        return min(float(self._limit), self._slow + self._limit * recovered) * self.share / self._limit

    def _wait(self, now: float) -> float:
        """Seconds to sleep before looking again; none when the next call may start."""
        even, before = self._even - now, self._before()
        if even > 0 or before is None:
            return even
        lately = (each.sent - each.start for each in self._slots if each.answered is not None)
        return self._window(before, now + min(lately, default=0.0))

    def _before(self) -> _Slot | None:
        return self._slots[-self.share] if len(self._slots) >= self.share else None

    def _window(self, before: _Slot, now: float) -> float:
        """Seconds until a call may be sent, so many calls after this one."""
        if before.answered is None:
            return min(before.sent + WINDOW + PATIENCE - now, max(before.sent + WINDOW - now, GLANCE))
        return before.answered + WINDOW - self._allowance() - now

    def _allowance(self) -> float:
        # The first trips may have been slow for reasons of their own.
        return max(0.0, self._shortest - SLACK) if self._answers > 2 * self._limit else 0.0
