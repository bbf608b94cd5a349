"""The tables in PostgreSQL: checked before anything else, created and migrated at the first write.

They are in the first schema of the search path; their names begin with `reconciler_`. Tables with these names that are
foreign, or newer than this program, are refused and left alone. Reading creates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.errors import Problem, StateError
from reconciler.store.postgres.connection import Connection, PgRow, explained

Ask = Callable[[str, Mapping[str, Any]], list[PgRow]]
"""A statement and its values -> rows."""
APPLICATION = "reconciler"
# The advisory lock while tables are created: "reconcil" as a number that nobody else is likely to use.
MAKING = int.from_bytes(b"reconcil", "big")

# Migrations from each layout to the next; a database's layout is how many were applied. They are never changed. A
# pruned entry keeps its row without a body, so that its serial stays taken.
LAYOUTS = (
    """
    CREATE TABLE reconciler_layout (application text PRIMARY KEY, layout integer NOT NULL);
    CREATE TABLE reconciler_entries (
        space text COLLATE "C" NOT NULL, serial bigint NOT NULL, body text, PRIMARY KEY (space, serial)
    );
    CREATE TABLE reconciler_snapshots (
        space text COLLATE "C" PRIMARY KEY, serial bigint NOT NULL, body text NOT NULL
    );
    INSERT INTO reconciler_layout VALUES ('reconciler', 1)
    """,
    """
    CREATE TABLE reconciler_turns (
        key text COLLATE "C" PRIMARY KEY, start double precision NOT NULL,
        rate double precision NOT NULL, slowed double precision NOT NULL
    );
    CREATE TABLE reconciler_messages (
        daily text COLLATE "C", at text COLLATE "C", number integer, PRIMARY KEY (daily, at, number)
    );
    CREATE TABLE reconciler_days (daily text COLLATE "C" PRIMARY KEY, closed text COLLATE "C" NOT NULL);
    UPDATE reconciler_layout SET layout = 2
    """,
    """
    DROP TABLE reconciler_turns;
    CREATE TABLE reconciler_runs (
        account text COLLATE "C", run text COLLATE "C", seen double precision NOT NULL, PRIMARY KEY (account, run)
    );
    UPDATE reconciler_layout SET layout = 3
    """,
)
# Table -> the layout that introduced it, its columns.
TABLES: dict[str, tuple[int, list[str]]] = {
    "reconciler_layout": (1, ["application", "layout"]),
    "reconciler_entries": (1, ["space", "serial", "body"]),
    "reconciler_snapshots": (1, ["space", "serial", "body"]),
    "reconciler_runs": (3, ["account", "run", "seen"]),
    "reconciler_messages": (2, ["daily", "at", "number"]),
    "reconciler_days": (2, ["daily", "closed"]),
}
FOUND = """
SELECT relname::text, array_agg(attname::text ORDER BY attnum)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_attribute ON attrelid = pg_class.oid
WHERE nspname = current_schema() AND relname = ANY(%(names)s) AND attnum > 0 AND NOT attisdropped GROUP BY relname
"""


class Tables:
    """The tables of one database. The layout is remembered, because it never decreases."""

    def __init__(self, connection: Connection, layout: int = 0) -> None:
        """layout: as another connection to the same database found it, 0 for unknown."""
        self._connection = connection
        self.layout = layout

    def readable(self) -> bool:
        """Whether there is anything to read. Raises StateError for foreign or newer tables."""
        with self._connection.lock:
            if not self.layout:
                with explained(self._connection.url):
                    self.layout = self._look(self._connection.once)
            return self.layout > 0

    def make(self) -> None:
        """Creates what is missing; concurrent callers wait for the first."""
        with self._connection.lock:
            if self.readable() and self.layout >= len(LAYOUTS):
                return
            with explained(self._connection.url), self._connection.several(writes=True) as db:
                db.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
                for step in LAYOUTS[self._look(lambda query, values: db.execute(query, values).fetchall()) :]:
                    db.execute(step)
            self.layout = len(LAYOUTS)

    def _look(self, ask: Ask) -> int:
        """The database's layout, 0 for none."""
        found: dict[str, list[str]] = dict(ask(FOUND, {"names": list(TABLES)}))
        if not found:
            return 0
        layout = 0
        if found.get("reconciler_layout") == TABLES["reconciler_layout"][1]:
            query = "SELECT layout FROM reconciler_layout WHERE application::text = %(application)s"
            ((layout,),) = ask(query, {"application": APPLICATION}) or [(0,)]
        self._check(layout, found)
        return layout

    def _check(self, layout: int, found: dict[str, list[str]]) -> None:
        where = f"{self._connection.url}, schema {self._connection.schema},"
        if not isinstance(layout, int) or layout < 1:
            what = f"{where} has tables that are not of reconciler: {', '.join(sorted(found))}"
            raise StateError(Problem("state-foreign", what))
        if layout > len(LAYOUTS):
            what = f"{where} has layout {layout}, which is newer than this program reads"
            raise StateError(Problem("state-newer", what))
        wrong = [name for name, (since, columns) in TABLES.items() if since <= layout and found.get(name) != columns]
        if wrong:
            raise StateError(Problem("state-unreadable", f"{where} lacks or has altered: {', '.join(wrong)}"))
