"""The pace of all runs on an account: each takes an equal share of its rate, and nobody is handed a call by others.

A run notes every half second that it makes calls, and learns how many do. One whose news are a second old asks before
it calls again, so a run that joins others waits that second, and by then all of them have made room. What a run leaves
is taken only when its last calls are a second old. Whoever keeps the account and cannot be asked changes nothing: the
share stays as it is, or is the whole where nothing is known.
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

# Seconds: after so many a run asks anew while its calls go on; after so many they wait for the answer.
FRESH, STALE = 0.5, 1.0
PARTING = 0.5


class SharedAccount(Protocol):
    """Who knows which runs make calls. Both raise StateError when that cannot be asked."""

    def at_work(self, account: str, run: str) -> int:
        """Note that this run makes calls; how many do, itself included."""

    def leave(self, account: str, run: str) -> None:
        """This run makes no more calls."""


@dataclass(slots=True)
class _News:
    """What is known of an account. at: by the monotonic clock, when it was asked for. runs: how many there were, the
    last three times, as of those that left since the calls still count."""

    at: float = float("-inf")
    runs: deque[int] = field(default_factory=lambda: deque(maxlen=3))
    asking: threading.Lock = field(default_factory=threading.Lock)


class SharedPace:
    """own: this process's pace, of which it keeps a share."""

    def __init__(
        self,
        shared: SharedAccount,
        own: LocalPace,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._shared, self._own, self._monotonic, self._sleep = shared, own, monotonic, sleep
        self._run = os.urandom(8).hex()
        self._guard = threading.Lock()
        self._news: dict[str, _News] = {}

    @contextmanager
    def take(self, access_key_id: str, operation: str) -> Iterator[Callable[[], None]]:
        self._hear(access_key_id)
        with self._own.take(access_key_id, operation) as ready:

            def now_ready() -> None:
                self._hear(access_key_id)  # where many wait for their turn, what was heard when they came is old
                ready()

            yield now_ready

    def throttled(self, access_key_id: str, operation: str) -> None:
        self._own.throttled(access_key_id, operation)

    def close(self) -> None:
        """Says that this run calls no more, where that can be said at once; else it is taken for gone soon after."""
        leaving = threading.Thread(target=self._leave, name="leaving", daemon=True)
        leaving.start()
        leaving.join(PARTING)

    def _leave(self) -> None:
        for access_key_id in self._news:
            with suppress(StateError):
                self._shared.leave(_account(access_key_id), self._run)

    def _hear(self, access_key_id: str) -> None:
        with self._guard:
            news = self._news.setdefault(access_key_id, _News())
        age = self._monotonic() - news.at
        # One asks, and the others call meanwhile, for as long as what is known may still be so.
        if age < FRESH or not news.asking.acquire(blocking=age >= STALE):
            return
        try:
            if self._monotonic() - news.at >= FRESH:
                self._ask(access_key_id, news)
        finally:
            news.asking.release()

    def _ask(self, access_key_id: str, news: _News) -> None:
        account = _account(access_key_id)
        with suppress(StateError):
            if not news.runs and self._shared.at_work(account, self._run) > 1:
                self._sleep(STALE)
            asked = self._monotonic()
            news.runs.append(self._shared.at_work(account, self._run))
            self._own.shared_among(access_key_id, max(news.runs))
            news.at = asked
            return
        news.at = self._monotonic()  # nobody to be asked: not again for a while


def _account(access_key_id: str) -> str:
    """Whoever keeps the account need not know whose it is."""
    return hashlib.sha256(access_key_id.encode()).hexdigest()[:16]
