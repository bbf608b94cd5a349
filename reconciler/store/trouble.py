"""Retries while a store is busy, restarting or unreachable.

Only what may be done twice is retried: reads, lists, a lock with the same id, a write that names its writer. The total
time stays within a lease's term, because a run that is silent for longer may have lost its lease.
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
"""The share of a lease's term that trouble may take."""
QUIET = 1.0
"""Seconds of trouble before a person sees a line, and between two lines."""
_backoff = wait_random_exponential(multiplier=0.2, max=5)
Found = TypeVar("Found")


class Trouble(StateError):
    """Not done, or unknown; the same request may be repeated. after: seconds to wait, as the store asked."""

    def __init__(self, *problems: Problem, after: float = 0.0) -> None:
        super().__init__(*problems)
        self.after = after


class Retries(NamedTuple):
    """For how long to retry.

    seconds: the total time.
    tell: called with a line for people, if it takes longer than QUIET.
    """

    seconds: float
    tell: Callable[[str], object]

    def ask(self, attempt: Callable[[], Found]) -> Found:
        """The attempt's result. Raises the last Trouble when the time is over, other errors at once."""
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
    """Retries for as long as the lease allows. Of several requests in trouble, people see one line a second."""
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
