"""A tiny server on loopback that answers by a script and keeps what it was sent. It stops when its block ends."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.http.serving import Listener, handler, serving

Turn = bytes | Callable[[socket.socket], None]


@dataclass(frozen=True)
class Received:
    line: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def query(self) -> str:
        return self.line.split(" ")[1].partition("?")[2]


class Server:
    """Each request is answered by the next turn of the script, the last one for ever; a turn is bytes or a function."""

    def __init__(self, *script: Turn, reads: bool = True) -> None:
        self.script, self.reads = script, reads
        self.received: list[Received] = []
        self._lock = threading.Lock()
        self._listener = Listener(handler(self._serve))
        self._open = ExitStack()
        self.url = self._listener.url

    def __enter__(self) -> Server:
        self._open.enter_context(serving(self._listener))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            received = _receive(connection) if self.reads else Received("", {}, b"", time.monotonic())
            with self._lock:
                turn = self.script[min(len(self.received), len(self.script) - 1)]
                self.received.append(received)
            if callable(turn):
                turn(connection)
            else:
                connection.sendall(turn)


def _receive(connection: socket.socket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise OSError("gone")
        data += part
    at = time.monotonic()
    head, _, body = data.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Received(line, headers, body, at)


def raw(status: int, body: bytes, **headers: str) -> bytes:
    fields = {"content-type": "application/json;charset=utf-8", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


def answer(status: int = 200, headers: dict[str, str] | None = None, **document: Any) -> bytes:
    return raw(status, json.dumps({"RequestId": "R-1"} | document).encode(), **(headers or {}))


def hangs(connection: socket.socket) -> None:
    """Says nothing until the client has gone."""
    connection.recv(1)


def closes(connection: socket.socket) -> None:
    """Says nothing and goes."""


OK = answer(Code="OK")
