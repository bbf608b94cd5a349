"""Retries while a store is busy, restarting or unreachable.

Only requests that are safe to repeat are retried: reads, lists, lock and unlock with the same id, a create whose
content identifies its writer, and a write that is read back before it is repeated (terraform/writing.py). The total
time stays within a lease's term, because a run that is silent for longer may have lost its lease. A store that was
never reached is given up soon, because its URL may be mistyped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from reconciler.errors import Problem, StateError
from reconciler.store.backend import Opening
from reconciler.store.lease import term

SHARE = 0.75
"""The share of a lease's term that trouble may take."""
QUIET = 1.0
"""Seconds of trouble before a person sees a line, and between two lines."""
FIRST = 3.0
"""Seconds of retries while the store was never reached."""
_backoff = wait_random_exponential(multiplier=0.2, max=5)
Found = TypeVar("Found")


class Trouble(StateError):
    """A temporary failure: the request was not executed, or that is unknown. It is safe to repeat.

    after: seconds to wait, as the store asked.
    unreached: there was no connection.
    """

    def __init__(self, *problems: Problem, after: float = 0.0, unreached: bool = False) -> None:
        super().__init__(*problems)
        self.after, self.unreached = after, unreached


@dataclass(frozen=True, slots=True)
class Retries:
    """For how long to retry.

    seconds: the total time.
    tell: called with a line for people, if it takes longer than QUIET.
    reached: set once the store has answered; shared by all requests of one backend.
    """

    seconds: float
    tell: Callable[[str], object]
    reached: threading.Event = field(default_factory=threading.Event)

    def ask(self, attempt: Callable[[], Found]) -> Found:
        """The attempt's result. Raises the last Trouble when the time is over, other errors at once."""
        retrying = Retrying(
            retry=retry_if_exception_type(Trouble),
            wait=_wait,
            stop=self._is_over,
            before_sleep=self._told,
            reraise=True,
        )
        found: Found = retrying(self._attempted, attempt)
        return found

    def _attempted(self, attempt: Callable[[], Found]) -> Found:
        try:
            found = attempt()
        except StateError as error:
            if not (isinstance(error, Trouble) and error.unreached):
                self.reached.set()
            raise
        self.reached.set()
        return found

    def _is_over(self, state: RetryCallState) -> bool:
        return (state.seconds_since_start or 0.0) + state.upcoming_sleep >= self._limit(state)

    def _limit(self, state: RetryCallState) -> float:
        soon = _trouble(state).unreached and not self.reached.is_set()
        return min(FIRST, self.seconds) if soon else self.seconds

    def _told(self, state: RetryCallState) -> None:
        passed = state.seconds_since_start or 0.0
        if passed >= QUIET:
            pause, left = state.upcoming_sleep, self._limit(state) - passed
            self.tell(f"{_trouble(state).problems[0].what}. Retrying in {pause:.0f} s, for up to {left:.0f} s.")


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
