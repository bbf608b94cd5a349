"""An account's quota in PostgreSQL, by the database's clock. Turns need not outlive the server, messages do."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from reconciler.core.journal import DAY, shift
from reconciler.store.postgres_connection import Connection, Row, explained
from reconciler.store.postgres_schema import Schema
from reconciler.store.quota import AHEAD, BURST, HOLD, LOWEST, RECOVERY

CLOCK = "extract(epoch FROM clock_timestamp())::float8"
NOW = f"SELECT 0.0::float8, {CLOCK}"
RATE = f"least(1, was.rate + greatest(0, {CLOCK} - was.slowed - {HOLD}) / {RECOVERY})"
# What follows SET is worked out when the row is locked, so that the clock is read when it is this one's turn.
TURN = f"""
INSERT INTO reconciler_turns AS was VALUES (%(key)s, {CLOCK} + %(lead)s, 1, 0) ON CONFLICT (key) DO UPDATE
SET start = greatest({CLOCK} + %(lead)s,
    CASE WHEN was.start < {CLOCK} + {AHEAD} THEN was.start + %(spacing)s / {RATE} ELSE 0 END)
RETURNING start, {CLOCK}
"""
SLOW = f"""
INSERT INTO reconciler_turns AS was VALUES (%(key)s, 0, 0.5, {CLOCK}) ON CONFLICT (key) DO UPDATE
SET rate = greatest({RATE} / 2, {LOWEST}), slowed = {CLOCK}
WHERE {CLOCK} - was.slowed NOT BETWEEN 0 AND {BURST}
"""
# The row is locked first; the statement that counts begins afterwards, and so sees what others took before.
LOCK = """
INSERT INTO reconciler_days AS was VALUES (%(daily)s, '') ON CONFLICT (daily) DO UPDATE SET closed = was.closed
"""
RECORDED = """
INSERT INTO reconciler_messages
SELECT %(daily)s, at, row_number() OVER (PARTITION BY at) FROM unnest(%(sent)s::text[]) AS told (at)
ON CONFLICT DO NOTHING
"""
TAKE = """
WITH today AS (
    SELECT at FROM reconciler_messages WHERE daily = %(daily)s AND at > %(since)s AND at <= %(until)s
), day AS (
    SELECT closed, closed > %(now)s AND closed <= %(until)s AS over FROM reconciler_days WHERE daily = %(daily)s
), taken AS (
    INSERT INTO reconciler_messages SELECT %(daily)s, %(now)s, coalesce(max(number), 0) + 1
    FROM reconciler_messages WHERE daily = %(daily)s AND at = %(now)s
    HAVING NOT (SELECT over FROM day) AND (%(limit)s = 0 OR (SELECT count(*) FROM today) < %(limit)s) RETURNING 1
)
SELECT (SELECT count(*) FROM taken), (SELECT closed FROM day WHERE over),
    (SELECT at FROM today ORDER BY at DESC OFFSET greatest(%(limit)s - 1, 0) LIMIT 1)
"""
GIVE_BACK = """
DELETE FROM reconciler_messages WHERE daily = %(daily)s AND at = %(at)s AND number =
    (SELECT max(number) FROM reconciler_messages WHERE daily = %(daily)s AND at = %(at)s)
"""
CLOSE = """
INSERT INTO reconciler_days AS was VALUES (%(daily)s, %(closed)s) ON CONFLICT (daily) DO UPDATE
SET closed = greatest(was.closed, excluded.closed)
"""
OLD = "DELETE FROM reconciler_messages WHERE daily = %(daily)s AND at < %(old)s"
KEPT = 7 * DAY
# Seconds. An answer this much after its own start comes too late to use it.
LATE = 0.005
# So many answers tell how late the database's clock is: a single one may be slow for reasons of its own.
ENOUGH = 4


class PostgresQuota:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._schema = Schema(connection)
        self._clock = Clock()

    def turn(self, key: str, spacing: float) -> float:
        self._schema.make()
        for _ in range(self._clock.lacks()):
            self._timed(NOW, {})
        while True:
            wait = self._timed(TURN, {"key": key, "spacing": spacing, "lead": self._clock.lead()})
            if wait > -LATE:
                return wait

    def _timed(self, query: str, values: dict[str, Any]) -> float:
        """Seconds from now until the time that the query tells."""
        asked = time.monotonic()
        ((at, now),) = self._ask(query, values, durable=False)
        answered = time.monotonic()
        return self._clock.local(at, now, asked, answered) - answered

    def slow(self, key: str) -> None:
        self._ask(SLOW, {"key": key}, durable=False)

    def recorded(self, daily: str, sent: Iterable[str]) -> None:
        self._ask(f"{LOCK}; {RECORDED}", {"daily": daily, "sent": list(sent)})

    def take(self, daily: str, limit: int, now: str) -> str:
        days = {"since": shift(now, -DAY), "until": shift(now, DAY), "old": shift(now, -KEPT)}
        values = {"daily": daily, "limit": limit, "now": now, **days}
        ((taken, closed, first),) = self._ask(f"{LOCK}; {OLD}; {TAKE}", values)
        return "" if taken else closed or shift(first, DAY)

    def give_back(self, daily: str, at: str) -> None:
        self._ask(f"{LOCK}; {GIVE_BACK}", {"daily": daily, "at": at})

    def close_day(self, daily: str, now: str) -> None:
        self._ask(CLOSE, {"daily": daily, "closed": shift(now, DAY)})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str, values: dict[str, Any], durable: bool = True) -> list[Row]:
        self._schema.make()
        with explained(self._connection.url):
            return self._connection.once(query, values, writes=True, durable=durable)


class Clock:
    """The database's clock against this process's own, from the last answers: each was read while it was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bounds: deque[tuple[float, float]] = deque(maxlen=20)

    def lacks(self) -> int:
        """How many answers are still to be asked for before a turn is taken."""
        with self._lock:
            return max(0, ENOUGH - len(self._bounds))

    def lead(self) -> float:
        """Seconds by which a start has to lie ahead for its answer to come in time."""
        with self._lock:
            return max(high - low for low, high in self._bounds)

    def local(self, at: float, now: float, asked: float, answered: float) -> float:
        """at, now: by the database's clock; asked, answered, and what is returned: by time.monotonic()."""
        with self._lock:
            self._bounds.append((asked - now, answered - now))
            low, high = max(low for low, _ in self._bounds), min(high for _, high in self._bounds)
            if low > high:  # one of the clocks was set
                low, high = asked - now, answered - now
                self._bounds.clear()
                self._bounds.append((low, high))
            return at + (low + high) / 2
