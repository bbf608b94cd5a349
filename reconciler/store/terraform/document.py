"""What a server of Terraform's protocol keeps for a space: one JSON document, whole at every moment.

Outside stand `serial` and `lineage`, as in Terraform's own files: GitLab keeps each serial once and refuses one that
it has, which makes its writes a compare-and-set. (Read in its sources, not tried on a real one.) Terraform's `version`
is left out on purpose: with it, a Terraform that was pointed here would take this for an empty state and write over it.

Snapshot and entries are packed, as each append sends all of them: `jq -r .reconciler.packed | base64 -d | gunzip` shows
them. Format 1, which had them as they are, is still read, and becomes format 2 with the next write.
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
from reconciler.store.terraform.answers import is_page

FORMAT = 2
CAP = 64 << 20
"""Bytes of a document, packed or not; what could not be read again is not written either."""


@dataclass(frozen=True, slots=True)
class Document:
    """revision: how often it was written. serial: of the last entry. entries: those that are left, up to serial.

    snapshot: (the serial it tells up to, its text).
    """

    space: str
    revision: int = 0
    lineage: str = field(default_factory=lambda: uuid.uuid4().hex)
    serial: int = 0
    entries: tuple[str, ...] = ()
    snapshot: tuple[int, str] | None = None

    def after(self, serial: int) -> list[str]:
        """The entries after serial, of those that are left."""
        return list(self.entries[max(0, serial - self.serial + len(self.entries)) :])

    @property
    def tail(self) -> list[str]:
        return self.after(self.snapshot[0] if self.snapshot else 0)

    def appended(self, entries: Sequence[str]) -> Document:
        return replace(self, serial=self.serial + len(entries), entries=(*self.entries, *entries))

    def told(self, serial: int, body: str) -> Document:
        """With this snapshot, if it is newer than the one there is."""
        return self if self.snapshot and self.snapshot[0] >= serial else replace(self, snapshot=(serial, body))

    def pruned(self, serial: int) -> Document:
        """Without the entries up to serial that the snapshot tells. The newest stays: it holds the place of all."""
        upto = min(serial, self.snapshot[0] if self.snapshot else 0, self.serial - 1)
        return replace(self, entries=tuple(self.after(upto)))

    def next(self) -> Document:
        return replace(self, revision=self.revision + 1)

    def body(self, where: str) -> bytes:
        """What is sent. where: the address, for messages. Raises StateError for what has outgrown CAP."""
        packed = _packed({"snapshot": self.snapshot, "entries": self.entries}, where)
        ours = {"format": FORMAT, "space": self.space, "serial": self.serial, "packed": packed}
        body = _json({"serial": self.revision, "lineage": self.lineage, "reconciler": ours})
        _check_size(body, where)
        return body


def parse_document(body: bytes, space: str, where: str) -> Document:
    """where: the address, for messages. Raises StateError for whatever is not a document of this space."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _no_document(body, where) from None
    ours = data.get("reconciler") if isinstance(data, dict) else None
    if not isinstance(ours, dict):
        raise StateError(Problem("state-foreign", f"{where} holds something else than a journal of reconciler"))
    if isinstance(ours.get("format"), int) and ours["format"] > FORMAT:
        raise StateError(Problem("state-newer", f"{where} has format {ours['format']}, newer than this program reads"))
    if ours.get("space") != space:
        raise StateError(Problem("state-foreign", f"{where} holds the journal of another space"))
    try:
        return _document(data, ours, ours if ours["format"] == 1 else _unpacked(ours["packed"]))
    except (KeyError, TypeError, ValueError, RecursionError, zlib.error):
        raise StateError(Problem("state-corrupt", f"{where} is not as it was written")) from None


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _check_size(body: bytes, where: str) -> None:
    if len(body) > CAP:
        what = f"{where} would grow to {len(body) >> 20} MB, and {CAP >> 20} MB is the most"
        raise StateError(Problem("state-too-large", what))


def _packed(content: dict[str, object], where: str) -> str:
    """The same text for the same content: no time stands in it."""
    text = _json(content)
    _check_size(text, where)
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


def _unpacked(packed: str) -> dict[str, Any]:
    """No more than CAP is ever made of it, whatever it claims. Raises ValueError, TypeError or zlib.error."""
    gunzip = zlib.decompressobj(wbits=31)
    text = gunzip.decompress(base64.b64decode(packed, validate=True), CAP + 1)
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
    # The newest entry is never pruned, and none before the first exists.
    if not min(1, ours["serial"]) <= len(entries) <= ours["serial"]:
        raise ValueError("serial and entries do not fit")
    return Document(ours["space"], data["serial"], data["lineage"], ours["serial"], tuple(entries), snapshot)


def _check(kind: type, *values: object) -> None:
    if not all(type(value) is kind for value in values):
        raise TypeError(kind)
