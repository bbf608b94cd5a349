"""The database's clock against this process's own, from the last answers: each was read while it was asked."""

from __future__ import annotations

from collections import deque

CLOCK = "extract(epoch FROM clock_timestamp())::float8"
# So many answers tell how late the database's clock is: a single one may be slow for reasons of its own.
ENOUGH = 4


class Clock:
    """For one thread."""

    def __init__(self) -> None:
        self._bounds: deque[tuple[float, float]] = deque(maxlen=20)

    def lacks(self) -> int:
        """How many answers are still to be asked for before a turn is taken."""
        return max(0, ENOUGH - len(self._bounds))

    def lead(self) -> float:
        """Seconds by which a start has to lie ahead for its answer to come in time."""
        return max(high - low for low, high in self._bounds)

    def local(self, at: float, now: float, asked: float, answered: float) -> float:
        """at, now: by the database's clock; asked, answered, and what is returned: by time.monotonic()."""
        self._bounds.append((asked - now, answered - now))
        low, high = max(low for low, _ in self._bounds), min(high for _, high in self._bounds)
        if low > high:  # one of the clocks was set
            low, high = asked - now, answered - now
            self._bounds.clear()
            self._bounds.append((low, high))
        return at + (low + high) / 2
