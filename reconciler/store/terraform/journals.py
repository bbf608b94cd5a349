"""Journals on a server of Terraform's state protocol, such as GitLab's: one JSON document for each space.

The weakest of all places: the protocol has no compare-and-set. What holds, and what does not:

- Holds, as long as the server gives a lock to one at a time: an append is a compare-and-append, and all or nothing.
- Holds whatever the server does: a document is read whole as it was written or refused; a writer whose last entry is
  no longer the newest one appends nothing more; a write whose answer was lost is read back (writing.py).
- A server in trouble is asked again for a share of a lease's term; then a write of which nobody knows is unknown.
- Does not hold where a server gives one lock to two, or takes a write from one whose lock was broken: of two writes
  at once the later one stands, and the earlier one's writer finds out only when it appends again or reads. Until then
  it may make the call that its vanished entry announced. (A server that keeps each serial once, as GitLab does by its
  sources, refuses the later write instead.)
- A lock stays until a person releases it where its holder was killed, and where nobody knows what came of a write: as
  long as it is held a write that is late cannot meet another one. The refusal says whose it is, and how.
- What is ready within SPACING goes out in one append, as each takes four requests and carries the whole document. The
  read under the lock is never left out: it is the fence, and no answer to LOCK tells what others wrote before.

URL: `https://HOST/PATH/{space}`, or `http:` alone for TF_HTTP_ADDRESS; plain http to this machine only. Understood
are TF_HTTP_ADDRESS, _USERNAME, _PASSWORD, _UPDATE_METHOD, _LOCK_ADDRESS, _LOCK_METHOD, _UNLOCK_ADDRESS and
_UNLOCK_METHOD. For GitLab: the address `…/projects/ID/terraform/state/{space}`, the same with `/lock` as lock and
unlock address, POST and DELETE as their methods. Redirects are never followed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Opening, Read, lost_place
from reconciler.store.lease import term, this_process
from reconciler.store.side_by_side import side_by_side
from reconciler.store.terraform.address import addresses
from reconciler.store.terraform.document import Document, parse_document
from reconciler.store.terraform.server import READERS, Leeway, StateServer
from reconciler.store.terraform.writing import PutBack, Sending

# The protocol lists nothing, so the spaces' ids are a journal of their own. No space's id begins with two underscores.
INDEX = "__spaces"
WAIT_SECONDS = 10.0
# Seconds from one append to a space to the next, once so many went out as soon as they were ready. Each takes four
# requests and carries the whole document; a person who answers one code waits for none.
SPACING, AT_ONCE = 0.4, 8

Change = Callable[[Document], Document]


class Terraform:
    def __init__(self, url: str, server: StateServer) -> None:
        self.url = url
        self._server = server
        self.at_once = READERS
        self._listing = threading.Lock()
        self._newest: dict[str, tuple[int, str]] = {}
        self._due: dict[str, float] = {}

    def spaces(self) -> list[str]:
        return [space_id for space_id, _ in self.read_all()]

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        # An id is written down before its first entry, which may then never have come.
        for found in side_by_side(self._get, sorted({*self._get(INDEX).entries} - {*but}), self.at_once):
            if found.serial:
                yield found.space, self._read(found)

    def read(self, space_id: str) -> Read:
        return self._read(self._get(_checked(space_id)))

    def _read(self, found: Document) -> Read:
        self._remember(found)
        return found.snapshot[1] if found.snapshot else None, found.tail

    def history(self, space_id: str) -> list[str]:
        return list(self._get(_checked(space_id)).entries)

    def gather(self, space_id: str) -> None:
        now = time.monotonic()
        spacing = max(SPACING, self._server.spacing)
        due = self._due[space_id] = max(self._due.get(space_id, 0.0) + spacing, now - AT_ONCE * SPACING)
        time.sleep(max(0.0, due - now))

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

    def release(self, lock_id: str) -> list[str]:
        leeway = self._server.leeway()
        names = sorted({INDEX, *self._get(INDEX, leeway).entries})
        return [name for name in names if self._server.release(name, lock_id, leeway)]

    def accept(self) -> None:
        for name in (INDEX, *sorted(set(self._get(INDEX).entries))):
            self._go_on(name)

    def quota(self) -> None:
        """Nothing here counts for several runs at once."""

    def close(self) -> None:
        self._server.close()

    def _list(self, space_id: str) -> None:
        with self._listing:  # threads that begin several spaces would only wait for each other's lock there
            if space_id not in self._get(INDEX).entries:
                self._change(INDEX, lambda index: index if space_id in index.entries else index.appended([space_id]))
                reached("terraform.listed")

    def _get(self, name: str, leeway: Leeway | None = None) -> Document:
        body = self._server.get(name, leeway or self._server.leeway())
        return Document(name) if body is None else parse_document(body, name, self._server.shown(name))

    def _change(self, name: str, change: Change) -> Document:
        """One read, check and write under one lock."""
        leeway = self._server.leeway()
        with self._server.locked(name, leeway) as lock_id:
            reached("terraform.locked")
            before = self._get(name, leeway)
            after = change(before)
            if after == before:
                return before
            after = after.next()
            Sending(self._server, name, before, after, lock_id).send(leeway)
            reached("terraform.stored")
            return after

    def _go_on(self, name: str) -> None:
        """From the document that is there, under the next revision that the server has never had."""
        leeway = self._server.leeway()
        with self._server.locked(name, leeway) as lock_id:
            before = self._get(name, leeway)
            for power in range(32 if before.revision else 0):
                after = replace(before, revision=before.revision + (1 << power))
                with contextlib.suppress(PutBack):
                    Sending(self._server, name, before, after, lock_id).send(leeway)
                    break

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
    return open_terraform(url, place.environ, tell=place.tell)


def open_terraform(
    url: str, environ: Mapping[str, str], wait: float = WAIT_SECONDS, tell: Callable[[str], object] = str
) -> Terraform:
    """wait: seconds to wait for others' locks, which are held for milliseconds. tell: takes a line while there is
    trouble, for a share of RECONCILER_LEASE_TERM at most."""
    at, me = addresses(url, environ), this_process(environ)
    return Terraform(at.documents.shown, StateServer(at, f"{me.who}@{me.host}", wait, term(environ), tell))
