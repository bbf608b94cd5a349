"""Speaks Terraform's state protocol to one server: GET, POST, LOCK and UNLOCK, each sent once, with answers told apart.

A lock is held for milliseconds, around one read, check and write. It never repeats a write and never breaks a lock.
"""

from __future__ import annotations

import contextlib
import json
import random
import shlex
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from reconciler.errors import ERRORS, Problem, StateError
from reconciler.net.http import Auth, Lost, Reply, Transport
from reconciler.store.backend import SERVER_HINT
from reconciler.store.content_md5 import content_md5
from reconciler.store.terraform.address import Address, Addresses

READERS = 32  # documents that are read at once
CAP = 64 << 20  # bytes of a document; what could not be read again is not written either
TAKEN = (409, 423)
# After these nobody knows whether the server did what it was asked: a timeout is often a gateway's own answer.
UNTOLD = (408, *range(500, 600))
HINTS = {
    401: "Check the user and password: in the URL, or TF_HTTP_USERNAME and TF_HTTP_PASSWORD.",
    403: "Ask for the right to write this state; GitLab wants a token with the scope `api`, of a maintainer.",
    404: "Check the address; a server may also hide so what it does not let you see.",
    413: ERRORS["state-too-large"].hint,
}


class InFlight(StateError):
    """A write may still arrive, so the lock that it was sent under is not released."""


class StateServer:
    """who: `user@host`, as others read it in a lock of ours. wait: seconds to wait for others' locks."""

    def __init__(self, addresses: Addresses, who: str, wait: float) -> None:
        self._at = addresses
        self._who = who
        self._wait = wait
        self._transports = {
            each.url: self._transport(each) for each in {each.url: each for each in addresses.all}.values()
        }
        # A kept connection may turn out closed just when something is sent. What is only read may be asked for again.
        self._reader = self._transport(addresses.documents, kept=READERS)
        self._unreleased: dict[str, str] = {}

    def _transport(self, to: Address, kept: int = 0) -> Transport:
        return Transport(
            proxies=not to.is_here, tls=to.url.startswith("https:"), read=30.0, whole=60.0, cap=CAP, kept=kept
        )

    def close(self) -> None:
        for transport in (self._reader, *self._transports.values()):
            transport.close()

    def get(self, name: str) -> bytes | None:
        """The document, or None where there is none."""
        reply = self._ask("GET", self._at.documents, name)
        if isinstance(reply, Reply) and (reply.status in (204, 404) or (reply.status == 200 and not reply.body)):
            return None
        if isinstance(reply, Lost) or reply.status != 200:
            raise self._failed("GET", self._at.documents, name, reply)
        if reply.headers.get("content-md5", content_md5(reply.body)) != content_md5(reply.body):
            raise self._failed("GET", self._at.documents, name, Lost("the answer arrived damaged", sent=True))
        return reply.body

    def post(self, name: str, body: bytes, lock_id: str) -> str:
        """ "" when it is stored, or why nobody knows. Raises StateError when it certainly is not."""
        if len(body) > CAP:
            what = f"{self.shown(name)} would grow to {len(body) >> 20} MB, and {CAP >> 20} MB is the most"
            raise StateError(Problem("state-too-large", what))
        method = self._at.update_method
        reply = self._ask(method, self._at.documents, name, body, f"ID={lock_id}")
        if isinstance(reply, Reply) and reply.status in (200, 201, 204):
            return ""
        if isinstance(reply, Reply) and reply.status in TAKEN:
            raise self._held(name, reply)
        if _untold(reply):
            return _said(reply)
        raise self._failed(method, self._at.documents, name, reply)

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[str]:
        """Yields the lock's ID. A lock that cannot be released undoes nothing of what was done under it.

        It is not released while a write may be on its way: whoever wrote next would be written over by what comes late.
        """
        id = self._lock(name)
        with contextlib.ExitStack() as stack:
            stack.callback(self._unlock, name, id)
            try:
                yield id
            except (InFlight, KeyboardInterrupt):
                stack.pop_all()
                raise

    def shown(self, name: str) -> str:
        return self._at.documents.shown_of(name)

    def _lock(self, name: str) -> str:
        id, until = uuid.uuid4().hex, time.monotonic() + self._wait
        while True:
            reply = self._ask(self._at.lock_method, self._at.lock, name, self._document(id, name))
            if isinstance(reply, Reply) and reply.status in (200, 201, 204):
                return id
            if isinstance(reply, Lost) or reply.status not in TAKEN:
                if _untold(reply):
                    self._unlock(name, id)  # it may have been granted
                raise self._failed(self._at.lock_method, self._at.lock, name, reply)
            if time.monotonic() >= until:
                raise self._held(name, reply)
            if self._unreleased.get(name, "-") == _holder(reply).get("ID"):
                self._unlock(name, self._unreleased[name])
            time.sleep(random.uniform(0.02, 0.1))

    def _unlock(self, name: str, id: str) -> None:
        reply = self._ask(self._at.unlock_method, self._at.unlock, name, self._document(id, name))
        if isinstance(reply, Reply) and reply.status in (200, 201, 204):
            self._unreleased.pop(name, None)
        else:
            self._unreleased[name] = id

    def _document(self, id: str, name: str) -> bytes:
        """Every field has to be there: GitLab refuses a lock that lacks one."""
        created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        said = {"ID": id, "Operation": "reconciler append", "Info": "", "Who": self._who, "Version": "1"}
        return json.dumps({**said, "Created": created, "Path": name}).encode()

    def _ask(self, method: str, at: Address, name: str, body: bytes = b"", query: str = "") -> Reply | Lost:
        headers = dict(self._at.headers)
        if body:
            headers |= {"content-type": "application/json", "content-md5": content_md5(body)}
        transport = self._reader if method == "GET" else self._transports[at.url]
        return transport.send(at.of(name, query), headers, body, Auth(), method)

    def _failed(self, method: str, at: Address, name: str, reply: Reply | Lost) -> StateError:
        what = f"{at.shown_of(name)} cannot be used as state: {method}: {_said(reply)}"
        status = reply.status if isinstance(reply, Reply) else 0
        hint = HINTS.get(status, SERVER_HINT)
        if method == self._at.lock_method and status in (404, 405, 501):
            hint = "Nothing is written without a lock: say where it is in TF_HTTP_LOCK_ADDRESS and _LOCK_METHOD."
        if 300 <= status < 400:
            hint = "Redirects are never followed: give the address that it leads to."
        return StateError(Problem("state-unusable", what, hint=hint))

    def _held(self, name: str, reply: Reply) -> StateError:
        """Tells the holder, as the server gave it, and the way out if that one is gone."""
        holder = _holder(reply)
        said = {key: " ".join(str(value).split())[:80] for key, value in holder.items()}
        who, operation = said.get("Who") or "somebody", said.get("Operation") or "no operation named"
        what = f"{self.shown(name)} is locked by {who} since {said.get('Created') or 'a time not told'} ({operation}, "
        what += f"lock {said.get('ID') or 'without an ID'})"
        return StateError(Problem("state-locked", what, hint=self._way_out(name, said.get("ID", ""))))

    def _way_out(self, name: str, id: str) -> str:
        if not id:
            return ""
        return f"Wait for it to end. If it is gone for good, release this one lock: {self.release(name, id)}"

    def release(self, name: str, id: str) -> str:
        """The command by which a person releases a lock."""
        user = "-u USER " if self._at.headers else ""
        command = f"curl {user}-X {self._at.unlock_method} -H 'Content-Type: application/json' -d "
        return command + f"{shlex.quote(json.dumps({'ID': id}))} {shlex.quote(self._at.unlock.shown_of(name))}"


def _holder(reply: Reply) -> dict[str, Any]:
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(reply.body)
        return found if isinstance(found, dict) else {}
    return {}


def _untold(reply: Reply | Lost) -> bool:
    """Whether the server may have done what it was asked, or may still do it."""
    return reply.sent if isinstance(reply, Lost) else reply.status in UNTOLD


def _said(reply: Reply | Lost) -> str:
    return reply.reason if isinstance(reply, Lost) else f"status {reply.status}"
