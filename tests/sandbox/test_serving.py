"""Every small server ends its threads and its sockets. What is left of one fails the test by itself."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import ExitStack, closing
from typing import Any

from reconciler.sandbox.http.serving import Listener, handler, serving
from tests.stage.servers.quiet import Quiet


class Answers(Quiet):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply(200)


def test_connections_that_are_kept_alive_end() -> None:
    """Fifty callers keep theirs open: their threads end with the block, at once."""
    with ExitStack() as callers:
        with serving(Listener(Answers)) as server:
            for _ in range(50):
                caller = callers.enter_context(closing(http.client.HTTPConnection(*server.server_address)))
                caller.request("GET", "/")
                assert caller.getresponse().read() == b""
            began = time.monotonic()
        assert time.monotonic() - began < 3


class Robbed(Listener):
    """Each connection is taken by another between its being announced and being accepted."""

    def get_request(self) -> tuple[socket.socket, Any]:
        with self.socket.dup() as thief:
            thief.accept()[0].close()
        taken.set()
        return super().get_request()


taken = threading.Event()


def test_a_connection_that_another_takes_holds_nobody() -> None:
    """The server does not wait for a connection that is gone, and ends when it is told to."""
    with serving(Robbed(handler(lambda connection: None))) as server:
        with socket.create_connection(server.server_address):
            assert taken.wait(10)
        began = time.monotonic()
    assert time.monotonic() - began < 3


def test_an_answer_under_way_is_given_a_moment() -> None:
    """What a handler is about when its server ends, it may finish."""
    begun, ended = threading.Event(), threading.Event()

    def slowly(connection: socket.socket) -> None:
        begun.set()
        time.sleep(0.3)
        ended.set()

    with serving(Listener(handler(slowly))) as server, socket.create_connection(server.server_address):
        assert begun.wait(10)
    assert ended.is_set()
