"""A second of trouble is no end: a store that is busy, restarts or cannot be reached is asked the same again.

Only what may be done twice is handed in: reads, lists, a lock with the same id, a write that names its writer. All of
it together stays within a lease's term, as a run that is silent for longer may have lost its place to another one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_before_delay, wait_random_exponential

from reconciler.errors import Problem, StateError
from reconciler.store.backend import Opening
from reconciler.store.lease import term

SHARE = 0.75
"""How much of a lease's term trouble may take."""
QUIET = 1.0
"""Seconds of trouble of which nobody is told, and between two lines of it."""
_backoff = wait_random_exponential(multiplier=0.2, max=5)
Found = TypeVar("Found")


class Trouble(StateError):
    """Not done, or nobody knows; the same may be asked again. after: seconds that the store wants to be left alone."""

    def __init__(self, *problems: Problem, after: float = 0.0) -> None:
        super().__init__(*problems)
        self.after = after


class Retries(NamedTuple):
    """seconds: for how long the same is asked again. tell: a line for a person, when it takes more than a blink."""

    seconds: float
    tell: Callable[[str], object]

    def ask(self, attempt: Callable[[], Found]) -> Found:
        """What the attempt comes to. Raises the last Trouble when the time is over, and all else at once."""
        retrying = Retrying(
            retry=retry_if_exception_type(Trouble),
            wait=_wait,
            stop=stop_before_delay(self.seconds),
            before_sleep=self._told,
            reraise=True,
        )
        return retrying(attempt)

    def _told(self, state: RetryCallState) -> None:
        passed = state.seconds_since_start or 0.0
        if passed >= QUIET:
            pause, left = state.upcoming_sleep, self.seconds - passed
            self.tell(f"{_trouble(state).problems[0].what}. Asked again in {pause:.0f} s, for {left:.0f} s more.")


def retries(place: Opening) -> Retries:
    """For as long as the lease allows. Of several requests in trouble at once a person hears one line a second."""
    return Retries(SHARE * term(place.environ), _seldom(place.tell))


def _seldom(tell: Callable[[str], object]) -> Callable[[str], None]:
    told, lock = [0.0], threading.Lock()

    def seldom(line: str) -> None:
        with lock:
            if due := time.monotonic() - told[0] >= QUIET:
                told[0] = time.monotonic()
        if due:
            tell(line)

    return seldom


def _wait(state: RetryCallState) -> float:
    return max(_backoff(state), _trouble(state).after)


def _trouble(state: RetryCallState) -> Trouble:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Trouble)
    return error
