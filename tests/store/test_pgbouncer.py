"""The contract once more, with PgBouncer between: each transaction may be on another connection to the server."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest

from reconciler.errors import LostPlace
from reconciler.store import open_backend
from tests.programs import found, needs
from tests.stage.servers.postgres import admin, database, server
from tests.stage.together import together
from tests.store.test_contract import (
    Open,
    test_a_writer_that_lost_its_place_writes_nothing,
    test_an_older_snapshot_changes_nothing,
    test_nothing_is_there_before_the_first_append,
    test_one_of_many_writers_wins_each_serial,
    test_pruning_frees_no_serial,
    test_pruning_leaves_what_no_snapshot_tells,
    test_reading_starts_at_the_snapshot,
    test_spaces_are_apart,
    test_what_was_appended_is_read_by_others,
)

__all__ = [
    "test_a_writer_that_lost_its_place_writes_nothing",
    "test_an_older_snapshot_changes_nothing",
    "test_nothing_is_there_before_the_first_append",
    "test_one_of_many_writers_wins_each_serial",
    "test_pruning_frees_no_serial",
    "test_pruning_leaves_what_no_snapshot_tells",
    "test_reading_starts_at_the_snapshot",
    "test_spaces_are_apart",
    "test_what_was_appended_is_read_by_others",
]

PROGRAM = found("pgbouncer")
pytestmark = needs("pgbouncer")
CONNECTIONS = 3
SETTINGS = """
[databases]
* = host={socket} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        number: int = free.getsockname()[1]
    with tempfile.NamedTemporaryFile("w", prefix="pgbouncer-", suffix=".ini") as file:
        file.write(SETTINGS.format(socket=server(), port=number, connections=CONNECTIONS))
        file.flush()
        Path(file.name).chmod(0o644)
        user = "pgserver" if os.geteuid() == 0 else None  # it refuses to run as root
        with subprocess.Popen([str(PROGRAM), "-q", file.name], user=user, stderr=subprocess.DEVNULL) as bouncer:
            _await(number)
            yield number
            bouncer.terminate()


def _await(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("PgBouncer does not listen")


@pytest.fixture
def name() -> Iterator[str]:
    with database() as name:
        yield name


@pytest.fixture
def again(port: int, name: str) -> Iterator[Open]:
    """Opens the same place once more, as another process would."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(open_backend(_url(port, name), Path())))


def _url(port: int, name: str) -> str:
    return f"postgres://postgres:secret@127.0.0.1:{port}/{name}?sslmode=disable"


def test_what_others_leave_in_the_pool_misleads_nobody(again: Open, port: int, name: str) -> None:
    """Another user of the pool forgets settings on every connection: the journal is found, and written, as before."""
    backend = again()
    backend.append("s", 0, ["a"])
    with admin(name) as db:
        db.execute("CREATE SCHEMA elsewhere")
    _spoil(port, name)
    with psycopg.connect(_url(port, name), prepare_threshold=None) as db:
        assert db.execute("SELECT current_schema()").fetchone() == ("elsewhere",)
    backend.append("s", 1, ["b"])
    assert again().read("s") == (None, ["a", "b"])


def _spoil(port: int, name: str) -> None:
    """Clients that hold one transaction each at once have a connection each."""
    barrier = threading.Barrier(CONNECTIONS)

    def forget() -> None:
        with psycopg.connect(_url(port, name), prepare_threshold=None) as db:
            db.execute("SET search_path = elsewhere")
            db.execute("SET default_transaction_read_only = on")
            barrier.wait()
            db.commit()

    together([forget] * CONNECTIONS)


def test_more_starters_than_connections_find_one_schema(again: Open, name: str) -> None:
    """Fifty writers share a few connections: none of them waits for another one's lock with the last one in hand."""
    starters = 50
    barrier, won = threading.Barrier(starters), list[int]()

    def start(number: int) -> None:
        backend = again()
        barrier.wait()
        with suppress(LostPlace):
            backend.append("s", 0, [f"{number}"])
            won.append(number)

    together(partial(start, number) for number in range(starters))
    assert again().history("s") == [f"{won[0]}"] and len(won) == 1
    with admin(name) as db:
        assert db.execute("SELECT count(*) FROM reconciler_layout").fetchall() == [(1,)]
