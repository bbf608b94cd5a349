"""The events of a world in a file, one a line, so that it survives a restart and a kill.

A line is written before its call is answered; a line cut short by a kill was never answered and is dropped. Nothing is
synced, so a power failure may lose the last seconds. The file holds typed codes and the access key of a cloud that does
not exist; it is readable by its owner only, and not to be shared.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import CloudError, Problem
from reconciler.runtime import regular_files

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Event = dict[str, Any]
LARGEST = 1 << 30


class Memory:
    """The file of events. folder: created if missing; None remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = -1 if folder is None else _open(folder)

    def recall(self) -> list[Event]:
        """All events, oldest first; the first is the one from `begin`. An incomplete last line is cut off."""
        if self._file < 0:
            return []
        content = _read(self._file)
        whole = content.rfind(b"\n") + 1
        try:
            events = [json.loads(line) for line in content[:whole].splitlines()]
        except ValueError:
            raise damaged() from None
        os.ftruncate(self._file, whole)
        return events

    def begin(self, first: Mapping[str, Any]) -> None:
        """Deletes all events and starts with this one."""
        if self._file >= 0:
            os.ftruncate(self._file, 0)
            _write(self._file, first)

    def note(self, kind: str, event: DataclassInstance) -> None:
        """Appends an event, a dataclass of plain values."""
        if self._file >= 0:
            _write(self._file, {kind: asdict(event)})

    def close(self) -> None:
        """Closes the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def damaged() -> CloudError:
    """The error for an unreadable file."""
    return CloudError(Problem("sandbox-data-damaged", "What the sandbox recorded cannot be read"))


def _open(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        regular_files.is_there(folder / "events.jsonl")
        file = os.open(folder / "events.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        what = f"The sandbox's data folder cannot be used: {error.strerror}"
        raise CloudError(Problem("sandbox-data-unusable", what)) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise CloudError(Problem("sandbox-data-busy", "Another sandbox keeps its world in this folder")) from error
    return file


def _read(file: int) -> bytes:
    if os.fstat(file).st_size > LARGEST:
        raise damaged()
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(os.dup(file), "rb") as reader:
        return reader.read()


def _write(file: int, event: Mapping[str, Any]) -> None:
    line = json.dumps(event, separators=(",", ":")).encode() + b"\n"
    while line:
        line = line[os.write(file, line) :]
