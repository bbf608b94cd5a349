"""Serves on loopback, with a thread for each connection; once closed, no thread and no socket of it is left.

Nobody ever waits in `accept`: closing a socket does not wake who waits there, and a thread left behind takes a
connection from the next socket that is given the same number, whose own thread then waits in its place.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from typing import Any, TypeVar

HOST = "127.0.0.1"
POLL = 0.01  # seconds until `shutdown` is heard
LAST_WORDS = 5.0  # seconds that an answer under way may take once its connection is closed


class Ending(ThreadingMixIn, TCPServer):
    """Any server of the standard library's kind that knows its connections and their threads, to end them."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self._live: dict[Any, threading.Thread] = {}
        super().__init__(*given, **more)

    def server_activate(self) -> None:
        super().server_activate()
        self.socket.setblocking(False)

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        connection.setblocking(True)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        work = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._live[request] = work
        work.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._live.pop(request, None)

    def server_close(self) -> None:
        """After `shutdown`. Connections that are kept alive end, and so do their threads."""
        super().server_close()
        live = list(self._live.items())
        for connection, _ in live:
            hang_up(connection)
        for _, work in live:
            work.join(LAST_WORDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle of an answer may do so."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Listener(Ending):
    """handler: made for each connection, as `socketserver` does. port: 0 for any free one."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, handler: type[BaseRequestHandler], port: int = 0) -> None:
        super().__init__((HOST, port), handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def hang_up(connection: socket) -> None:
    with suppress(OSError):  # closed already
        connection.shutdown(SHUT_RDWR)


def handler(handle: Callable[[socket], None]) -> type[BaseRequestHandler]:
    """For a Listener that does this with each connection, which is then closed."""
    return type("Handler", (BaseRequestHandler,), {"handle": lambda self: handle(self.request)})


S = TypeVar("S", bound=Ending)


@contextmanager
def serving(server: S) -> Iterator[S]:
    """Serves for as long as its block lasts."""
    thread = threading.Thread(
        target=server.serve_forever, args=(POLL,), name=f"serving {server.server_address}", daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
