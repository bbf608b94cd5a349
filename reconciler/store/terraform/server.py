"""Speaks Terraform's state protocol to one server: GET, POST, LOCK and UNLOCK.

During trouble, requests that may be repeated are: reads, and a lock with the same id. A write is sent once per call,
because its result must be known before it is repeated (writing.py). It waits for a lock held by somebody else, up to a
limit, and never breaks one.
"""

from __future__ import annotations

import contextlib
import json
import random
import shlex
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from reconciler.errors import ERRORS, Problem, StateError
from reconciler.net.http import PROXY_ASKS, Auth, Lost, Reply, Transport
from reconciler.store.backend import SERVER_HINT
from reconciler.store.content_md5 import content_md5
from reconciler.store.side_by_side import within
from reconciler.store.terraform.address import Address, Addresses
from reconciler.store.terraform.answers import (
    TAKEN,
    Unsure,
    asks_for,
    is_done,
    is_trouble,
    is_untold,
    least_spacing,
    lock_in_force,
    said,
)
from reconciler.store.terraform.document import CAP
from reconciler.store.trouble import SHARE, Retries, Trouble

READERS = 32
"""Concurrent reads."""
HINTS = {
    401: "Check the user and password: in the URL, or TF_HTTP_USERNAME and TF_HTTP_PASSWORD.",
    403: "Ask for the right to write this state; GitLab wants a token with the scope `api`, of a maintainer.",
    404: "Check the address; a server may also hide so what it does not let you see.",
    407: "Write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT. Or name the server in NO_PROXY.",
    413: ERRORS["state-too-large"].hint,
}
STALLED, WHOLE = 10.0, 30.0
"""Seconds without a byte before a request is abandoned; seconds for a complete answer."""
APPEND = 4
"""Requests per append."""
ENDING = 1.5
"""Seconds that an interrupted command waits for a server."""
Found = TypeVar("Found")


class RevisionTaken(StateError):
    """The server stores each revision once, and has already stored this one. Nothing was stored now."""


class InFlight(StateError):
    """A write may still arrive, so its lock is not released."""


class InterruptedInFlight(KeyboardInterrupt):
    """The same, because a person ended the command."""


class Leeway(NamedTuple):
    """The time that trouble may take for one piece of work, over all its requests.

    until: by the monotonic clock.
    tell: called with a line for people.
    reached: see Retries.
    """

    until: float
    tell: Callable[[str], object]
    reached: threading.Event

    def ask(self, attempt: Callable[[], Found]) -> Found:
        """Repeats the attempt on trouble, until the time is over."""
        return Retries(max(0.0, self.until - time.monotonic()), self.tell, self.reached).ask(attempt)


class StateServer:
    """One server. who: `user@host`, shown to others in our locks. wait: seconds to wait for others' locks.

    term: of a lease, in seconds. tell: called with a line for people during trouble.
    """

    def __init__(
        self, addresses: Addresses, who: str, wait: float, term: float, tell: Callable[[str], object] = str
    ) -> None:
        self._at, self._who, self._wait = addresses, who, wait
        self._term, self._tell = term, tell
        self._reached = threading.Event()
        stalled = min(STALLED, max(2.0, term / 6))
        self._transports = {
            each.url: self._transport(each, stalled) for each in {each.url: each for each in addresses.all}.values()
        }
        # Only reads reuse connections: one may turn out closed when a request is sent, and reads can be repeated.
        self._reader = self._transport(addresses.documents, stalled, kept=READERS)
        self.spacing = 0.0  # seconds between appends, from the server's quota
        # Ids of our own locks: requested without an answer, so they may be granted late; and no longer needed, but
        # possibly still held.
        self._unsure: set[str] = set()
        self._strays: set[str] = set()

    def _transport(self, to: Address, stalled: float, kept: int = 0) -> Transport:
        return Transport(
            proxies=not to.is_here, tls=to.url.startswith("https:"), read=stalled, whole=WHOLE, cap=CAP, kept=kept
        )

    def close(self) -> None:
        for transport in (self._reader, *self._transports.values()):
            transport.close()

    def leeway(self) -> Leeway:
        """A new one, from now."""
        return Leeway(time.monotonic() + SHARE * self._term, self._tell, self._reached)

    def get(self, name: str, leeway: Leeway) -> bytes | None:
        """The document; None if there is none."""
        return leeway.ask(lambda: self.look(name))

    def look(self, name: str) -> bytes | None:
        """The same, requested once. Raises Trouble if it may be repeated."""
        reply = self._ask("GET", self._at.documents, name)
        if reply.status in (204, 404) or (reply.status == 200 and not reply.body):
            return None
        if reply.status != 200:
            raise self._failed("GET", self._at.documents, name, reply)
        if reply.headers.get("content-md5", content_md5(reply.body)) != content_md5(reply.body):
            damaged = Lost("the answer arrived damaged", sent=True)
            raise Trouble(self._problem("GET", self._at.documents, name, damaged))
        return reply.body

    def post(self, name: str, body: bytes, lock_id: str) -> None:
        """Returns if it was stored. Raises Unsure if that is unknown, Trouble or StateError if it certainly was not."""
        method = self._at.update_method
        reply = self._ask(method, self._at.documents, name, body, f"ID={lock_id}")
        if reply.status in TAKEN:
            raise self._held(name, reply)
        if not is_done(reply):
            kind = RevisionTaken if reply.status == 422 else StateError
            raise kind(self._problem(method, self._at.documents, name, reply))

    @contextlib.contextmanager
    def locked(self, name: str, leeway: Leeway) -> Iterator[str]:
        """Yields the lock's ID. If the lock cannot be released, what was done under it still counts.

        It is not released while a write may still arrive, because a late write would overwrite the next one.
        """
        id = self._lock(name, leeway)
        with contextlib.ExitStack() as stack:
            stack.callback(self._unlock, name, id, leeway)
            try:
                yield id
            except (InFlight, InterruptedInFlight):
                stack.pop_all()
                raise
            except KeyboardInterrupt:
                stack.pop_all()
                with contextlib.suppress(StateError):
                    within(ENDING, lambda: self._ask_unlock(name, id))
                raise

    def release(self, name: str, id: str, leeway: Leeway) -> bool:
        """Releases a lock that somebody left behind, if this very lock holds the document. Raises StateError.

        The holder is found by requesting the lock, because some servers do not compare the id of a lock to release.
        """
        mine = uuid.uuid4().hex
        reply = leeway.ask(lambda: self._ask_lock(name, mine))
        if not is_done(reply) and reply.status not in TAKEN:
            raise self._failed(self._at.lock_method, self._at.lock, name, reply)
        held = mine if is_done(reply) else lock_in_force(reply).get("ID")
        if held not in (mine, id):
            return False
        freed = leeway.ask(lambda: self._ask_unlock(name, held))
        if not is_done(freed):
            raise self._failed(self._at.unlock_method, self._at.unlock, name, freed)
        return held == id

    def shown(self, name: str) -> str:
        """The document's address, for messages."""
        return self._at.documents.shown_of(name)

    def _lock(self, name: str, leeway: Leeway) -> str:
        id, until = uuid.uuid4().hex, time.monotonic() + self._wait
        try:
            while not leeway.ask(lambda: self._is_ours(name, id, until)):
                time.sleep(random.uniform(0.02, 0.1))
        except StateError:
            if id in self._unsure:
                self._unlock(name, id, leeway)
            raise
        return id

    def _is_ours(self, name: str, id: str, until: float) -> bool:
        """Whether the lock is granted. If the answer was lost, a repeated request finds it held by us."""
        try:
            reply = self._ask_lock(name, id)
        except Unsure:
            self._unsure.add(id)
            raise
        if not is_done(reply) and reply.status not in TAKEN:
            raise self._failed(self._at.lock_method, self._at.lock, name, reply)
        held = id if is_done(reply) else lock_in_force(reply).get("ID")
        if held in self._strays:
            self._unlock(name, held, self.leeway())
        elif held != id and time.monotonic() >= until:
            raise self._held(name, reply)
        return held == id

    def _unlock(self, name: str, id: str, leeway: Leeway) -> None:
        with contextlib.suppress(StateError):
            if is_done(leeway.ask(lambda: self._ask_unlock(name, id))) and id not in self._unsure:
                return
        self._strays.add(id)

    def _ask_lock(self, name: str, id: str) -> Reply:
        return self._ask(self._at.lock_method, self._at.lock, name, self._lock_document(id, name))

    def _ask_unlock(self, name: str, id: str) -> Reply:
        return self._ask(self._at.unlock_method, self._at.unlock, name, self._lock_document(id, name))

    def _lock_document(self, id: str, name: str) -> bytes:
        """All fields are required: GitLab refuses a lock without one."""
        created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        owner = {"ID": id, "Operation": "reconciler append", "Info": "", "Who": self._who, "Version": "1"}
        return json.dumps({**owner, "Created": created, "Path": name}).encode()

    def _ask(self, method: str, at: Address, name: str, body: bytes = b"", query: str = "") -> Reply:
        """One request. Raises Unsure if it may have been carried out, Trouble if it certainly was not but may be
        later."""
        headers = dict(self._at.headers)
        if body:
            headers |= {"content-type": "application/json", "content-md5": content_md5(body)}
        transport = self._reader if method == "GET" else self._transports[at.url]
        reply = transport.send(at.of(name, query), headers, body, Auth(), method)
        self.spacing = least_spacing(reply, APPEND)
        if is_trouble(reply) or (isinstance(reply, Lost) and reply.sent and method != "GET"):
            kind = Unsure if is_untold(reply) else Trouble
            unreached = isinstance(reply, Lost) and not reply.sent
            raise kind(self._problem(method, at, name, reply), after=asks_for(reply), unreached=unreached)
        if isinstance(reply, Lost):
            raise self._failed(method, at, name, reply)
        return reply

    def _failed(self, method: str, at: Address, name: str, reply: Reply | Lost) -> StateError:
        return StateError(self._problem(method, at, name, reply))

    def _problem(self, method: str, at: Address, name: str, reply: Reply | Lost) -> Problem:
        what = f"{at.shown_of(name)} cannot be used as state: {method}: {said(reply)}"
        status = reply.status if isinstance(reply, Reply) else 407 * (reply.reason == PROXY_ASKS)
        hint = HINTS.get(status, SERVER_HINT)
        if method == self._at.lock_method and status in (404, 405, 501):
            hint = "Nothing is written without a lock: say where it is in TF_HTTP_LOCK_ADDRESS and _LOCK_METHOD."
        if 300 <= status < 400:
            hint = "Redirects are never followed: give the address that it leads to."
        return Problem("state-unusable", what, hint=hint)

    def _held(self, name: str, reply: Reply) -> StateError:
        """The error for a lock: its holder, as the server reports it, and how to release it if the holder is gone."""
        told = {key: " ".join(str(value).split())[:80] for key, value in lock_in_force(reply).items()}
        who, operation = told.get("Who") or "somebody", told.get("Operation") or "no operation named"
        what = f"{self.shown(name)} is locked by {who} since {told.get('Created') or 'a time not told'} ({operation}, "
        what += f"lock {told.get('ID') or 'without an ID'})"
        return StateError(Problem("state-locked", what, hint=_way_out(told.get("ID", ""))))


def _way_out(id: str) -> str:
    return f"Wait for it to end. If it will never return, release this one lock: {releases(id)}" if id else ""


def releases(id: str) -> str:
    """The command with which a person releases a lock."""
    return f"reconciler force-unlock {shlex.quote(id)}"
