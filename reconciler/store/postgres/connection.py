"""One connection to PostgreSQL that suits a transaction-pooling proxy: complete transactions, and no session state.

A transaction is sent as one message, with values quoted by libpq: one round trip, and no prepared statement, session
setting or session lock that the next transaction, on another server connection, would miss. Errors never show a
password.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql

from reconciler.errors import Problem, StateError
from reconciler.store.backend import SERVER_HINT
from reconciler.store.postgres.url import parameters, without_password
from reconciler.store.postgres.watch import GRACE, CallWatch

# Seconds for one statement; LONG allows a checkpoint of 50 MB on a slow line.
BRIEF, LONG = 10, 60
# After so many idle seconds a connection may have been cut on the way, so it is tested first.
IDLE = 5.0
# Seconds that close() waits for another thread's statement to fail.
CLOSING = 0.2
OPENING = (
    "BEGIN ISOLATION LEVEL READ COMMITTED {mode}; SET LOCAL synchronous_commit = {durable}; "
    "SET LOCAL statement_timeout = {milliseconds}; SET LOCAL search_path = {schema}, pg_temp"
)
PgRow = tuple[Any, ...]


class Connection:
    """A connection shared by threads. After any failure it is closed, which rolls back, and the next use opens a new
    one.

    No answer is awaited for ever: a statement gets its seconds, and some more for the network. schema: the first of the
    search path, as the server reported it first.
    """

    def __init__(self, url: str, environ: Mapping[str, str], schema: str = "") -> None:
        """Raises StateError if the URL is not one of PostgreSQL. schema: as another connection to the same database
        found it."""
        self.url = without_password(url)
        self.lock = threading.RLock()
        self.schema = schema
        self._parameters = parameters(url, environ)
        self._db: psycopg.Connection[PgRow] | None = None
        self._used = 0.0
        self._unreached: tuple[float, Problem | None] = (0.0, None)
        self._warned: list[str] = []
        self._watch = CallWatch()

    def once(
        self, query: str, values: Mapping[str, Any], *, writes: bool = False, seconds: int = BRIEF, durable: bool = True
    ) -> list[PgRow]:
        """One statement in its own transaction. Raises psycopg.Error once something was sent, StateError otherwise."""
        with self._used_by_one(seconds) as db:
            opening = self._opening(db, writes, seconds, durable)
            cursor = db.execute(f"{opening}; {query}; COMMIT", values)
            rows = list(_results(cursor))
            if writes and durable and self._warned:
                what = f"{self.url}: whether what was written is kept is unknown: {self._warned[0]}"
                raise StateError(Problem("state-unusable", what))
            return rows

    @contextlib.contextmanager
    def several(self, writes: bool = False) -> Iterator[psycopg.Connection[PgRow]]:
        """A transaction of several statements, for rare uses."""
        with self._used_by_one(2 * BRIEF) as db:
            db.execute(self._opening(db, writes, BRIEF, True), {})
            yield db
            db.execute("COMMIT")

    def close(self) -> None:
        """Another thread's statement fails, its answer lost, after a short wait."""
        self._watch.cut()
        if self.lock.acquire(timeout=CLOSING):
            try:
                self._drop()
            finally:
                self.lock.release()

    def _drop(self) -> None:
        if self._db:
            self._db.close()
            self._db = None

    @contextlib.contextmanager
    def _used_by_one(self, seconds: float) -> Iterator[psycopg.Connection[PgRow]]:
        came = time.monotonic()
        with self.lock:
            db = self._open(came)
            self._warned.clear()
            try:
                with self._watch.over(db.fileno(), seconds + GRACE):
                    yield db
            except BaseException:
                self._drop()
                raise
            self._used = time.monotonic()

    def _open(self, came: float) -> psycopg.Connection[PgRow]:
        if self._db and time.monotonic() - self._used > IDLE:
            self._ask(self._db)
        if self._db is None:
            self._db = self._reach(came)
            self._used = time.monotonic()
        return self._db

    def _reach(self, came: float) -> psycopg.Connection[PgRow]:
        """Threads that waited while another one failed to connect get the same error: trying one by one would take
        too long."""
        failed, problem = self._unreached
        if came < failed and problem:
            raise StateError(problem)
        try:
            with explained(self.url):
                return self._connect()
        except StateError as error:
            self._unreached = time.monotonic(), error.problems[0]
            raise

    def _ask(self, db: psycopg.Connection[PgRow]) -> None:
        try:
            with self._watch.over(db.fileno(), GRACE):
                db.execute("SELECT 1")
        except psycopg.Error:
            self._drop()

    def _connect(self) -> psycopg.Connection[PgRow]:
        db = psycopg.connect(
            "",
            autocommit=True,
            prepare_threshold=None,
            cursor_factory=psycopg.ClientCursor,
            **self._parameters,
        )
        db.add_notice_handler(self._heard)
        return db

    def _heard(self, notice: psycopg.errors.Diagnostic) -> None:
        """A COMMIT that stopped waiting for its replica reports that only as a warning."""
        if notice.severity_nonlocalized == "WARNING":
            self._warned.append(notice.message_primary or "")

    def _opening(self, db: psycopg.Connection[PgRow], writes: bool, seconds: int, durable: bool) -> str:
        schema = self.schema or self._find_schema(db)
        return OPENING.format(
            mode="READ WRITE" if writes else "READ ONLY",
            durable="on" if durable else "off",
            milliseconds=seconds * 1000,
            schema=sql.Identifier(schema).as_string(db).replace("%", "%%"),
        )

    def _find_schema(self, db: psycopg.Connection[PgRow]) -> str:
        """By the session's initial search path: another user of the pool may have changed the current one."""
        cursor = db.execute("BEGIN READ ONLY; SET LOCAL search_path TO DEFAULT; SELECT current_schema(); COMMIT")
        ((found,),) = _results(cursor)
        if not found:
            raise StateError(Problem("state-unusable", f"{self.url}: the search path names no schema that is there"))
        self.schema = str(found)
        return self.schema


def _results(cursor: psycopg.Cursor[PgRow]) -> Iterator[PgRow]:
    """The rows of all statements in a message."""
    while True:
        if cursor.description:
            yield from cursor.fetchall()
        if not cursor.nextset():
            return


@contextlib.contextmanager
def explained(url: str) -> Iterator[None]:
    """Turns psycopg's errors into StateError."""
    try:
        yield
    except (psycopg.Error, UnicodeError) as error:
        what = f"{url} cannot be used as state: {one_line(error)}"
        raise StateError(Problem("state-unusable", what, hint=SERVER_HINT)) from None


def one_line(error: Exception) -> str:
    """One line, without the server's details, which may contain values."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or " ".join(str(error).split())
