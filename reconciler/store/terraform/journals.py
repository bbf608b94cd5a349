"""Journals on a server of Terraform's state protocol, such as GitLab's: one JSON document per space.

This is the weakest backend: the protocol has no compare-and-set.

- Guaranteed if the server grants a lock to one client at a time: append is a compare-and-append, all or nothing.
- Guaranteed with any server: a modified or truncated document is refused; a writer whose last entry is no longer the
  newest cannot append; a write whose answer was lost is read back (writing.py).
- A server in trouble is asked again for a share of a lease's term. After that, an unanswered write is unknown.
- Not guaranteed if a server grants one lock twice, or accepts a write under a broken lock: the later of two writes
  replaces the earlier one, whose writer only notices when it appends or reads again. Until then it may make a call
  whose intent is lost. (A server that stores each serial once, as GitLab does by its sources, refuses the later write.)
- A lock remains, until a person releases it, if its holder was killed or the result of a write is unknown, so that a
  write that arrives late cannot overwrite a newer one. The error names the holder and the command.
- Entries that become ready within SPACING are appended together, because each append takes four requests and sends the
  whole document. The read under the lock is never skipped: it is the fence, because no answer to LOCK tells what others
  wrote.

URL: `https://HOST/PATH/{space}`. The URL `http:`, without a host, means: use TF_HTTP_ADDRESS. http:// is accepted for
loopback addresses only. Variables:
TF_HTTP_ADDRESS, _USERNAME, _PASSWORD, _UPDATE_METHOD, _LOCK_ADDRESS, _LOCK_METHOD, _UNLOCK_ADDRESS and _UNLOCK_METHOD.
For GitLab: the address `…/projects/ID/terraform/state/{space}`, the same with `/lock` as lock and unlock address, POST
and DELETE as their methods. Redirects are never followed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import LostPlace, Problem, StateError
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Opening, Read, Sealing, lost_place
from reconciler.store.lease import term, this_process
from reconciler.store.side_by_side import side_by_side
from reconciler.store.terraform.address import addresses
from reconciler.store.terraform.document import NO_KEYS, Document, parse_document
from reconciler.store.terraform.server import READERS, Leeway, StateServer
from reconciler.store.terraform.writing import PutBack, Sending

# The protocol cannot list documents, so the space ids are a document of their own. No space id begins with two
# underscores.
INDEX = "__spaces"
WAIT_SECONDS = 10.0
# Seconds between appends to a space, after AT_ONCE appends without a wait. Each takes four requests and sends the whole
# document; a person who enters one code does not wait.
SPACING, AT_ONCE = 0.4, 8

Change = Callable[[Document], Document]


class Terraform:
    """A backend on a server of Terraform's protocol.

    keys: each space's document is encrypted with them; the list of spaces is not encrypted.
    """

    encrypts_itself = True

    def __init__(self, url: str, server: StateServer, keys: Sealing = NO_KEYS) -> None:
        self.url = url
        self._server, self._keys = server, keys
        self.at_once = READERS
        self._listing = threading.Lock()
        self._newest: dict[str, tuple[int, str]] = {}
        self._due: dict[str, float] = {}

    def spaces(self) -> list[str]:
        return [space_id for space_id, _ in self.read_all()]

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        # An id is listed before its first entry, which may never have been written.
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
            self._add_to_index(_checked(space_id))

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
            self._rewrite(name)

    def quota(self) -> None:
        """Nothing here can count for several runs."""

    def close(self) -> None:
        self._server.close()

    def _add_to_index(self, space_id: str) -> None:
        with self._listing:  # threads that begin several spaces would only wait for each other's lock
            if space_id not in self._get(INDEX).entries:
                self._change(INDEX, lambda index: index if space_id in index.entries else index.appended([space_id]))
                reached("terraform.listed")

    def _get(self, name: str, leeway: Leeway | None = None) -> Document:
        body = self._server.get(name, leeway or self._server.leeway())
        if body is None:
            return Document(name)
        return parse_document(body, name, self._server.shown(name), self._keys_of(name))

    def _keys_of(self, name: str) -> Sealing:
        return NO_KEYS if name == INDEX else self._keys

    def _change(self, name: str, change: Change) -> Document:
        """One read, check and write under one lock."""
        keys = self._keys_of(name)
        keys.check_writer()
        leeway = self._server.leeway()
        with self._server.locked(name, leeway) as lock_id:
            reached("terraform.locked")
            before = self._get(name, leeway)
            after = change(before)
            if after == before:
                return before
            after = after.next()
            Sending(self._server, name, before, after, lock_id, keys).send(leeway)
            reached("terraform.stored")
            return after

    def _rewrite(self, name: str) -> None:
        """Writes the present document again with a higher revision, because the server refuses a revision that it has
        stored before: tries +1, +2, +4 … until one is accepted. Revision 0 needs none."""
        keys = self._keys_of(name)
        keys.check_writer()
        leeway = self._server.leeway()
        with self._server.locked(name, leeway) as lock_id:
            before = self._get(name, leeway)
            for power in range(32 if before.revision else 0):
                after = replace(before, revision=before.revision + (1 << power))
                with contextlib.suppress(PutBack):
                    Sending(self._server, name, before, after, lock_id, keys).send(leeway)
                    break

    def _check_place(self, found: Document, serial: int) -> None:
        """Compares the newest entry as well: it may have been replaced at the same serial."""
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
    return open_terraform(url, place.environ, tell=place.tell, keys=place.keys)


def open_terraform(
    url: str,
    environ: Mapping[str, str],
    wait: float = WAIT_SECONDS,
    tell: Callable[[str], object] = str,
    keys: Sealing = NO_KEYS,
) -> Terraform:
    """wait: seconds to wait for others' locks, which are held for milliseconds. tell: called with a line during
    trouble."""
    at, me = addresses(url, environ), this_process(environ)
    return Terraform(at.documents.shown, StateServer(at, f"{me.who}@{me.host}", wait, term(environ), tell), keys)
