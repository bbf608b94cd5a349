"""The pace of all runs that share an account: each start is taken from whoever keeps the account for them.

Starts lie a hair further apart than the limit says, since they reach the cloud with some jitter. Beside that each
process keeps its own pace, which alone counts where the keeper cannot be asked.
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


class Turns(Protocol):
    """Who hands out the starts. Both raise StateError when that cannot be done."""

    def turn(self, key: str, spacing: float) -> float:
        """Take the next start of a key, at least spacing seconds after the one before; the seconds until then."""

    def slow(self, key: str) -> None:
        """Half the rate for everybody, for a while."""


class SharedPace:
    """own: this process's pace. limit: calls a second, for each access key and operation."""

    def __init__(self, turns: Turns, own: Pace, limit: int, sleep: Callable[[float], object] = time.sleep) -> None:
        self._turns, self._own, self._sleep = turns, own, sleep
        self._spacing = HAIR / limit

    @contextmanager
    def take(self, access_key_id: str, operation: str) -> Iterator[None]:
        with suppress(StateError):
            wait = self._turns.turn(_key(access_key_id, operation), self._spacing)
            if wait > 0:
                self._sleep(wait)
        with self._own.take(access_key_id, operation):
            yield

    def throttled(self, access_key_id: str, operation: str) -> None:
        self._own.throttled(access_key_id, operation)
        with suppress(StateError):
            self._turns.slow(_key(access_key_id, operation))


def _key(access_key_id: str, operation: str) -> str:
    """The keeper need not know whose account it keeps."""
    return f"{hashlib.sha256(access_key_id.encode()).hexdigest()[:16]} {operation}"
