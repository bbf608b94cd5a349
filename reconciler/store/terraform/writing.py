"""One document on its way to the server, under one lock: sent again while that can do no harm, else called unknown.

What was certainly not stored (429, no connection) is sent again. After an answer that was lost, or says nothing (a
5xx), the document is read back under the same lock: found as written, it is done; found as before, the very same bytes
are sent again. What the first write can do late:

- While the lock is held: put the same bytes there once more, which changes nothing, as this writer writes nothing else
  under this lock: each append takes a lock of its own. Servers that keep each revision once refuse the second.
- After the lock was released: it names that lock. A server that compares it with the lock in force refuses it, as the
  protocol means it to and GitLab does, with another lock in force or none. Where a server does not, what others wrote
  meanwhile vanishes; they find out when they append again or read, as where one lock is given to two (journals.py).

When time is up before it is known, it is called unknown, and the lock stays: what comes late then meets no other write.
"""

from __future__ import annotations

from reconciler.errors import Problem, StateError
from reconciler.store.backend import lost_place
from reconciler.store.terraform.answers import Unsure
from reconciler.store.terraform.document import Document, parse_document
from reconciler.store.terraform.server import InFlight, Leeway, RevisionTaken, StateServer, releases
from reconciler.store.trouble import Trouble


class PutBack(StateError):
    """The server has had this revision, and gives an older one as the newest. Nothing was stored."""


class Sending:
    """before: what was read under this lock. after: what is to be there instead."""

    def __init__(self, server: StateServer, name: str, before: Document, after: Document, lock_id: str) -> None:
        self._server, self._name, self._lock_id = server, name, lock_id
        self._before, self._after = before, after
        self._body = after.body(server.shown(name))
        self._doubt = ""  # why an earlier attempt may have been stored, or may yet be

    def send(self, leeway: Leeway) -> None:
        """Stored when it returns. Raises InFlight where that is unknown, and StateError where it certainly is not."""
        try:
            leeway.ask(self._attempt)
        except Trouble:
            if not self._doubt:
                raise
            self._look_for_the_last_time()

    def _attempt(self) -> None:
        if self._doubt and self._is_there():
            return
        try:
            self._server.post(self._name, self._body, self._lock_id)
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

    def _is_there(self) -> bool:
        """Raises Trouble where the server does not say; and StateError where something else is there."""
        try:
            body = self._server.look(self._name)
            found = (
                Document(self._name)
                if body is None
                else parse_document(body, self._name, self._server.shown(self._name))
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
