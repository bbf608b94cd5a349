"""Writes one document under one lock. It is sent again while that is harmless; otherwise its result is unknown.

What was certainly not stored (429, no connection) is sent again. After a lost answer or a 5xx, the document is read
back under the same lock: if it is as written, the write is done; if it is as before, the very same bytes are sent
again. A first write that arrives late does this:

- While the lock is held, it stores the same bytes once more, which changes nothing, because each lock serves one write.
  Servers that store each revision once refuse it.
- After the lock was released, it names that lock. A server that compares it with the present lock refuses it, as the
  protocol intends and GitLab does. On other servers, it overwrites what others wrote meanwhile; they notice when they
  append or read again, as with a lock granted twice (journals.py).

If the time is over before the result is known, it is unknown, and the lock remains: a late write then meets no other.
The same applies if a person interrupts the command while the write is under way and it is not found at once.
"""

from __future__ import annotations

import contextlib
import time

from reconciler.errors import Problem, StateError
from reconciler.store.backend import Sealing, lost_place
from reconciler.store.side_by_side import within
from reconciler.store.terraform.answers import Unsure
from reconciler.store.terraform.document import Document, parse_document
from reconciler.store.terraform.server import (
    ENDING,
    InFlight,
    InterruptedInFlight,
    Leeway,
    RevisionTaken,
    StateServer,
    releases,
)
from reconciler.store.trouble import Trouble


class PutBack(StateError):
    """The server has stored this revision before, but returns an older one as the newest. Nothing was stored now."""


class Sending:
    """One write. before: as read under this lock. after: what to store. keys: to encrypt it with."""

    def __init__(
        self, server: StateServer, name: str, before: Document, after: Document, lock_id: str, keys: Sealing
    ) -> None:
        self._server, self._name, self._lock_id, self._keys = server, name, lock_id, keys
        self._before, self._after = before, after
        self._body = after.body(server.shown(name), keys)
        self._doubt = ""  # why an earlier attempt may have been stored, or may still be
        self._is_out = False  # an attempt is under way

    def send(self, leeway: Leeway) -> None:
        """Returns if it was stored. Raises InFlight if that is unknown, StateError if it certainly was not."""
        try:
            leeway.ask(self._attempt)
        except KeyboardInterrupt:
            if (self._is_out or self._doubt) and not self._arrives():
                raise InterruptedInFlight from None
            raise
        except Trouble:
            if not self._doubt:
                raise
            self._look_for_the_last_time()

    def _attempt(self) -> None:
        if self._doubt and self._is_there():
            return
        try:
            self._post()
        except Unsure as unsure:
            self._doubt = unsure.problems[0].what
            raise
        except Trouble:
            raise
        except RevisionTaken as taken:
            if self._is_there():
                return
            raise (self._unknown(taken.problems[0].what) if self._doubt else self._put_back()) from None
        except StateError as refused:
            if self._doubt:
                raise self._unknown(refused.problems[0].what) from None
            raise

    def _post(self) -> None:
        self._is_out = True
        try:
            self._server.post(self._name, self._body, self._lock_id)
        except StateError:
            self._is_out = False
            raise
        self._is_out = False

    def _arrives(self) -> bool:
        """Whether it is found there, looking for a moment."""
        until = time.monotonic() + ENDING
        with contextlib.suppress(StateError):
            return bool(within(ENDING, lambda: self._comes_before(until)))
        return False

    def _comes_before(self, until: float) -> bool:
        while not (found := self._is_there()) and time.monotonic() < until:
            time.sleep(0.1)
        return found

    def _is_there(self) -> bool:
        """Raises Trouble if the server does not answer, StateError if another document is there."""
        try:
            body = self._server.look(self._name)
            found = (
                Document(self._name)
                if body is None
                else parse_document(body, self._name, self._server.shown(self._name), self._keys)
            )
        except Trouble:
            raise
        except StateError as error:
            raise self._unknown(error.problems[0].what) from None
        if found == self._after:
            return True
        if found == self._before or found.revision == self._before.revision == 0:
            return False
        if self._doubt:
            raise self._unknown("another document is there")
        raise lost_place(self._name, self._before.serial)

    def _look_for_the_last_time(self) -> None:
        try:
            if self._is_there():
                return
            why = "it is not there yet"
        except Trouble as trouble:
            why = trouble.problems[0].what
        raise self._unknown(why)

    def _unknown(self, why: str) -> InFlight:
        what = f"{self._doubt}; whether it was stored is unknown: {why}"
        hint = "It stays locked, so that nothing meets that write. When it surely cannot come any more, run: "
        return InFlight(Problem("state-unusable", what, hint=hint + releases(self._lock_id)))

    def _put_back(self) -> PutBack:
        what = f"{self._server.shown(self._name)}: revision {self._after.revision} was there before, and is refused now"
        what += f", although the newest is {self._before.revision}: an older document was put back"
        return PutBack(Problem("state-put-back", what))
