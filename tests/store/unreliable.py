"""A line to a server on which, when a test says so, requests or answers get lost or spoilt."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from reconciler.sandbox.http.serving import Listener, serving
from tests.stage.servers.quiet import Quiet

CREATE_ONLY = ("if-none-match", "x-oss-forbid-overwrite")
SPOILT = {"garbage": b"\xff\x00 nothing", "page": b"<html><body>Sign in</body></html>", "nothing": b""}
HOP = ("connection", "transfer-encoding", "content-length", "host")


class Line:
    """faults: (method, part of the path and query, what happens), taken one for each request that fits, in order.

    lost request       the connection ends, and the server hears nothing
    lost answer        the server acts, and the connection ends
    cut                the server hears half the body
    deaf               the server does not hear that it should only create
    garbage, page      200 and a text that means nothing, or is for people
    nothing            200, and that is all
    403, 409, 500 …    this status instead of the server's act; 429 asks for a second of peace
    """

    def __init__(self) -> None:
        self.faults: list[tuple[str, str, str]] = []
        self._lock = threading.Lock()

    def take(self, method: str, path: str) -> str:
        with self._lock:
            fitting = [fault for fault in self.faults if fault[0] == method and fault[1] in path]
            if fitting:
                self.faults.remove(fitting[0])
            return fitting[0][2] if fitting else ""


class _Handler(Quiet):
    line: Line
    upstream: str

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if len(body) < int(self.headers.get("Content-Length", 0)):
            return  # The sender died: half a request is none.
        fault = self.line.take(self.command, self.path)
        if fault.isdigit():
            wait = {"Retry-After": "1"} if fault == "429" else {}
            self.reply(int(fault), b"<Error><Code>Told</Code><StringToSign>hidden</StringToSign></Error>", wait)
        elif fault in SPOILT:
            self.reply(200, SPOILT[fault])
        elif fault != "lost request":
            heard = body[: len(body) // 2] if fault == "cut" else body
            answer = self._forward(heard, CREATE_ONLY if fault == "deaf" else ())
            if fault != "lost answer":
                self.reply(*answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_LOCK = do_UNLOCK = _pass

    def _forward(self, body: bytes, without: tuple[str, ...]) -> tuple[int, bytes, dict[str, str]]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in (*HOP, *without)}
        with closing(http.client.HTTPConnection(urlsplit(self.upstream).netloc)) as connection:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP}
            return answer.status, answer.read(), kept


@contextmanager
def unreliable(upstream: str, line: Line | None = None) -> Iterator[tuple[Line, str]]:
    """Yields the line, a plain one unless it is given, and the URL of its near end."""
    line = line or Line()
    with serving(Listener(type("Handler", (_Handler,), {"line": line, "upstream": upstream}))) as server:
        yield line, server.url
