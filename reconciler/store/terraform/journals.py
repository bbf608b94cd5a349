"""Journals on a server of Terraform's state protocol, such as GitLab's: one JSON document for each space.

The weakest of all places: the protocol has no compare-and-set. What holds, and what does not:

- Holds, as long as the server gives a lock to one at a time: an append is a compare-and-append, and all or nothing.
- Holds whatever the server does: a document is read whole as it was written or refused; a writer whose last entry is
  no longer the newest one appends nothing more; a write whose answer was lost is read back, and unknown if not found.
- Does not hold where a server gives one lock to two, or takes a write from one whose lock was broken: of two writes
  at once the later one stands, and the earlier one's writer finds out only when it appends again or reads. Until then
  it may make the call that its vanished entry announced. (A server that keeps each serial once, as GitLab does by its
  sources, refuses the later write instead.)
- A lock stays until a person releases it where its holder was killed, and where nobody knows what came of a write: as
  long as it is held a write that is late cannot meet another one. The refusal says whose it is, and how.

URL: `https://HOST/PATH/{space}`, or `http:` alone for TF_HTTP_ADDRESS; plain http to this machine only. Understood
are TF_HTTP_ADDRESS, _USERNAME, _PASSWORD, _UPDATE_METHOD, _LOCK_ADDRESS, _LOCK_METHOD, _UNLOCK_ADDRESS and
_UNLOCK_METHOD. For GitLab: the address `…/projects/ID/terraform/state/{space}`, the same with `/lock` as lock and
unlock address, POST and DELETE as their methods. Redirects are never followed, writes never repeated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Opening, Read, lost_place
from reconciler.store.lease import this_process
from reconciler.store.side_by_side import side_by_side
from reconciler.store.terraform.address import addresses
from reconciler.store.terraform.document import Document, parse_document
from reconciler.store.terraform.server import READERS, InFlight, StateServer

# The protocol lists nothing, so the spaces' ids are a journal of their own. No space's id begins with two underscores.
INDEX = "__spaces"
WAIT_SECONDS = 10.0

Change = Callable[[Document], Document]


class Terraform:
    def __init__(self, url: str, server: StateServer) -> None:
        self.url = url
        self._server = server
        self.at_once = READERS
        self._listing = threading.Lock()
        self._newest: dict[str, tuple[int, str]] = {}

    def spaces(self) -> list[str]:
        return [space_id for space_id, _ in self.read_all()]

    def read_all(self) -> Iterator[tuple[str, Read]]:
        # An id is written down before its first entry, which may then never have come.
        for found in side_by_side(self._get, sorted(set(self._get(INDEX).entries)), self.at_once):
            if found.serial:
                yield found.space, self._read(found)

    def read(self, space_id: str) -> Read:
        return self._read(self._get(_checked(space_id)))

    def _read(self, found: Document) -> Read:
        self._remember(found)
        return found.snapshot[1] if found.snapshot else None, found.tail

    def history(self, space_id: str) -> list[str]:
        return list(self._get(_checked(space_id)).entries)

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        if serial == 0:
            self._list(_checked(space_id))

        def append(found: Document) -> Document:
            self._check_place(found, serial)
            return found.appended(entries)

        self._remember(self._change(_checked(space_id), append))

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self._change(_checked(space_id), lambda found: found.told(serial, body))

    def prune(self, space_id: str, serial: int) -> None:
        self._change(_checked(space_id), lambda found: found.pruned(serial))

    def quota(self) -> None:
        """Nothing here counts for several runs at once."""

    def close(self) -> None:
        self._server.close()

    def _list(self, space_id: str) -> None:
        with self._listing:  # threads that begin several spaces would only wait for each other's lock there
            if space_id not in self._get(INDEX).entries:
                self._change(INDEX, lambda index: index if space_id in index.entries else index.appended([space_id]))
                reached("terraform.listed")

    def _get(self, name: str) -> Document:
        body = self._server.get(name)
        return Document(name) if body is None else parse_document(body, name, self._server.shown(name))

    def _change(self, name: str, change: Change) -> Document:
        """One read, check and write under one lock."""
        with self._server.locked(name) as lock_id:
            reached("terraform.locked")
            before = self._get(name)
            after = change(before)
            if after == before:
                return before
            after = after.next()
            if unknown := self._server.post(name, after.text().encode(), lock_id):
                self._read_back(name, after, unknown, lock_id)
            reached("terraform.stored")
            return after

    def _read_back(self, name: str, written: Document, unknown: str, lock_id: str) -> None:
        """Not finding it proves nothing: a write on its way may still arrive. Raises InFlight, and so stays locked."""
        try:
            if self._get(name) == written:
                return
            why = "it is not there yet"
        except StateError as error:
            why = error.problems[0].what
        what = f"{self._server.shown(name)}: a write: {unknown}; whether it was stored is unknown: {why}"
        hint = "It stays locked, so that nothing meets that write. When it surely cannot come any more, run: "
        raise InFlight(Problem("state-unusable", what, hint=hint + self._server.release(name, lock_id)))

    def _check_place(self, found: Document, serial: int) -> None:
        """The newest entry itself counts, too: it may have been written over at the same serial."""
        mine = self._newest.get(found.space, (0, ""))
        if found.serial != serial:
            raise lost_place(found.space, serial)
        if serial and mine[0] == serial and mine[1] != found.entries[-1]:
            raise LostPlace(Problem("lost-place", f"{found.space}: entry {serial} was written over by another run"))

    def _remember(self, found: Document) -> None:
        if found.serial:
            self._newest[found.space] = found.serial, found.entries[-1]


def _checked(space_id: str) -> str:
    if space_id in ("", ".", "..", INDEX):
        raise StateError(Problem("state-address", f"a space called {space_id!r} cannot have a document here"))
    return space_id


def open_backend(url: str, place: Opening) -> Terraform:
    return open_terraform(url, place.environ)


def open_terraform(url: str, environ: Mapping[str, str], wait: float = WAIT_SECONDS) -> Terraform:
    """wait: seconds to wait for others' locks, which are held for milliseconds."""
    at, me = addresses(url, environ), this_process(environ)
    return Terraform(at.documents.shown, StateServer(at, f"{me.who}@{me.host}", wait))
