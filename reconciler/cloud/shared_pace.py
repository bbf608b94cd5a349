"""The pace of all runs that share an account: each start is taken from whoever keeps the account for them.

Starts lie a hair further apart than the limit says, since they reach the cloud with some jitter; one that a busy
machine missed is let go, for another. Each process keeps its own pace as well, which bounds how many starts it holds
ahead, and which alone counts where the keeper cannot be asked.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from reconciler.cloud.pace import Pace
from reconciler.errors import StateError

HAIR = 1.01
LATE, TRIES = 0.005, 3


class SharedTurns(Protocol):
    """Who hands out the starts. Both raise StateError when that cannot be done."""

    def turn(self, key: str, spacing: float) -> float:
        """Take the next start of a key, at least spacing seconds after the one before; the seconds until then."""

    def slow(self, key: str) -> None:
        """Half the rate for everybody, for a while."""


class SharedPace:
    """own: this process's pace. limit: calls a second, for each access key and operation."""

    def __init__(
        self,
        turns: SharedTurns,
        own: Pace,
        limit: int,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._turns, self._own, self._monotonic, self._sleep = turns, own, monotonic, sleep
        self._spacing = HAIR / limit

    @contextmanager
    def take(self, access_key_id: str, operation: str) -> Iterator[Callable[[], None]]:
        with self._own.take(access_key_id, operation) as ready:
            with suppress(StateError):
                self._wait(_key(access_key_id, operation))
            yield ready

    def throttled(self, access_key_id: str, operation: str) -> None:
        self._own.throttled(access_key_id, operation)
        with suppress(StateError):
            self._turns.slow(_key(access_key_id, operation))

    def _wait(self, key: str) -> None:
        for _ in range(TRIES):
            wait = self._turns.turn(key, self._spacing)
            due = self._monotonic() + wait
            self._sleep(max(wait, 0.0))
            if min(wait, due - self._monotonic()) > -LATE:
                return


def _key(access_key_id: str, operation: str) -> str:
    """The keeper need not know whose account it keeps."""
    return f"{hashlib.sha256(access_key_id.encode()).hexdigest()[:16]} {operation}"
