"""What a place for objects must be able to do, and how the objects of a journal are named in it.

<space>/000000000001.json            the entries of one append, named by the first one's serial
<space>/snapshot-000000000050.json   what folding up to that serial gives; the newest counts
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import quote, unquote

_PART, _SNAPSHOT = re.compile(r"([0-9]{12})\.json"), re.compile(r"snapshot-([0-9]{12})\.json")


class Objects(Protocol):
    """Objects by `folder/name`. What is created or replaced is durable and seen by all. All raises StateError, and of
    these Trouble where the same may be asked again: it is not done, or nobody knows."""

    @property
    def url(self) -> str:
        """How to open the same place again; without credentials."""

    def check(self) -> None:
        """Raises StateError where an object could be created twice. Asked before the first append."""

    def create(self, key: str, body: bytes) -> bool:
        """False when there is one already, which stays as it is."""

    def replace(self, key: str, body: bytes) -> None:
        """Of one that exists; whoever reads meanwhile sees the old or the new one."""

    def get(self, key: str) -> bytes | None: ...

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        """Sorted, and only those behind `after`. Of objects created while this runs, any may be missing.

        most: where there are more, it may be only these first ones; 0 for all.
        """

    def folders(self) -> list[str]:
        """Those that hold an object."""

    def remove(self, key: str) -> None: ...

    def close(self) -> None: ...


def folder_of(space_id: str) -> str:
    """The id itself; what no config can name but an object's name cannot hold either is escaped."""
    return quote(space_id, safe="").replace(".", "%2E").replace("~", "%7E")


def spaces_in(folders: Iterable[str]) -> list[str]:
    """Folders that are no space's are not ours, and left out."""
    return sorted(unquote(folder) for folder in folders if folder_of(unquote(folder)) == folder)


def part_key(folder: str, first: int) -> str:
    return f"{folder}/{first:012}.json"


def snapshot_key(folder: str, serial: int) -> str:
    return f"{folder}/snapshot-{serial:012}.json"


def names_from(objects: Objects, folder: str, start: int) -> list[str]:
    """Of the parts from this first serial on, and whatever comes behind them."""
    return objects.names(folder, f"{start - 1:012}.json")


def firsts_in(names: Iterable[str]) -> list[int]:
    """The first serials of the parts among these."""
    return _serials(_PART, names)


def snapshots_in(names: Iterable[str]) -> list[int]:
    return _serials(_SNAPSHOT, names)


def _serials(form: re.Pattern[str], names: Iterable[str]) -> list[int]:
    return [int(match[1]) for name in names if (match := form.fullmatch(name))]
