"""The contract of an object store, and the names of a journal's objects:

<space>/000000000001.json            the entries of one append, named by the first one's serial
<space>/snapshot-000000000050.json   the checkpoint at that serial; the newest counts
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import quote, unquote

_PART, _SNAPSHOT = re.compile(r"([0-9]{12})\.json"), re.compile(r"snapshot-([0-9]{12})\.json")


class Objects(Protocol):
    """Objects by `folder/name`. Writes are durable and visible to all.

    Every method raises StateError; its subclass Trouble means that the same request may be repeated.
    """

    @property
    def url(self) -> str:
        """How to open the same store again, without credentials."""

    def check(self) -> None:
        """Raises StateError if an object could be created twice. Called before the first append."""

    def create(self, key: str, body: bytes) -> bool:
        """False if the object exists already; it stays as it is."""

    def replace(self, key: str, body: bytes) -> None:
        """Replaces an existing object; readers see the old or the new one."""

    def get(self, key: str) -> bytes | None:
        """The body; None if there is no such object."""

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        """Sorted names after `after`. Objects created meanwhile may be missing. most: return at least so many, if
        there are; 0 for all."""

    def folders(self) -> list[str]:
        """Folders that hold an object."""

    def keys(self, most: int) -> list[str]:
        """Keys of all objects, sorted; if there are more, the first ones, at least `most`."""

    def remove(self, key: str) -> None:
        """No error if it is absent."""

    def close(self) -> None:
        """Releases connections."""


def folder_of(space_id: str) -> str:
    """The space id, with characters escaped that object names cannot contain."""
    return quote(space_id, safe="").replace(".", "%2E").replace("~", "%7E")


def spaces_in(folders: Iterable[str]) -> list[str]:
    """The space ids of these folders; other folders are ignored."""
    return sorted(unquote(folder) for folder in folders if folder_of(unquote(folder)) == folder)


def part_key(folder: str, first: int) -> str:
    """The key of the part that begins with this serial."""
    return f"{folder}/{first:012}.json"


def snapshot_key(folder: str, serial: int) -> str:
    """The key of the checkpoint at this serial."""
    return f"{folder}/snapshot-{serial:012}.json"


def names_from(objects: Objects, folder: str, start: int) -> list[str]:
    """Names of parts from this first serial on, and any names sorted after them."""
    return objects.names(folder, f"{start - 1:012}.json")


def firsts_in(names: Iterable[str]) -> list[int]:
    """The first serials of the parts among these names."""
    return _serials(_PART, names)


def snapshots_in(names: Iterable[str]) -> list[int]:
    """The serials of the checkpoints among these names."""
    return _serials(_SNAPSHOT, names)


def _serials(form: re.Pattern[str], names: Iterable[str]) -> list[int]:
    return [int(match[1]) for name in names if (match := form.fullmatch(name))]
