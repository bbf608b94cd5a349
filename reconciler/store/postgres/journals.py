"""Journals in PostgreSQL. The primary key (space, serial) makes append a compare-and-append.

Rows of entries are never removed, so a writer that inserts entry n + 1 found n as the newest. If another one was
written meanwhile, whatever the delay, the insertion violates the primary key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import psycopg

from reconciler.errors import Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Opening, Plain, Read, lost_place
from reconciler.store.postgres.connection import LONG, Connection, explained, one_line
from reconciler.store.postgres.quota import PostgresQuota
from reconciler.store.postgres.schema import Tables
from reconciler.store.quota import Quota

# A space exists if it has a first entry.
SPACES = "SELECT space FROM reconciler_entries WHERE serial = 1 ORDER BY space"
# One statement, so that checkpoint and entries are from the same moment.
READ = """
SELECT space, 0, serial, body FROM reconciler_snapshots WHERE space = ANY(%(spaces)s) UNION ALL
SELECT space, 1, entries.serial, entries.body FROM reconciler_entries entries LEFT JOIN reconciler_snapshots told
    USING (space) WHERE space = ANY(%(spaces)s) AND entries.body IS NOT NULL AND
    entries.serial > coalesce(told.serial, 0) ORDER BY 1, 2, 3
"""
TOGETHER = 500
"""Spaces read in one query: round trips take longer than the data."""
HISTORY = "SELECT body FROM reconciler_entries WHERE space = %(space)s AND body IS NOT NULL ORDER BY serial"
APPEND = """
INSERT INTO reconciler_entries (space, serial, body)
SELECT %(space)s, %(serial)s + number, body FROM unnest(%(bodies)s::text[]) WITH ORDINALITY AS new (body, number)
WHERE %(serial)s = (SELECT coalesce(max(serial), 0) FROM reconciler_entries WHERE space = %(space)s)
RETURNING serial
"""
THERE = """
SELECT body FROM reconciler_entries
WHERE space = %(space)s AND serial > %(serial)s AND serial <= %(serial)s + %(count)s ORDER BY serial
"""
SNAPSHOT = """
INSERT INTO reconciler_snapshots AS kept VALUES (%(space)s, %(serial)s, %(body)s) ON CONFLICT (space) DO UPDATE
SET serial = excluded.serial, body = excluded.body WHERE excluded.serial > kept.serial
"""
PRUNE = """
UPDATE reconciler_entries SET body = NULL WHERE space = %(space)s AND serial <= %(serial)s AND body IS NOT NULL
AND serial <= (SELECT serial FROM reconciler_snapshots WHERE space = %(space)s)
"""
# Error classes after which the transaction may have been committed: the connection or the server broke.
BROKEN = ("08", "57P", "58", "XX")


class Postgres(Plain):
    """A backend in PostgreSQL."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        self._again = partial(Connection, url, environ)
        self._connection = self._again()
        self._schema = Tables(self._connection)
        self.url = self._connection.url
        self.at_once = 1  # threads take turns

    def spaces(self) -> list[str]:
        return [row[0] for row in self._rows(SPACES)]

    def read(self, space_id: str) -> Read:
        return self._read([space_id])[space_id]

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        ids = [space_id for space_id in self.spaces() if space_id not in but]
        for start in range(0, len(ids), TOGETHER):
            yield from self._read(ids[start : start + TOGETHER]).items()

    def _read(self, ids: Sequence[str]) -> dict[str, Read]:
        found: dict[str, Read] = {space_id: (None, []) for space_id in ids}
        for space_id, is_entry, _, body in self._rows(READ, spaces=list(ids)):
            if is_entry:
                found[space_id][1].append(body)
            else:
                found[space_id] = body, []
        return found

    def history(self, space_id: str) -> list[str]:
        return [row[0] for row in self._rows(HISTORY, space=space_id)]

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        """Raises StateError also if the answer was lost and it is unknown whether the entries were written."""
        self._schema.make()
        values = {"space": space_id, "serial": serial, "bodies": list(entries)}
        reached("postgres.before")
        try:
            written = self._connection.once(APPEND, values, writes=True)
        except psycopg.errors.UniqueViolation:
            raise lost_place(space_id, serial) from None
        except (psycopg.Error, UnicodeError) as error:
            if not _in_doubt(error):
                with explained(self.url):
                    raise
            self._look_for(space_id, serial, list(entries), error)
        else:
            if len(written) != len(entries):
                raise lost_place(space_id, serial)
        reached("postgres.after")

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self._write(SNAPSHOT, space=space_id, serial=serial, body=body)

    def prune(self, space_id: str, serial: int) -> None:
        self._write(PRUNE, space=space_id, serial=serial)

    def quota(self) -> Quota:
        """The limits shared by all runs on this database."""
        return PostgresQuota(self._again(schema=self._connection.schema), self._schema.layout)

    def close(self) -> None:
        self._connection.close()

    def _rows(self, query: str, **values: Any) -> list[Any]:
        with explained(self.url):
            return self._connection.once(query, values, seconds=LONG) if self._schema.readable() else []

    def _write(self, query: str, **values: Any) -> None:
        self._schema.make()
        with explained(self.url):
            self._connection.once(query, values, writes=True, seconds=LONG)

    def _look_for(self, space_id: str, serial: int, entries: list[str], error: Exception) -> None:
        """After a lost answer: returns only if exactly these entries are there."""
        values = {"space": space_id, "serial": serial, "count": len(entries)}
        try:
            there = [body for (body,) in self._connection.once(THERE, values)]
        except (psycopg.Error, StateError):
            there = []
        if not there:
            what = f"{self.url}: whether entry {serial + 1} of {space_id} was written is unknown: {one_line(error)}"
            raise StateError(Problem("state-unusable", what, hint="Look at `reconciler log` once it can be reached."))
        if there != entries:
            raise lost_place(space_id, serial)


def _in_doubt(error: Exception) -> bool:
    """Not if the server gave a reason, nor if the text could not be sent at all."""
    if isinstance(error, psycopg.Error) and error.sqlstate:
        return error.sqlstate.startswith(BROKEN)
    return not isinstance(error, UnicodeError | psycopg.DataError)


def open_backend(url: str, place: Opening) -> Postgres:
    return Postgres(url, place.environ)
