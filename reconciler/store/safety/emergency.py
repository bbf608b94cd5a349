"""The emergency file: outcomes that could not be appended, until `state recover` appends them.

State is never read from it. While it holds anything, no run begins.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.runtime.failpoints import reached
from reconciler.store.filesystem import write_whole

if TYPE_CHECKING:
    from reconciler.core.journal.record import Record

NAME = ".reconciler-emergency.jsonl"
NAMES = ".reconciler-emergency*.jsonl"
LARGEST = 64 << 20
# Fields removed before an outcome is stored, so that it contains no phone number.
_LEFT_OUT = {"id": "contact/x", "at": "2026-01-01T00:00:00.000Z"}
SHOWN = 6
"""Shorter texts of a record, such as `sms`, may be in a message of the cloud."""
# O_NONBLOCK: do not wait if somebody put a pipe there.
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def name_for(environment: str) -> str:
    """The file's name; each environment has its own, as it has its own state. environment: "" without them."""
    return f".reconciler-emergency-{environment}.jsonl" if environment else NAME


class Kept(NamedTuple):
    """An outcome in the emergency file. It contains no phone number, so it may be printed.

    space_id: of its space.
    address: of its record, without the space's name.
    operation: the call.
    asked_at: the time of its intent.
    entry: the outcome, without id and time.
    same: learned fact -> fact of the record that has the same text. Such texts are not stored.
    """

    space_id: str
    address: str
    operation: str
    asked_at: str
    entry: Mapping[str, Any]
    same: Mapping[str, str] = {}


class Emergency(NamedTuple):
    """The emergency file.

    path: of the file.
    """

    path: Path

    def keep(self, kept: Kept) -> None:
        """Stores an outcome durably, or raises OSError."""
        line = _line(kept) + "\n"
        reached("emergency.before")
        # One write to the end of the file, because several threads may do this at once.
        file = os.open(self.path, FLAGS, 0o600)
        try:
            if os.write(file, line.encode()) < len(line):
                raise OSError(errno.ENOSPC, "the line was cut short")
            os.fsync(file)
        finally:
            os.close(file)
        reached("emergency.after")

    def waiting(self) -> list[Kept]:
        """The outcomes in the file. Raises StateError if it was modified; the file stays as it is.

        An empty file holds nothing: if a line could not be written, its outcome was printed instead.
        """
        try:
            # Links are refused: outcomes are never stored elsewhere.
            lines = regular_files.read(self.path, LARGEST, os.O_NOFOLLOW).decode("ascii").split("\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            why = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise StateError(Problem("emergency-unreadable", f"{self.path} cannot be read: {why}")) from None
        except UnicodeDecodeError:
            raise StateError(Problem("emergency-unreadable", f"{self.path} is not as it was written")) from None
        if lines.pop():
            raise StateError(Problem("emergency-unreadable", f"{self.path} ends before a line does"))
        return [read(line) for line in lines]

    def check(self) -> None:
        """Raises StateError while the file holds an outcome: nothing may be done that the journal does not know
        about."""
        waiting = self.waiting()
        if waiting:
            operations = ", ".join(sorted({kept.operation for kept in waiting}))
            what = f"{self.path} holds {len(waiting)} outcome(s) the journal lacks ({operations})"
            raise StateError(Problem("emergency-waiting", what))

    def set_aside(self, spaces: Collection[str]) -> list[Kept]:
        """Keeps only outcomes of these spaces; returns the others."""
        waiting = self.waiting()
        foreign = [kept for kept in waiting if kept.space_id not in spaces]
        if foreign:
            write_whole(self.path, "".join(_line(kept) + "\n" for kept in waiting if kept not in foreign))
        return foreign

    def clear(self) -> None:
        """Deletes the file."""
        self.path.unlink(missing_ok=True)


def to_keep(space_id: str, record: Record, entry: Mapping[str, Any]) -> Kept:
    """An outcome without the record's own texts, such as a phone number or an e-mail address."""
    intent, texts = record.intents.get(entry["operation"]), _texts(record)
    learned = entry.get("learned") or {}
    same = {name: texts[text] for name, text in learned.items() if isinstance(text, str) and text in texts}
    said = {name: value for name, value in entry.items() if name != "id"}
    if same:
        said["learned"] = {name: value for name, value in learned.items() if name not in same}
    for text in texts:
        if len(text) >= SHOWN and said.get("message"):
            said["message"] = said["message"].replace(text, "…").replace(text.lstrip("+"), "…")
    return Kept(space_id, record.address, entry["operation"], intent.at if intent else "", said, same)


def complete(kept: Kept, record: Record) -> dict[str, Any]:
    """The entry to append. record: as the intent left it, so it still has what was not stored.

    Raises StateError for a line that names a fact which the record has not.
    """
    entry = {**kept.entry, "id": record.id}
    if set(kept.same.values()) - record.facts.keys():
        raise StateError(Problem("emergency-unreadable", "an emergency line is not as it was written"))
    if kept.same:
        entry["learned"] = {
            **(kept.entry.get("learned") or {}),
            **{name: record.facts[fact] for name, fact in kept.same.items()},
        }
    return entry


def _texts(record: Record) -> dict[str, str]:
    return {value: name for name, value in record.facts.items() if isinstance(value, str)}


def unanswered(records: Iterable[Record], kept: Kept) -> Iterator[Record]:
    """The record that is still as the call's intent left it. One that has changed since is left alone."""
    for record in records:
        intent = record.intents.get(kept.operation)
        if record.address == kept.address and intent and intent.at == kept.asked_at == record.changed_at:
            yield record


def read_each(text: str) -> list[Kept]:
    """Outcomes of another machine: lines of its file, or words that it printed. Raises StateError."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return [read(line) if line.startswith("{") else from_printed(line) for line in lines]


def read(line: str) -> Kept:
    """One line of the file. Raises StateError."""
    from reconciler.core.journal.entries import checked  # slow import, rarely needed

    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        row = json.loads(line)
        said = row.pop("digest")
        kept = Kept(**row)
        sound = kept.entry["type"] == "outcome" and checked({**_LEFT_OUT, **kept.entry})
        if said == _digest(kept) and sound and all(isinstance(fact, str) for fact in kept.same.values()):
            return kept
    raise StateError(Problem("emergency-unreadable", "an emergency line is not as it was written"))


def printed(kept: Kept) -> str:
    """One word for the command line, if no file can be written."""
    return base64.urlsafe_b64encode(_line(kept).encode()).decode()


def from_printed(word: str) -> Kept:
    """The outcome of a printed word. Raises StateError."""
    try:
        return read(base64.urlsafe_b64decode(word.encode()).decode("utf-8"))
    except ValueError:
        raise StateError(Problem("emergency-unreadable", "a word is not as it was printed")) from None


def _line(kept: Kept) -> str:
    """One line of ASCII with its own hash: a truncated or edited outcome must not be recorded."""
    return json.dumps({**_row(kept), "digest": _digest(kept)}, sort_keys=True)


def _digest(kept: Kept) -> str:
    from reconciler.core.journal.state import canonical, digest

    return digest(canonical(_row(kept)))


def _row(kept: Kept) -> dict[str, Any]:
    return {name: value for name, value in kept._asdict().items() if name != "same" or value}
