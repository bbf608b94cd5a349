"""What is PostgreSQL's own: its tables, its connections, its URLs."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reconciler.errors import LostPlace, StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.postgres.connection import Connection
from reconciler.store.postgres.schema import LAYOUTS
from reconciler.store.quota import Quota
from tests.stage.servers.postgres import Line, admin, database, frozen, url
from tests.stage.together import together

TABLES = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relname LIKE 'reconciler%' ORDER BY relname"


@pytest.fixture
def name() -> Iterator[str]:
    with database() as name:
        yield name


@contextmanager
def opened(where: str, **environ: str) -> Iterator[Backend]:
    with closing(open_backend(where, Path(), environ=environ)) as backend:
        yield backend


def told(name: str, query: str) -> list[Any]:
    with admin(name) as db:
        return db.execute(query.encode()).fetchall()


def done(name: str, statements: str) -> None:
    with admin(name) as db:
        db.execute(statements.encode())


def all_of(name: str) -> list[Any]:
    return [(table, told(name, f'SELECT * FROM "{table}"')) for (table,) in told(name, TABLES)]


def refused(where: str, **environ: str) -> Iterator[str]:
    """The codes with which each way in is refused, and no message tells a password."""
    for use in (
        lambda backend: backend.read("s"),
        lambda backend: backend.append("s", 0, ["a"]),
        lambda backend: backend.snapshot("s", 1, "S"),
        lambda backend: backend.prune("s", 1),
    ):
        with pytest.raises(StateError) as error, opened(where, **environ) as backend:
            use(backend)
        assert "secret" not in f"{error.value} {error.value.problems}"
        yield error.value.problems[0].code


def test_reading_an_empty_database_makes_nothing(name: str) -> None:
    """Whoever only reads needs no right to create."""
    with opened(url(name)) as backend:
        assert (backend.spaces(), backend.read("s"), backend.history("s")) == ([], (None, []), [])
    assert told(name, TABLES) == []


def test_fifty_starters_at_once_find_one_schema(name: str) -> None:
    """On an empty database fifty writers at the same moment make the tables once, and one of them wins the serial."""
    starters = 50
    barrier, came_of = threading.Barrier(starters), Counter[str]()

    def start(number: int) -> None:
        with opened(url(name)) as backend:
            barrier.wait()
            try:
                backend.append("s", 0, [f"{number}"])
                came_of["won"] += 1
            except LostPlace:
                came_of["lost"] += 1

    together(partial(start, number) for number in range(starters))
    assert came_of == {"won": 1, "lost": starters - 1}
    assert told(name, "SELECT * FROM reconciler_layout") == [("reconciler", len(LAYOUTS))]


def test_an_older_layout_is_read_as_it_is_and_upgraded_by_the_first_write(name: str) -> None:
    """What an older program wrote stays, word for word."""
    done(name, LAYOUTS[0] + "; INSERT INTO reconciler_entries VALUES ('s', 1, 'a')")
    with opened(url(name)) as backend:
        assert backend.history("s") == ["a"]
        assert told(name, "SELECT layout FROM reconciler_layout") == [(1,)]
        backend.append("s", 1, ["b"])
        assert backend.history("s") == ["a", "b"]
    assert told(name, "SELECT layout FROM reconciler_layout") == [(len(LAYOUTS),)]


def test_a_newer_layout_is_refused_untouched(name: str) -> None:
    """A program never writes into what a newer one made."""
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
    done(name, "UPDATE reconciler_layout SET layout = layout + 1; DROP TABLE reconciler_runs")
    before = all_of(name)
    assert set(refused(url(name))) == {"state-newer"}
    assert all_of(name) == before


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TABLE reconciler_entries (id integer); INSERT INTO reconciler_entries VALUES (7)",
        "CREATE TABLE reconciler_layout (application text, layout integer)",
        "CREATE TABLE reconciler_layout AS SELECT 'something else' AS application, 1 AS layout",
        "CREATE TABLE reconciler_layout (version text)",
    ],
)
def test_tables_of_somebody_else_are_refused_untouched(name: str, theirs: str) -> None:
    """Tables that have our names and are not ours are neither read nor written."""
    done(name, theirs)
    before = all_of(name)
    assert set(refused(url(name))) == {"state-foreign"}
    assert all_of(name) == before


def test_tables_that_were_dropped_are_not_made_anew(name: str) -> None:
    """A journal that lost a table is damaged, not empty."""
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
    done(name, "DROP TABLE reconciler_entries")
    assert set(refused(url(name))) == {"state-unreadable"}


def test_tables_stand_in_the_first_schema_of_the_search_path(name: str) -> None:
    """The first that is there, whatever it is called; and another one's tables are not seen."""
    done(name, 'CREATE SCHEMA "50% ""off"""; CREATE TABLE reconciler_entries (id integer)')
    done("postgres", f'ALTER DATABASE {name} SET search_path = nowhere, "50% ""off""", public')
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
        assert backend.read("s") == (None, ["a"])
    assert told(name, 'SELECT space, serial FROM "50% ""off""".reconciler_entries') == [("s", 1)]


def test_any_text_is_kept_as_it_is(name: str) -> None:
    """Quotes, backslashes, percent signs, braces, semicolons and other scripts are text and nothing else."""
    texts = [
        "'; DROP TABLE reconciler_entries; --",
        '{"a": "\\u0000 \\\\ \\" %s %(space)s"}',
        "{,NULL,}",
        "NULL",
        "",
        "号\n",
    ]
    with opened(url(name)) as backend:
        backend.append("it's \\ 50%", 0, texts)
        assert backend.read("it's \\ 50%") == (None, texts)
        assert backend.spaces() == ["it's \\ 50%"]


def test_what_cannot_be_kept_is_refused(name: str) -> None:
    """A text that the database cannot hold is an error, and nothing is written."""
    with opened(url(name)) as backend:
        for text in ("\0", "\ud800"):
            with pytest.raises(StateError):
                backend.append("s", 0, ["a", text])
        assert backend.history("s") == []


def test_a_snapshot_may_be_large(name: str) -> None:
    """Twenty megabytes come back as they went."""
    body = "0123456789abcdef'\\" * (20 * 1024 * 1024 // 18)
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a", "b"])
        backend.snapshot("s", 1, body)
        snapshot, entries = backend.read("s")
    assert snapshot == body  # told apart here, since no one wants to read the difference
    assert entries == ["b"]


@pytest.mark.parametrize("fate", ["lost", "cut", "dead"])
def test_a_lost_answer_is_read_back(name: str, fate: str) -> None:
    """If the very entries stand there the append succeeded; otherwise what became of it is called unknown."""
    fates = ["through", fate]
    with closing(Line(lambda: fates.pop(0) if fates else "through")) as line, opened(line.url(name)) as backend:
        backend.append("s", 0, ["a"])
        if fate == "lost":
            backend.append("s", 1, ["b", "c"])
        else:
            with pytest.raises(StateError, match="unknown") as error:
                backend.append("s", 1, ["b", "c"])
            assert not isinstance(error.value, LostPlace)
    with opened(url(name)) as backend:
        assert backend.history("s") == (["a"] if fate == "cut" else ["a", "b", "c"])


@pytest.mark.parametrize("theirs", [["x"], ["b", "x"], ["b", "c", "x"]])
def test_a_lost_answer_is_not_mistaken_for_anothers_entries(name: str, theirs: list[str]) -> None:
    """While the answer was lost another run wrote: ours are told apart by what they are, entry by entry."""

    def on_commit() -> str:
        with opened(url(name)) as other:
            other.append("s", 0, theirs)
        return "cut"

    with closing(Line(on_commit)) as line, opened(line.url(name)) as backend:
        if theirs[:2] == ["b", "c"]:
            backend.append("s", 0, ["b", "c"])
        else:
            with pytest.raises(LostPlace):
                backend.append("s", 0, ["b", "c"])
    with opened(url(name)) as backend:
        assert backend.history("s") == theirs


def _cut_all(name: str) -> None:
    told("postgres", f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_connection_that_broke_is_opened_anew_and_nothing_is_written_twice(name: str) -> None:
    """The use that met it fails and says so; the next one works, at the serial that is there."""
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
        _cut_all(name)
        with pytest.raises(StateError, match=r"unknown|terminat"):
            backend.append("s", 1, ["b"])
        assert backend.history("s") == ["a"]
        backend.append("s", 1, ["b"])
        assert backend.history("s") == ["a", "b"]


def test_an_answer_that_never_comes_counts_as_lost(name: str) -> None:
    """A server that was stopped keeps no time limit, so its client does; the next use is on another connection."""
    with closing(Connection(url(name), {})) as connection:
        connection.once("SELECT 1", {})
        with frozen(name):
            with pytest.raises(psycopg.OperationalError, match=r"^no answer within 6 seconds$"):
                connection.once("SELECT 2", {}, seconds=1)
            assert connection.once("SELECT 3", {}) == [(3,)]


def _under_way(connection: Connection) -> bool:
    return bool(connection._watch._line)


@pytest.mark.parametrize("use", ["count", "at work"])
def test_closing_waits_for_no_answer(name: str, use: str) -> None:
    """What a run shares is given back at once when the run ends; who still waits for it is told so."""
    uses: dict[str, Callable[[], object]] = {
        "count": lambda: quota.take("daily", 0, "2026-05-01T12:00:00.000Z"),
        "at work": lambda: quota.at_work("a", "1"),
    }
    with opened(url(name)) as backend, ThreadPoolExecutor(1) as pool:
        quota: Any = _quota(backend)
        quota.take("other", 0, "2026-05-01T12:00:00.000Z")
        with frozen(name):
            asked = pool.submit(uses[use])
            while not _under_way(quota._connection):
                assert not asked.done()
            began = time.monotonic()
            quota.close()
            with pytest.raises(StateError):
                asked.result(5)
            assert time.monotonic() - began < 5


def test_who_cannot_be_asked_is_asked_again_later(name: str) -> None:
    """The error reaches whoever asks, and the next one asks anew."""
    with opened(url(name)) as backend, closing(_quota(backend)) as quota:
        assert quota.at_work("a", "1") == 1
        done("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        _cut_all(name)
        for _ in range(2):
            with pytest.raises(StateError):
                quota.at_work("a", "1")
        done("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert quota.at_work("a", "2") == 2


def _quota(backend: Backend) -> Quota:
    return backend.quota()


def test_nothing_is_left_behind_in_the_session(name: str) -> None:
    """Through a transaction pool the next transaction is on any connection: nothing outlives one."""
    left: list[Any] = []
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
        session = backend.inner._connection._db  # type: ignore[attr-defined]
        questions = (
            "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name <> 'client_encoding'",
            "SELECT name FROM pg_prepared_statements",
            "SELECT locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'",
            "SELECT relname FROM pg_class WHERE relpersistence = 't'",
            "SELECT channel FROM pg_listening_channels() AS channel",
        )
        for question in questions:
            left += session.execute(question).fetchall()
    assert left == []


def test_an_append_waits_for_the_disk_whatever_the_server_is_set_to(name: str) -> None:
    """A server that answers before it has written is told to write first, for our transactions."""
    done("postgres", f"ALTER DATABASE {name} SET synchronous_commit = off")
    with opened(url(name)) as backend:
        backend.append("s", 0, ["first"])
    done(
        name,
        "CREATE TABLE seen (setting text); CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;"
        "CREATE TRIGGER look BEFORE INSERT ON reconciler_entries FOR EACH ROW EXECUTE FUNCTION public.look()",
    )
    with opened(url(name)) as backend:
        backend.append("s", 1, ["second"])
    assert told(name, "SELECT * FROM seen") == [("on",)]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgres://u:secret@h:1/d", "postgres://u@h:1/d"),
        ("postgresql://u:secret@h/d?sslmode=require", "postgres://u@h/d?sslmode=require"),
        ("postgres://u:se?secret@h/d", "postgres://u@h/d"),
        ("postgres://u:se:secret@h/d", "postgres://u@h/d"),
        ("postgres://u@h/d?password=secret", "postgres://u@h/d"),
        ("postgres://u@h/d?pass%77ord=secret&sslmode=require&sslpassword=secret", "postgres://u@h/d?sslmode=require"),
        ("postgres://h,i/d?user=a%40b", "postgres://h,i/d?user=a%40b"),
        ("postgres:///d?host=/run/postgresql", "postgres:///d?host=/run/postgresql"),
    ],
)
def test_a_url_is_shown_without_its_password(given: str, shown: str) -> None:
    """The same place has one URL, with or without the password in it."""
    with opened(given) as backend:
        assert backend.url == shown


@pytest.mark.parametrize(
    "given",
    [
        "postgres:secret",
        "postgres://u:se@secret@h/d",
        "postgres://u:se/secret@h/d",
        "postgres://u:se/cret?secret@h/d",
        "postgres://u:secret/d",
        "postgres://u:secret@h/d?secret=1",
        "postgres://u:%zzsecret@h/d",
    ],
)
def test_a_url_that_is_none_is_refused_without_repeating_it(given: str) -> None:
    """What libpq finds wrong may be a piece of the password."""
    assert set(refused(given)) == {"postgres-url"}


def test_who_cannot_get_in_is_told_so_without_the_password(name: str) -> None:
    """An unreachable server, an unknown database, a refused role: each is a StateError that names no secret."""
    assert set(refused(f"{url('nothing')}&password=secret")) == {"state-unusable"}
    assert set(refused(url(name, "nobody"), PGPASSWORD="secret")) == {"state-unusable"}
    assert set(refused("postgres://u:secret@127.0.0.1:1/d")) == {"state-unusable"}


def test_the_usual_variables_say_what_the_url_does_not(name: str) -> None:
    """PGDATABASE, PGHOST and the others, from the environment that the backend was given."""
    host = url(name).partition("?host=")[2].replace("%2F", "/")
    with opened("postgres://", PGHOST=host, PGDATABASE=name, PGUSER="postgres") as backend:
        backend.append("s", 0, ["a"])
    assert told(name, "SELECT body FROM reconciler_entries") == [("a",)]


def test_text_is_kept_whatever_encoding_is_asked_for(name: str) -> None:
    """PGCLIENTENCODING, and the same in the URL, are for programs that print: here text is UTF-8."""
    with opened(f"{url(name)}&client_encoding=latin1", PGCLIENTENCODING="SQL_ASCII") as backend:
        backend.append("s", 0, ["é 王小明"])
        assert backend.history("s") == ["é 王小明"]
    assert told(name, "SELECT body FROM reconciler_entries") == [("é 王小明",)]


def test_writers_of_two_spaces_do_not_wait_for_each_other(name: str) -> None:
    """A transaction that is open in one space holds up no other's."""
    with opened(url(name)) as backend:
        backend.append("s", 0, ["a"])
        with admin(name) as db, db.transaction():
            db.execute("INSERT INTO reconciler_entries VALUES ('s', 2, 'held')")
            backend.append("t", 0, ["b"])
