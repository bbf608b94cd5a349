"""The rate limit of calls, for each account and operation: even spacing and a sliding window, without bursts.

Theory of operation. A call is started, sent, and answered. It waits for two things:

- Even spacing: starts are scheduled 1/rate seconds apart, first come first served. A start that is late by less than
  that does not delay the next ones.
- The window: call n is not sent until WINDOW seconds, less correction (1), after call n - share was answered. `share`
  is the limit, or this process's part of it.

Invariant: no window of one second contains share + 1 calls. The server counts a call at some moment between its sending
and its answer, so it counts call n more than a second after call n - share. Exception: if call n - share is still
unanswered WINDOW + PATIENCE seconds after it was sent, call n is sent anyway.

Two corrections keep the rate near the limit. (1) A request and an answer take time on the way, so the shortest round
trip seen, less SLACK, is subtracted from the window; only after enough answers. (2) The intent is written between start
and sending. So a call may start before its window is over, by the shortest time from start to sending among the last
calls; it waits for the rest just before it is sent.

After throttling the rate is halved, held for HOLD seconds, and then rises to the limit within RECOVERY seconds.

client.py enters take() around every attempt, including repeated ones, and calls throttled() for such answers. With
several runs on one account, shared_pace.py sets the share of the limit that this process may use.
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
PATIENCE = 0.1  # seconds beyond the window to wait for an unanswered call
GLANCE = 0.01  # seconds between checks whether the earlier call was answered
HOLD, RECOVERY = 5.0, 30.0  # seconds at the lower rate after throttling; seconds to rise from zero to the limit
LOWEST = 1 / 16  # the lowest rate after throttling, as a part of the limit


class Pace(Protocol):
    """What a client needs of a rate limit."""

    def take(self, caller: str, operation: str) -> AbstractContextManager[Callable[[], None]]:
        """Entering waits until the call may start; leaving means that it was answered, or never will be.

        caller: id of the account, or of the access key if that is unknown.
        Yields a function to call just before sending: it waits for the rest of the window.
        """
        ...

    def throttled(self, caller: str, operation: str) -> None:
        """The cloud reported too many calls: slow down for a while."""
        ...

    def close(self) -> None:
        """No more calls will be made."""
        ...


class Unlimited:
    """No rate limit."""

    @contextmanager
    def take(self, caller: str, operation: str) -> Iterator[Callable[[], None]]:
        """Does not wait."""
        yield lambda: None

    def throttled(self, caller: str, operation: str) -> None:
        pass

    def close(self) -> None:
        pass


class LocalPace:
    """The rate limit of one process. limit: calls a second, for each account and operation."""

    def __init__(
        self,
        limit: int,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._limit, self._mutex = limit, threading.Lock()
        self._runs: defaultdict[str, int] = defaultdict(lambda: 1)
        self._paces: defaultdict[tuple[str, str], _OperationPace] = defaultdict(
            lambda: _OperationPace(limit, monotonic, sleep)
        )

    @contextmanager
    def take(self, caller: str, operation: str) -> Iterator[Callable[[], None]]:
        pace = self._pace_of(caller, operation)
        slot, before = pace.take()
        try:
            yield lambda: pace.ready(slot, before)
        finally:
            pace.answered(slot)

    def throttled(self, caller: str, operation: str) -> None:
        self._pace_of(caller, operation).throttled()

    def shared_among(self, caller: str, runs: int) -> None:
        """Sets the share to limit / runs, rounded down, and at least one call a second."""
        with self._mutex:
            self._runs[caller] = runs
            for (key_id, _), pace in self._paces.items():
                pace.share = self._share(key_id)

    def close(self) -> None:
        pass

    def _pace_of(self, caller: str, operation: str) -> _OperationPace:
        with self._mutex:
            pace = self._paces[caller, operation]
            pace.share = self._share(caller)
            return pace

    def _share(self, caller: str) -> int:
        return max(1, self._limit // self._runs[caller])


@dataclass(slots=True)
class _Slot:
    """One call. Times are monotonic seconds.

    start: when it started.
    sent: when it was sent; until that is known, the start.
    answered: when it was answered; None before.
    """

    start: float
    sent: float
    answered: float | None = None


class _OperationPace:
    """The calls of one operation. share: the part of the limit that this process may use, in calls a second."""

    def __init__(self, limit: int, monotonic: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._limit, self._monotonic, self._sleep = limit, monotonic, sleep
        self.share = limit
        self._turn, self._mutex = FairLock(), threading.Lock()
        self._slots: deque[_Slot] = deque(maxlen=limit)
        self._answers = 0
        self._shortest = float("inf")
        self._next_start = float("-inf")  # when the next call may start, by even spacing
        self._slowed_rate, self._slowed_at = float(limit), float("-inf")

    def take(self) -> tuple[_Slot, _Slot | None]:
        """Waits in turn, then until the call may start. The slot's start is the time after waiting.

        Also returns the slot of call n - share, which must be outside of this call's window.
        """
        with self._turn:
            while (wait := self._wait(self._monotonic())) > 0:
                self._sleep(wait)
            now = self._monotonic()
            slot, before = _Slot(now, now), self._before()
            spacing = 1 / self._rate(now)
            # A start that is late by less than the spacing does not delay the next one.
            on_time = now - self._next_start < spacing
            self._next_start = (self._next_start if on_time else now) + spacing
            self._slots.append(slot)
            return slot, before

    def ready(self, slot: _Slot, before: _Slot | None) -> None:
        """Waits for the rest of the window."""
        while before and (wait := self._window(before, self._monotonic())) > 0:
            self._sleep(wait)
        slot.sent = self._monotonic()

    def answered(self, slot: _Slot) -> None:
        with self._mutex:
            slot.answered = self._monotonic()
            self._answers += 1
            self._shortest = min(self._shortest, slot.answered - slot.sent)

    def throttled(self) -> None:
        """Halves the rate, once per burst of such answers."""
        with self._mutex:
            now = self._monotonic()
            if now - self._slowed_at >= WINDOW:
                full = self._limit / self.share
                self._slowed_rate, self._slowed_at = max(self._rate(now) * full / 2, self._limit * LOWEST), now

    def _rate(self, now: float) -> float:
        recovered = max(0.0, now - self._slowed_at - HOLD) / RECOVERY
        return min(float(self._limit), self._slowed_rate + self._limit * recovered) * self.share / self._limit

    def _wait(self, now: float) -> float:
        """Seconds to sleep before checking again; 0 or less if the next call may start."""
        even, before = self._next_start - now, self._before()
        if even > 0 or before is None:
            return even
        lately = (each.sent - each.start for each in self._slots if each.answered is not None)
        return self._window(before, now + min(lately, default=0.0))

    def _before(self) -> _Slot | None:
        return self._slots[-self.share] if len(self._slots) >= self.share else None

    def _window(self, before: _Slot, now: float) -> float:
        """Seconds until call n may be sent. before: call n - share."""
        if before.answered is None:
            return min(before.sent + WINDOW + PATIENCE - now, max(before.sent + WINDOW - now, GLANCE))
        return before.answered + WINDOW - self._allowance() - now

    def _allowance(self) -> float:
        # The first round trips may be unusually slow.
        return max(0.0, self._shortest - SLACK) if self._answers > 2 * self._limit else 0.0
