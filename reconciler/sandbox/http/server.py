"""The HTTP edge: reads requests and writes answers, one thread per connection. It decides nothing.

It listens on loopback only. Head and body of an answer are sent in one piece, without delay.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from reconciler.sandbox.http.serving import Listener, hang_up
from reconciler.sandbox.http.wire import Reply, Request

_LARGEST_BODY = 1_000_000
_REASONS = {200: "OK", 302: "Found", 303: "See Other"}


class Clock:
    """Seconds since the epoch at the start, then by a monotonic clock."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() + self._ahead


class Server(Listener):
    """answer: turns a request into a reply. ending: set when the server ends, to stop waits."""

    def __init__(self, port: int, clock: Clock, answer: Callable[[Request], Reply]) -> None:
        self.clock, self.answer = clock, answer
        self.ending = threading.Event()
        super().__init__(Handler, port)

    def server_close(self) -> None:
        """Ends all waits, then closes."""
        self.ending.set()
        super().server_close()


class Handler(BaseHTTPRequestHandler):
    """Serves one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        self.arrived = self.server.clock()
        return super().parse_request()

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: request lines contain numbers and codes."""

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "0")
        if self.server.ending.is_set() or not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True  # The caller died while sending: an incomplete request is ignored.
            return
        self._send(self.server.answer(Request(self.command, path, query, headers, body, self.arrived)))

    do_GET = do_POST

    def _send(self, reply: Reply) -> None:
        self.server.ending.wait(reply.late)
        if reply.lost:
            self.close_connection = True
            hang_up(self.connection)
            return
        lines = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Refused')}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines += [f"content-length: {len(reply.body)}", "", ""]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + reply.body)
