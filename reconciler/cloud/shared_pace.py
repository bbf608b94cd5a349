"""The rate limit shared by all runs on one account: each uses an equal share. No call waits for another run.

A run reports every half second that it makes calls, and learns how many runs do. If its information is a second old, it
asks before the next call. A new run therefore waits one second, after which all others have reduced their share. The
share of a run that ended is reused one second after its last calls. If the shared count cannot be reached, the share
stays as it is; without any information it is the whole limit.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.cloud.pace import LocalPace
from reconciler.errors import StateError

# Seconds: information older than FRESH is renewed while calls continue; older than STALE, calls wait for it.
FRESH, STALE = 0.5, 1.0
PARTING = 0.5


class SharedAccount(Protocol):
    """Knows which runs make calls. Methods raise StateError if it cannot be reached."""

    def at_work(self, account: str, run: str) -> int:
        """Records that this run makes calls. Returns how many runs do, including this one."""

    def leave(self, account: str, run: str) -> None:
        """This run makes no more calls."""


@dataclass(slots=True)
class _News:
    """What is known about an account.

    at: when it was requested, in monotonic seconds.
    runs: the last three numbers of runs: calls of runs that have just left still count.
    asking: held by the thread that asks.
    """

    at: float = float("-inf")
    runs: deque[int] = field(default_factory=lambda: deque(maxlen=3))
    asking: threading.Lock = field(default_factory=threading.Lock)


class SharedPace:
    """The limit of one process as a share of the account's. own: the limit of this process."""

    def __init__(
        self,
        shared: SharedAccount,
        own: LocalPace,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._shared, self._own, self._monotonic, self._sleep = shared, own, monotonic, sleep
        self._run = os.urandom(8).hex()
        self._mutex = threading.Lock()
        self._news: dict[str, _News] = {}

    @contextmanager
    def take(self, caller: str, operation: str) -> Iterator[Callable[[], None]]:
        self._hear(caller)
        with self._own.take(caller, operation) as ready:

            def now_ready() -> None:
                self._hear(caller)  # after a long wait the information may be old
                ready()

            yield now_ready

    def throttled(self, caller: str, operation: str) -> None:
        self._own.throttled(caller, operation)

    def close(self) -> None:
        """Reports the end of this run, if that is quick; otherwise the run counts as gone shortly after."""
        leaving = threading.Thread(target=self._leave, name="leaving", daemon=True)
        leaving.start()
        leaving.join(PARTING)

    def _leave(self) -> None:
        for caller in self._news:
            with suppress(StateError):
                self._shared.leave(_account(caller), self._run)

    def _hear(self, caller: str) -> None:
        with self._mutex:
            news = self._news.setdefault(caller, _News())
        age = self._monotonic() - news.at
        # One thread asks; the others continue as long as the information is recent enough.
        if age < FRESH or not news.asking.acquire(blocking=age >= STALE):
            return
        try:
            if self._monotonic() - news.at >= FRESH:
                self._ask(caller, news)
        finally:
            news.asking.release()

    def _ask(self, caller: str, news: _News) -> None:
        account = _account(caller)
        with suppress(StateError):
            if not news.runs and self._shared.at_work(account, self._run) > 1:
                self._sleep(STALE)
            asked = self._monotonic()
            news.runs.append(self._shared.at_work(account, self._run))
            self._own.shared_among(caller, max(news.runs))
            news.at = asked
            return
        news.at = self._monotonic()  # not reachable: do not ask again for a while


def _account(caller: str) -> str:
    """A digest, so that the shared count does not contain the access key id."""
    return hashlib.sha256(caller.encode()).hexdigest()[:16]
