"""An account's shared limits in PostgreSQL, by the database's clock. Running runs may be lost in a crash, messages
not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.core.times import DAY, DAYS_END, shift
from reconciler.store.postgres.connection import Connection, PgRow, explained
from reconciler.store.postgres.schema import Tables
from reconciler.store.quota import AT_WORK

CLOCK = "extract(epoch FROM clock_timestamp())::float8"
AT_WORK_NOW = f"seen BETWEEN {CLOCK} - {AT_WORK} AND {CLOCK}"
# The row is locked first. The counting statement starts after that, so it sees what others counted before.
LOCK = """
INSERT INTO reconciler_days AS was VALUES (%(daily)s, '') ON CONFLICT (daily) DO UPDATE SET closed = was.closed
"""
WORK = f"""
DELETE FROM reconciler_runs WHERE account = %(daily)s AND NOT {AT_WORK_NOW};
INSERT INTO reconciler_runs VALUES (%(daily)s, %(run)s, {CLOCK}) ON CONFLICT (account, run) DO UPDATE SET seen = {CLOCK}
"""
RUNS = "SELECT count(*) FROM reconciler_runs WHERE account = %(daily)s"
LEAVE = "DELETE FROM reconciler_runs WHERE account = %(daily)s AND run = %(run)s"
RECORDED = """
INSERT INTO reconciler_messages
SELECT %(daily)s, at, row_number() OVER (PARTITION BY at) FROM unnest(%(sent)s::text[]) AS told (at)
ON CONFLICT DO NOTHING
"""
TAKE = """
WITH today AS (
    SELECT at FROM reconciler_messages WHERE daily = %(daily)s AND at > %(since)s AND at <= %(until)s
), day AS (
    SELECT closed, closed > %(now)s AS over FROM reconciler_days WHERE daily = %(daily)s
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
# Later times were recorded by a wrong clock, and would hide a real cap.
OLD = """
DELETE FROM reconciler_messages WHERE daily = %(daily)s AND at < %(old)s;
UPDATE reconciler_days SET closed = '' WHERE daily = %(daily)s AND closed > %(until)s
"""
KEPT = 7 * DAY


class PostgresQuota:
    """A Quota in PostgreSQL."""

    def __init__(self, connection: Connection, layout: int = 0) -> None:
        """connection: of its own. layout: as for Tables."""
        self._connection = connection
        self._schema = Tables(connection, layout)

    def at_work(self, account: str, run: str) -> int:
        values = {"daily": account, "run": run}
        ((runs,),) = self._ask(f"{LOCK}; {WORK}; {RUNS}", values, durable=False)
        return int(runs)

    def leave(self, account: str, run: str) -> None:
        self._ask(LEAVE, {"daily": account, "run": run}, durable=False)

    def recorded(self, daily: str, sent: Iterable[str]) -> None:
        self._ask(f"{LOCK}; {RECORDED}", {"daily": daily, "sent": list(sent)})

    def take(self, daily: str, limit: int, now: str) -> str:
        days = {"since": shift(now, -DAY), "until": shift(now, DAYS_END), "old": shift(now, -KEPT)}
        values = {"daily": daily, "limit": limit, "now": now, **days}
        ((taken, closed, first),) = self._ask(f"{LOCK}; {OLD}; {TAKE}", values)
        return "" if taken else closed or shift(first, DAY)

    def give_back(self, daily: str, at: str) -> None:
        self._ask(f"{LOCK}; {GIVE_BACK}", {"daily": daily, "at": at})

    def close_day(self, daily: str, now: str) -> None:
        self._ask(CLOSE, {"daily": daily, "closed": shift(now, DAY)})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str, values: dict[str, Any], durable: bool = True) -> list[PgRow]:
        self._schema.make()
        with explained(self._connection.url):
            return self._connection.once(query, values, writes=True, durable=durable)
