"""The state of a space is the fold of its journal. Entries are text lines, each carrying the hash of the one before.

Pure: lines in, state out, and values to lines. Where lines are kept is a backend's business (reconciler/store).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from reconciler.core.journal.entries import wrong
from reconciler.core.journal.record import FOLD, Record
from reconciler.errors import Problem, StateError

FORMAT = 1
DAY = timedelta(hours=24)
# No day ends later than so, seen from anywhere within it: the cloud's time is read off its answers, to a second or so.
DAYS_END = DAY + timedelta(hours=1)
# Runs that go on with what an apply began, and leave a plan under review as it is.
BESIDE_PLANS = ("verify", "recover")
NOT_DONE = ("refused", "not_sent")
SENT_AT = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Run:
    """An apply or verify that is open. term: seconds within which it gives a sign of life.

    settings: those that an apply runs under, by name.
    """

    id: str
    verb: str
    who: str
    host: str
    pid: int
    boot: str
    started: str
    term: float
    opened_at: str
    plan: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """A space as recorded. Mutable, for folding only: whoever else holds one just reads it.

    messages: (the cloud's time, daily limit's name) of each message that was or may have been sent in the last 24
    hours, by time. capped: daily limit's name -> the cloud's time when it said that its cap is reached. moved_to: the
    URL of the place where this journal goes on; here it is closed. forgotten: id -> serial of the entry that forgot it,
    until it is recorded again: whoever plans it anew must have seen that it was. aside: id -> record of what was
    forgotten halfway, until something has come of it in another way: declared again, it is found as it was. gone: id ->
    address of what was ever forgotten, so that a word about its removal is known to have been meant. settings: of the
    last apply, by name, and `at` its time.
    """

    space_id: str
    name: str = ""
    lineage: str = ""
    endpoint: str = ""
    serial: int = 0
    hash: str = ""
    changed_at: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    run: Run | None = None
    messages: list[tuple[str, str]] = field(default_factory=list)
    capped: dict[str, str] = field(default_factory=dict)
    moved_to: str = ""
    forgotten: dict[str, int] = field(default_factory=dict)
    aside: dict[str, Record] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def version(self, id: str) -> int:
        """Serial of the last entry that changed this record, also of one that is no more; 0 if there never was one."""
        return self.records[id].version if id in self.records else self.forgotten.get(id, 0)

    def advance(self, text: str) -> str:
        """Fold one more line in, after checking that it is the next one and unedited before it.

        Returns the id of the record that it is about, or "".
        """
        line = parse(text, self.space_id)
        if line.get("serial") != self.serial + 1:
            raise bad("state-gap", f"{self.space_id}: entry {self.serial + 1} is missing", str(line.get("serial")))
        if line.get("previous") != self.hash:
            raise bad("state-edited", f"{self.space_id}: the entry before {line['serial']} is not what was written")
        try:
            self._fold(line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise bad(
                "state-unreadable", f"{self.space_id}: entry {line['serial']} cannot be read", repr(error)
            ) from None
        self.chain(text)
        return str(line.get("id", ""))

    def chain(self, text: str) -> None:
        self.serial, self.hash = self.serial + 1, digest(text)

    def _fold(self, line: Mapping[str, Any]) -> None:
        kind = line["type"]
        if field := wrong(line):
            raise ValueError(f"{field} is missing or not well formed")
        if kind in FOLD:
            self._fold_record(line)
        elif kind == "opened":
            if line["format"] > FORMAT:
                raise bad("state-newer", f"{self.space_id}: format {line['format']} is newer than this program reads")
            if line["space_id"] != self.space_id:
                raise bad("state-foreign", f"{self.space_id}: this is the journal of {line['space_id']}")
            self.name, self.lineage, self.endpoint = line["name"], line["lineage"], line["endpoint"]
        elif kind == "run_opened":
            self.name, self.run = line["name"], Run(**line["holder"])
            self.settings = {"at": line["at"], **self.run.settings} if self.run.settings else self.settings
        elif kind == "run_closed":
            self.run = None
        elif kind == "moved":
            self.run, self.moved_to = None, line["to"]
        elif kind != "alive":
            raise bad("state-newer", f"{self.space_id}: entry {line['serial']} is of an unknown type", str(kind))

    def _fold_record(self, line: Mapping[str, Any]) -> None:
        before = self.records.get(line["id"])
        after = FOLD[line["type"]](before, line)
        self.changed_at = line["at"]
        self._count_message(before, line)
        self.forgotten.pop(line["id"], None)
        if after is None or _came_of_it(line):
            self.aside.pop(line["id"], None)
        if after is None:
            self.records.pop(line["id"], None)
            self.forgotten[line["id"]] = line["serial"]
            if before:
                self.gone[line["id"]] = before.address
            if before and line.get("aside"):
                self.aside[line["id"]] = before
        else:
            self.records[line["id"]] = self._stamp(before, after, line)

    def _stamp(self, before: Record | None, after: Record, line: Mapping[str, Any]) -> Record:
        by = f"{self.run.who}@{self.run.host}" if self.run else ""
        said: dict[str, Any] = {"changed_at": line["at"], "changed_by": by}
        if self.run and self.run.verb not in BESIDE_PLANS:
            said["version"] = line["serial"]
            if after.plan != self.run.plan or not before:
                said |= {"plan": self.run.plan, "base": before.version if before else 0}
        return after._replace(**said)

    def _count_message(self, before: Record | None, line: Mapping[str, Any]) -> None:
        if line["type"] == "intent" and line["daily"]:
            at = line["cloud_time"]
            del self.messages[: bisect_right(self.messages, shift(at, -DAY), key=SENT_AT)]
            insort(self.messages, (at, line["daily"]), key=SENT_AT)
        elif line["type"] == "outcome" and line["result"] in NOT_DONE and before:
            if intent := before.intents.get(line["operation"]):
                self._count_out(intent.cloud_time)
            if line.get("capped"):
                self.capped[line["capped"]] = line["cloud_time"]

    def _count_out(self, at: str) -> None:
        place = bisect_left(self.messages, at, key=SENT_AT)
        if self.messages[place : place + 1] and self.messages[place][0] == at:
            del self.messages[place]


def _came_of_it(line: Mapping[str, Any]) -> bool:
    """Whether the record is on from here: brought here whole, or a call or a look had success."""
    return line["type"] in ("carried", "settled") or (line["type"] == "outcome" and line["result"] == "ok")


def seal(state: State, entry: Mapping[str, Any]) -> str:
    """The line that would come next: the entry, its serial, and the hash of the line before."""
    return canonical({**entry, "serial": state.serial + 1, "previous": state.hash})


def parse(text: str, space_id: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad("state-unreadable", f"{space_id}: an entry is not JSON", str(error)) from None
    if not isinstance(data, dict):
        raise bad("state-unreadable", f"{space_id}: an entry is no object")
    return data


def canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def shift(at: str, by: timedelta) -> str:
    """A time as written in entries, moved."""
    return stamp(datetime.fromisoformat(at) + by)


def stamp(at: datetime) -> str:
    """UTC, with milliseconds, ending in Z: sorts as text."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moved(state: State) -> Problem:
    """Why nothing more can be written to a journal that was closed for good."""
    return Problem("state-moved", f"{state.name}: its journal goes on in {state.moved_to}")


def bad(code: str, what: str, found: str | None = None) -> StateError:
    """What a journal is refused with."""
    return StateError(Problem(code, what, found=found))
