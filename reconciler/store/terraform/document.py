"""The JSON document that a server of Terraform's protocol stores for a space.

`serial` and `lineage` are outside, as in Terraform's own files. GitLab stores each serial once and refuses a repeated
one, which makes its writes a compare-and-set (read in its sources, not tested on a real server). Terraform's `version`
is omitted on purpose: otherwise Terraform would take this for an empty state and overwrite it.

Checkpoint and entries are compressed, because each append sends all of them: `jq -r .reconciler.packed | base64 -d |
gunzip` shows them. With recipients they are then encrypted as one text (format 3): encrypted entries cannot be
compressed, and each would repeat the header for all recipients. Format 1, uncompressed, and format 2 with entries
encrypted one by one can still be read; the next write uses the present format.
"""

from __future__ import annotations

import base64
import gzip
import json
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.errors import Problem, StateError
from reconciler.store.backend import Sealing
from reconciler.store.encryption import Keys, is_encrypted, not_encrypted
from reconciler.store.terraform.answers import is_page

FORMAT, SEALED = 2, 3
CAP = 64 << 20
"""The maximum size of a document in bytes, compressed or not, for reading and writing."""
NO_KEYS = Keys()


@dataclass(frozen=True, slots=True)
class Document:
    """A space's document.

    space: its id.
    revision: how often it was written.
    lineage: random, for the server.
    serial: of the last entry.
    entries: the remaining ones, up to serial.
    snapshot: (serial, text) of the checkpoint.
    """

    space: str
    revision: int = 0
    lineage: str = field(default_factory=lambda: uuid.uuid4().hex)
    serial: int = 0
    entries: tuple[str, ...] = ()
    snapshot: tuple[int, str] | None = None

    def after(self, serial: int) -> list[str]:
        """The remaining entries after serial."""
        return list(self.entries[max(0, serial - self.serial + len(self.entries)) :])

    @property
    def tail(self) -> list[str]:
        """The entries after the checkpoint."""
        return self.after(self.snapshot[0] if self.snapshot else 0)

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.entries, self.snapshot[1]) if self.snapshot else self.entries

    def appended(self, entries: Sequence[str]) -> Document:
        """With these entries."""
        return replace(self, serial=self.serial + len(entries), entries=(*self.entries, *entries))

    def told(self, serial: int, body: str) -> Document:
        """With this checkpoint, unless the present one is newer."""
        return self if self.snapshot and self.snapshot[0] >= serial else replace(self, snapshot=(serial, body))

    def pruned(self, serial: int) -> Document:
        """Without entries up to serial that the checkpoint covers. The newest stays, so that earlier serials stay
        taken."""
        upto = min(serial, self.snapshot[0] if self.snapshot else 0, self.serial - 1)
        return replace(self, entries=tuple(self.after(upto)))

    def next(self) -> Document:
        """With the next revision."""
        return replace(self, revision=self.revision + 1)

    def body(self, where: str, keys: Sealing = NO_KEYS) -> bytes:
        """The request's body. where: the address, for messages. Raises StateError above CAP.

        If it is encrypted, each call gives another one.
        """
        packed = _packed({"snapshot": self.snapshot, "entries": self.entries}, where)
        text = (keys.encrypt_bytes(packed) if keys.recipients else base64.b64encode(packed)).decode()
        format = SEALED if keys.recipients else FORMAT
        ours = {"format": format, "space": self.space, "serial": self.serial, "packed": text}
        body = _json({"serial": self.revision, "lineage": self.lineage, "reconciler": ours})
        _check_size(body, where)
        return body


def parse_document(body: bytes, space: str, where: str, keys: Sealing = NO_KEYS) -> Document:
    """where: the address, for messages. Raises StateError for anything but a document of this space."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _no_document(body, where) from None
    ours = data.get("reconciler") if isinstance(data, dict) else None
    if not isinstance(ours, dict):
        raise StateError(Problem("state-foreign", f"{where} holds something else than a journal of reconciler"))
    if isinstance(ours.get("format"), int) and ours["format"] > SEALED:
        raise StateError(Problem("state-newer", f"{where} has format {ours['format']}, newer than this program reads"))
    if ours.get("space") != space:
        raise StateError(Problem("state-foreign", f"{where} holds the journal of another space"))
    try:
        content = ours if ours["format"] == 1 else _unpacked(_opened(ours, where, keys))
        found = _document(data, ours, content)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, zlib.error):
        raise StateError(Problem("state-corrupt", f"{where} is not as it was written")) from None
    if keys.recipients and ours["format"] != SEALED and not all(map(is_encrypted, found.texts)):
        raise not_encrypted(where)
    return found


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _check_size(body: bytes, where: str) -> None:
    if len(body) > CAP:
        what = f"{where} would grow to {len(body) >> 20} MB, and {CAP >> 20} MB is the most"
        raise StateError(Problem("state-too-large", what))


def _opened(ours: dict[str, Any], where: str, keys: Sealing) -> bytes:
    """The compressed text. Raises StateError if no key opens it."""
    if ours["format"] == SEALED:
        return keys.decrypt_bytes(ours["packed"].encode(), where)
    return base64.b64decode(ours["packed"], validate=True)


def _packed(content: dict[str, object], where: str) -> bytes:
    """Equal bytes for equal content: without a timestamp."""
    text = _json(content)
    _check_size(text, where)
    return gzip.compress(text, mtime=0)


def _unpacked(packed: bytes) -> dict[str, Any]:
    """Never decompresses more than CAP. Raises ValueError, TypeError or zlib.error."""
    gunzip = zlib.decompressobj(wbits=31)
    text = gunzip.decompress(packed, CAP + 1)
    if not gunzip.eof or gunzip.unused_data or len(text) > CAP:
        raise ValueError("cut short, or too large")
    content: dict[str, Any] = json.loads(text)
    return content


def _no_document(body: bytes, where: str) -> StateError:
    if is_page(body):
        what = f"{where} answers with a page for people: to sign in, or of a proxy"
        return StateError(Problem("state-page", what))
    hint = "Cut short? Restore it. Nothing was changed."
    return StateError(Problem("state-corrupt", f"{where} answers with what is not JSON", hint=hint))


def _document(data: dict[str, Any], ours: dict[str, Any], content: dict[str, Any]) -> Document:
    entries, snapshot = content["entries"], content["snapshot"]
    _check(list, entries)
    _check(str, ours["space"], data["lineage"], *entries)
    _check(int, data["serial"], ours["serial"])
    if snapshot is not None:
        told, text = snapshot
        _check(int, told)
        _check(str, text)
        snapshot = (told, text)
    # The newest entry is never pruned, and there are no more entries than serials.
    if not min(1, ours["serial"]) <= len(entries) <= ours["serial"]:
        raise ValueError("serial and entries do not fit")
    return Document(ours["space"], data["serial"], data["lineage"], ours["serial"], tuple(entries), snapshot)


def _check(kind: type, *values: object) -> None:
    if not all(type(value) is kind for value in values):
        raise TypeError(kind)
