"""Starts taken in PostgreSQL, by the database's clock, and ahead, so that the way there and back delays no call.

One thread asks for all who wait, in one message, and for what they are about to want. A start that nobody came for
in time is lost, so they are taken ahead only for as long as an answer may take, and for whoever comes without a break.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from reconciler.errors import Problem, StateError
from reconciler.store.postgres.clock import CLOCK, Clock
from reconciler.store.postgres.connection import CLOSING, Connection, PgRow, explained
from reconciler.store.postgres.schema import Tables
from reconciler.store.quota import AHEAD, HOLD, RECOVERY

NOW = f"SELECT 0.0::float8, {CLOCK}"
RATE = f"least(1, was.rate + greatest(0, {CLOCK} - was.slowed - {HOLD}) / {RECOVERY})"
# What follows SET is worked out when the row is locked, so that the clock is read when it is this one's turn.
TURN = f"""
INSERT INTO reconciler_turns AS was VALUES (%(key{{0}})s, {CLOCK} + %(lead)s, 1, 0) ON CONFLICT (key) DO UPDATE
SET start = greatest({CLOCK} + %(lead)s,
    CASE WHEN was.start < {CLOCK} + {AHEAD} THEN was.start + %(spacing{{0}})s / {RATE} ELSE 0 END)
RETURNING start, {CLOCK}
"""
# Seconds. A start this long ago is not used any more.
LATE = 0.005
# Spacings after one's last start until which one still comes without a break.
BREAK = 1.5
# An answer may take so many times as long as the longest of late: one is under way, and one comes back.
TRIPS = 3
# Starts of a key in one message, at most.
MOST = 10


@dataclass(slots=True)
class _Line:
    """Who waits for the starts of one key, or the starts that wait for somebody. Times are time.monotonic()'s."""

    spacing: float
    waiting: deque[Future[float]] = field(default_factory=deque)
    held: deque[float] = field(default_factory=deque)
    last: float = float("-inf")
    unbroken: bool = False

    def take(self, now: float) -> Future[float]:
        """The next start, which may be still to come."""
        self.unbroken = now < self.last + BREAK * self.spacing
        mine: Future[float] = Future()
        self.waiting.append(mine)
        self.hand_out(now)
        return mine

    def hand_out(self, now: float) -> None:
        while self.held and (self.waiting or self.held[0] < now - LATE):
            start = self.held.popleft()
            if start >= now - LATE:
                self.last = start
                self.waiting.popleft().set_result(start)

    def lacks(self, now: float, trip: float) -> int:
        """How many starts to ask for, trip: the seconds that an answer may take. Asked once for each who comes."""
        newest = self.held[-1] if self.held else max(self.last, now)
        soon = max(0, int((now + self.spacing + trip - newest) / self.spacing)) if self.unbroken else 0
        self.unbroken = False
        return min(len(self.waiting) + soon, MOST)


class Turns:
    def __init__(self, connection: Connection) -> None:
        """connection: for nothing else."""
        self._connection = connection
        self._schema = Tables(connection)
        self._clock = Clock()
        self._guard, self._wanted = threading.Lock(), threading.Event()
        self._lines: dict[str, _Line] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def take(self, key: str, spacing: float) -> float:
        """The next start of the key, by time.monotonic()."""
        with self._guard:
            self._begin()
            line = self._lines.setdefault(key, _Line(spacing))
            line.spacing = spacing
            mine = line.take(time.monotonic())
        self._wanted.set()
        return mine.result()

    def close(self) -> None:
        self._closed = True
        self._connection.close()
        self._wanted.set()
        if self._thread:
            self._thread.join(CLOSING)

    def _begin(self) -> None:
        if self._closed:
            raise self._ended()
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="turns", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while not self._closed:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._ask_for_all()
            except Exception as error:  # noqa: BLE001 - raised by all who wait
                self._fail(error)
        self._connection.close()
        self._fail(self._ended())

    def _ask_for_all(self) -> None:
        self._schema.make()
        for _ in range(self._clock.lacks()):
            self._ask(NOW, {})
        while wants := self._wants(TRIPS * self._clock.lead()):
            keys = {f"key{n}": key for n, (key, _) in enumerate(wants)}
            spacings = {f"spacing{n}": spacing for n, (_, spacing) in enumerate(wants)}
            query = ";".join(TURN.format(n) for n in range(len(wants)))
            starts = self._ask(query, {**keys, **spacings, "lead": self._clock.lead()})
            self._hold(zip(keys.values(), starts, strict=True))

    def _wants(self, trip: float) -> list[tuple[str, float]]:
        """(key, spacing) for each start; in the order of the keys, so that no two who ask wait for each other."""
        with self._guard:
            now, lines = time.monotonic(), sorted(self._lines.items())
            return [(key, line.spacing) for key, line in lines for _ in range(line.lacks(now, trip))]

    def _ask(self, query: str, values: Mapping[str, str | float]) -> list[float]:
        """The times that the query tells, each with the database's own when it was read; by time.monotonic()."""
        with explained(self._connection.url):
            asked = time.monotonic()
            rows: list[PgRow] = self._connection.once(query, values, writes=True, durable=False)
            answered = time.monotonic()
        return [self._clock.local(at, now, asked, answered) for at, now in rows]

    def _hold(self, starts: Iterable[tuple[str, float]]) -> None:
        with self._guard:
            for key, start in starts:
                self._lines[key].held.append(start)
            for line in self._lines.values():
                line.hand_out(time.monotonic())

    def _fail(self, error: Exception) -> None:
        with self._guard:
            for line in self._lines.values():
                while line.waiting:
                    line.waiting.popleft().set_exception(error)

    def _ended(self) -> StateError:
        return StateError(Problem("state-unusable", f"{self._connection.url}: this run hands out no more turns"))
