"""Serves on loopback, one thread per connection. After closing, no thread and no socket remains.

No thread ever blocks in `accept`: closing a socket does not wake it, and such a thread would take a connection from the
next socket with the same number, whose own thread would then block in its place.
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
POLL = 0.01  # seconds between checks for `shutdown`
LAST_WORDS = 5.0  # seconds that an answer in progress may take after its connection is closed


class Ending(ThreadingMixIn, TCPServer):
    """A standard library server that knows its connections and threads, to end them."""

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
        """After `shutdown`: ends kept-alive connections and their threads."""
        super().server_close()
        live = list(self._live.items())
        for connection, _ in live:
            hang_up(connection)
        for _, work in live:
            work.join(LAST_WORDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores callers that hang up during an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Listener(Ending):
    """handler: created for each connection, as in `socketserver`. port: 0 for any free one."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, handler: type[BaseRequestHandler], port: int = 0) -> None:
        super().__init__((HOST, port), handler)

    @property
    def port(self) -> int:
        """The actual port."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://{HOST}:{self.port}"


def hang_up(connection: socket) -> None:
    """Shuts a connection down."""
    with suppress(OSError):  # already closed
        connection.shutdown(SHUT_RDWR)


def handler(handle: Callable[[socket], None]) -> type[BaseRequestHandler]:
    """For a Listener that calls this function with each connection and then closes it."""
    return type("Handler", (BaseRequestHandler,), {"handle": lambda self: handle(self.request)})


S = TypeVar("S", bound=Ending)


@contextmanager
def serving(server: S) -> Iterator[S]:
    """Serves during the block."""
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
