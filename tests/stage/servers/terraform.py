"""A server of Terraform's state protocol, over real sockets, that can be told to misbehave.

Two dialects: the original's (LOCK and UNLOCK on the document's own address) and GitLab's (POST and DELETE on
`…/lock`, each serial stored once). What is told with `fail` happens once for each time it was told, in order.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, urlsplit

from reconciler.sandbox.http.serving import Listener
from reconciler.sandbox.http.serving import serving as listening
from tests.stage.servers.quiet import Quiet

Answer = tuple[int, bytes]
USER, PASSWORD = "runner", "p@ss:word/1"
DIGESTED = ("POST", "LOCK", "PUT")


@dataclass
class Fault:
    """done: whether the request is done before it goes wrong. status 0: the connection just breaks.

    path: how the path ends that it is for. cut: as many bytes of the answer are promised and never sent.
    """

    method: str
    status: int = 0
    body: bytes = b""
    done: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    path: str = ""


@dataclass
class Spell:
    """Trouble with all requests of a method, for some seconds from the nth on.

    how: `cut` and `stall` answer nothing, at once and never; `slow` acts and answers half a second late; else a status.
    With ` done` the request is done first.
    retry_after: what is said besides.
    """

    method: str
    how: str
    seconds: float
    nth: int = 1
    retry_after: str = ""
    heard: int = 0
    until: float = 0.0

    def strikes(self, method: str) -> bool:
        self.heard += method == self.method
        if method == self.method and self.heard == self.nth:
            self.until = time.monotonic() + self.seconds
        return method == self.method and time.monotonic() < self.until


@dataclass
class World:
    """documents and locks by path. generous: a lock is given to whoever asks. heard: (method, path, query) of all.

    unheeded: (query, body) of writes that were answered without being done. limit: the most bytes of a document.
    received, sent: bytes of all bodies. headers: of each answer. spell: trouble for a while. over: ends what stalls.
    """

    gitlab: bool = False
    generous: bool = False
    documents: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, dict[str, str]] = field(default_factory=dict)
    serials: dict[str, set[int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    spell: Spell | None = None
    over: threading.Event = field(default_factory=threading.Event)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    unheeded: list[tuple[str, bytes]] = field(default_factory=list)
    limit: int = 1 << 30
    received: int = 0
    sent: int = 0
    mutex: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, method: str, status: int = 0, body: bytes = b"", **more: object) -> None:
        self.faults.append(Fault(method, status, body, **more))  # type: ignore[arg-type]

    def fault(self, method: str, path: str) -> Fault | None:
        with self.mutex:
            due = next((fault for fault in self.faults if fault.method == method and path.endswith(fault.path)), None)
            if due:
                self.faults.remove(due)
            return due

    def answer(self, method: str, path: str, query: str, body: bytes) -> Answer:
        with self.mutex:
            locks = path.endswith("/lock") if self.gitlab else method in ("LOCK", "UNLOCK")
            if locks:
                lock = method in ("LOCK", "POST")
                return (self._lock if lock else self._unlock)(path.removesuffix("/lock"), json.loads(body))
            if method == "GET":
                return (200, self.documents[path]) if path in self.documents else (404, b"")
            return self._store(path, parse_qs(query).get("ID", [""])[0], body)

    def _store(self, path: str, id: str, body: bytes) -> Answer:
        lock = self.locks.get(path)
        if lock and lock["ID"] != id and not self.generous:
            return 409, json.dumps(lock).encode()
        if len(body) > self.limit:
            return 413, b""
        serial = json.loads(body)["serial"]
        if self.gitlab and serial in self.serials.setdefault(path, set()):
            return 422, b'{"message":"has already been taken"}'
        self.serials.setdefault(path, set()).add(serial)
        self.documents[path] = body
        return 200, b""

    def _lock(self, path: str, asked: dict[str, str]) -> Answer:
        if path in self.locks and not self.generous:
            return 409 if self.gitlab else 423, json.dumps(self.locks[path]).encode()
        assert all(name in asked for name in ("ID", "Operation", "Info", "Who", "Version", "Created", "Path"))
        self.locks[path] = asked
        return 200, json.dumps(asked).encode()

    def _unlock(self, path: str, asked: dict[str, str]) -> Answer:
        if path in self.locks and self.locks[path]["ID"] != asked["ID"] and not self.generous:
            return 409, b""
        self.locks.pop(path, None)
        return 200, b""


class Server(Listener):
    world: World


class Handler(Quiet):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        for method in ("GET", "POST", "PUT", "DELETE", "LOCK", "UNLOCK"):
            setattr(self, f"do_{method}", self._serve)

    def _serve(self) -> None:
        world, parts = self.server.world, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        world.heard.append((self.command, parts.path, parts.query))
        world.received += len(body)
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("authorization") != f"Basic {pair}":
            return self._answer(401, b"<html>Sign in</html>")
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        if self.command in DIGESTED and self.headers.get("content-md5") != digest:
            return self._answer(400, b"digest")
        if world.spell and world.spell.strikes(self.command):
            return self._cast(world.spell, parts, body)
        fault = world.fault(self.command, parts.path)
        if fault is None or fault.done:
            done = world.answer(self.command, parts.path, parts.query, body)
        if fault is None:
            return self._answer(*done)
        if not fault.done and self.command == "POST":
            world.unheeded.append((parts.query, body))
        if fault.status:
            return self._answer(fault.status, fault.body, fault.headers, fault.cut)
        self.close_connection = True
        return None

    def _cast(self, spell: Spell, parts: SplitResult, body: bytes) -> None:
        how, _, done = spell.how.partition(" ")
        if how == "slow":
            time.sleep(0.5)
            return self._answer(*self.server.world.answer(self.command, parts.path, parts.query, body))
        if done:
            self.server.world.answer(self.command, parts.path, parts.query, body)
        if how.isdecimal():
            return self._answer(int(how), b"", {"retry-after": spell.retry_after} if spell.retry_after else {})
        if how == "stall":
            self.server.world.over.wait(30)
        self.close_connection = True
        return None

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, cut: int = 0) -> None:
        self.server.world.sent += len(body)
        told = {**self.server.world.headers, **(headers or {}), "Content-Length": str(len(body) + cut)}
        self.reply(status, body, told)
        self.close_connection = self.close_connection or cut > 0


@contextmanager
def serving(gitlab: bool = False) -> Iterator[tuple[World, str]]:
    """The server's world, and the URL that addresses begin with."""
    server = Server(Handler)
    server.world = World(gitlab)
    with listening(server):
        try:
            yield server.world, f"{server.url}/state"
        finally:
            server.world.over.set()


def environment(url: str, gitlab: bool = False) -> dict[str, str]:
    """What a pipeline of either kind has in its environment."""
    who = {"TF_HTTP_USERNAME": USER, "TF_HTTP_PASSWORD": PASSWORD, "TF_HTTP_ADDRESS": f"{url}/{{space}}"}
    if not gitlab:
        return who
    locks = {f"TF_HTTP_{name}_ADDRESS": f"{url}/{{space}}/lock" for name in ("LOCK", "UNLOCK")}
    return {**who, **locks, "TF_HTTP_LOCK_METHOD": "POST", "TF_HTTP_UNLOCK_METHOD": "DELETE"}
