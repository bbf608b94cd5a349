"""The state of a space: the fold of its journal.

Theory of operation. A journal is a write-ahead log, one JSON object per line. Before a call its intent is appended,
after the answer its outcome. A process killed in between leaves an intent without an outcome: that call's effect is
unknown, and the next run finds it in `Record.intents`. State is computed from the lines. It is never stored,
except as a checkpoint (snapshot.py) from which folding continues.

    State() ── advance(line 1) ──> State, serial 1 ── advance(line 2) ──> State, serial 2 …

Invariants, checked by advance() for each line:

- Serials are consecutive: no entry is missing (`state-gap`).
- `previous` is the SHA-256 of the line before: no entry was edited (`state-edited`).
- The type and all fields are known to this program (`state-newer`), and have their form (`state-unreadable`).
- The first entry names this space (`state-foreign`). It fixes the lineage and the endpoint.

Folding is pure: the same lines give the same state, on any host, at any time, and with any lifecycle tables.

store/journal.py calls advance() for every line that it appends, and seal() before; fold() in snapshot.py calls
advance() for stored lines. Where lines are kept is a backend's task (reconciler/store).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace

from reconciler.core import fields
from reconciler.core.journal.entries import (
    About,
    Answered,
    Asked,
    Carried,
    Forgotten,
    Line,
    Moved,
    Opened,
    Run,
    RunClosed,
    RunOpened,
    Settled,
    line_decoder,
)
from reconciler.core.journal.fold import next_record
from reconciler.core.journal.record import Record
from reconciler.core.times import DAY, shift
from reconciler.errors import Problem, StateError
from reconciler.operations import OPERATIONS, Effect

FORMAT = 1
# Runs that continue what an apply began: they do not make a plan under review stale.
BESIDE_PLANS = ("verify", "recover")
NOT_DONE = ("refused", "not_sent")
SENT_AT = itemgetter(0)
TYPES = frozenset(each.__struct_config__.tag for each in get_args(Line))


class State(Struct, omit_defaults=True, forbid_unknown_fields=True, tag_field="format", tag=3):
    """The recorded state of a space. Mutable only while folding; everybody else only reads it.

    space_id: in the cloud.
    name: of the space.
    lineage: the journal's identity.
    endpoint: the cloud that the space is in.
    serial: of the last entry, 0 for none.
    hash: of the last entry, "" for none.
    changed_at: when a record last changed.
    records: id -> record.
    run: the run that holds the lease; None if the space is free.
    messages: (the cloud's time, daily limit) of each message that was, or may have been, sent in the last 24 hours, by
        time.
    capped: daily limit -> the cloud's time when it reported the limit as reached.
    moved_to: the URL where the journal continues; this one is closed then.
    forgotten: id -> serial of the entry that forgot it, until it is recorded again: a plan must know this version.
    aside: id -> a record that was forgotten before it was ready. Declared again, it is restored, unless it succeeded in
        another way meanwhile, here or in another space.
    gone: id -> address of everything ever forgotten, to tell a useful `removed:` entry from a misspelt one.
    ended_at: id -> when it last reached an end here: ready, or removed by a call. Kept when it is forgotten, to tell
        which records of other spaces are outdated.
    settings: of the last apply, by name; `at` is its time.
    account: id of the account that the space is in; "" until a run asks for it.
    """

    space_id: str
    name: str = ""
    lineage: str = ""
    endpoint: str = ""
    serial: fields.Whole = 0
    hash: str = ""
    changed_at: fields.MaybeTime = ""
    records: dict[str, Record] = {}
    run: Run | None = None
    messages: list[tuple[fields.Time, fields.Word]] = []
    capped: dict[fields.Word, fields.Time] = {}
    moved_to: str = ""
    forgotten: dict[fields.RecordId, fields.Whole] = {}
    aside: dict[str, Record] = {}
    gone: dict[fields.RecordId, fields.Local] = {}
    ended_at: dict[fields.RecordId, fields.Time] = {}
    settings: fields.Values = {}
    account: fields.MaybeAccount = ""

    def version(self, id: str) -> int:
        """Serial of the last entry that changed this record, also if it was forgotten; 0 if there was none."""
        return self.records[id].version if id in self.records else self.forgotten.get(id, 0)

    def advance(self, text: str) -> str:
        """Folds one more line, after checking that it is the next one and that the line before it is unmodified.

        Returns the id of the record that it is about, or "". Raises StateError.
        """
        line = self._read(text)
        if line.serial != self.serial + 1:
            raise bad("state-gap", f"{self.space_id}: entry {self.serial + 1} is missing", str(line.serial))
        if line.previous != self.hash:
            raise bad("state-edited", f"{self.space_id}: the entry before {line.serial} is not what was written")
        try:
            self._fold(line)
        except ValueError as error:
            raise self._unreadable(error) from None
        self.chain(text)
        return line.id if isinstance(line, About) else ""

    def _read(self, text: str) -> Line:
        try:
            return line_decoder().decode(text)
        except (ValueError, RecursionError) as error:
            found = parse(text, self.space_id)
            if found.get("serial") != self.serial + 1:
                what = f"{self.space_id}: entry {self.serial + 1} is missing"
                raise bad("state-gap", what, str(found.get("serial"))) from None
            if type(kind := found.get("type")) is str and kind not in TYPES:
                what = f"{self.space_id}: entry {self.serial + 1} is of an unknown type"
                raise bad("state-newer", what, kind) from None
            if "unknown field" in str(error):
                what = f"{self.space_id}: entry {self.serial + 1} says more than this program knows"
                raise bad("state-newer", what, str(error)) from None
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> StateError:
        return bad("state-unreadable", f"{self.space_id}: entry {self.serial + 1} cannot be read", str(error))

    def chain(self, text: str) -> None:
        """Makes this line the last one."""
        self.serial, self.hash = self.serial + 1, digest(text)

    def _fold(self, line: Line) -> None:
        match line:
            case About():
                self._fold_record(line)
            case Opened():
                if line.format > FORMAT:
                    what = f"{self.space_id}: format {line.format} is newer than this program reads"
                    raise bad("state-newer", what)
                if line.space_id != self.space_id:
                    raise bad("state-foreign", f"{self.space_id}: this is the journal of {line.space_id}")
                self.name, self.lineage, self.endpoint = line.name, line.lineage, line.endpoint
            case RunOpened(name=name, holder=run):
                self.name, self.run = name, run
                self.account = run.account or self.account
                self.settings = {"at": line.at, **run.settings} if run.settings else self.settings
            case RunClosed():
                self.run = None
            case Moved(to=to):
                self.run, self.moved_to = None, to

    def _fold_record(self, line: About) -> None:
        before = self.records.get(line.id)
        after = next_record(before, line)
        self.changed_at = line.at
        self._count_message(before, line)
        self.forgotten.pop(line.id, None)
        if isinstance(line, Answered | Settled) and line.final:
            self.ended_at[line.id] = line.at
        if after is None or _has_progressed(line):
            self.aside.pop(line.id, None)
        if after is None:
            self.records.pop(line.id, None)
            self.forgotten[line.id] = line.serial
            if before:
                self._let_go(before, line)
        else:
            self.records[line.id] = self._stamp(before, after, line)

    def _let_go(self, before: Record, line: About) -> None:
        assert isinstance(line, Forgotten)
        self.gone[line.id] = before.address
        if line.aside:
            self.aside[line.id] = before

    def _stamp(self, before: Record | None, after: Record, line: About) -> Record:
        by = f"{self.run.who}@{self.run.host}" if self.run else ""
        said: dict[str, Any] = {"changed_at": line.at, "changed_by": by}
        if self.run and self.run.verb not in BESIDE_PLANS:
            said["version"] = line.serial
            if after.plan != self.run.plan or not before:
                said |= {"plan": self.run.plan, "base": before.version if before else 0}
        return replace(after, **said)

    def _count_message(self, before: Record | None, line: About) -> None:
        if isinstance(line, Asked) and line.daily:
            at = line.cloud_time
            del self.messages[: bisect_right(self.messages, shift(at, -DAY), key=SENT_AT)]
            insort(self.messages, (at, line.daily), key=SENT_AT)
        elif isinstance(line, Answered) and line.result in NOT_DONE:
            assert before is not None
            if intent := before.intents.get(line.operation):
                self._uncount_message(intent.cloud_time)
            if line.capped:
                assert line.cloud_time is not None
                self.capped[line.capped] = line.cloud_time

    def _uncount_message(self, at: str) -> None:
        place = bisect_left(self.messages, at, key=SENT_AT)
        if [sent for sent, _ in self.messages[place : place + 1]] == [at]:
            del self.messages[place]


def _has_progressed(line: About) -> bool:
    """Whether the record has continued since: it was carried here, or a call succeeded, or it is ready.

    A step that only reads is no progress of the new way: it may have found what the old one did.
    """
    if isinstance(line, Settled):
        return line.final or OPERATIONS[line.operation].effect is not Effect.READ
    return isinstance(line, Carried) or (isinstance(line, Answered) and line.result == "ok")


def seal(state: State, entry: Mapping[str, Any]) -> str:
    """The next line: the entry with its serial and the hash of the line before."""
    return canonical({**entry, "serial": state.serial + 1, "previous": state.hash})


def parse(text: str, space_id: str) -> dict[str, Any]:
    """A line as JSON values. Raises StateError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad("state-unreadable", f"{space_id}: an entry is not JSON", str(error)) from None
    if not isinstance(data, dict):
        raise bad("state-unreadable", f"{space_id}: an entry is no object")
    return data


def canonical(data: object) -> str:
    """JSON with sorted names and no blanks: equal values give equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def moved(state: State) -> Problem:
    """The error for writing to a journal that was closed permanently."""
    return Problem("state-moved", f"{state.name}: its journal continues in {state.moved_to}")


def bad(code: str, what: str, found: str | None = None) -> StateError:
    """The error with which a journal is refused."""
    return StateError(Problem(code, what, found=found))
