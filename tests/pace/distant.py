"""PostgreSQL far away: every message takes its time to get there, and every answer to come back."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue

from reconciler.sandbox.http.serving import Listener, handler, serving
from tests.stage.places import Where
from tests.stage.servers.postgres import database, server

THERE_AND_BACK = 0.05
"""Seconds."""

Way = Queue[tuple[float, bytes]]


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with database() as name, serving(Listener(handler(_join))) as near:
        yield Where(f"postgres://postgres@127.0.0.1:{near.port}/{name}?sslmode=disable&gssencmode=disable", scratch)


def _join(client: socket.socket) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with socket.socket(socket.AF_UNIX) as upstream, ThreadPoolExecutor(4) as ways:
        upstream.connect(str(server() / ".s.PGSQL.5432"))
        for source, sink in ((client, upstream), (upstream, client)):
            way = Way()
            ways.submit(_collect, source, way)
            ways.submit(_deliver, way, sink)


def _collect(source: socket.socket, way: Way) -> None:
    """What comes in is under way while more comes in, as on a real line: it is late, not slow."""
    data = b"."
    while data:
        try:
            data = source.recv(1 << 20)
        except OSError:
            data = b""
        way.put((time.monotonic() + THERE_AND_BACK / 2, data))


def _deliver(way: Way, sink: socket.socket) -> None:
    with suppress(OSError):
        while True:
            due, data = way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                sink.shutdown(socket.SHUT_RDWR)
                return
            sink.sendall(data)
