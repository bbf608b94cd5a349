"""The types of journal entries, with their checks and their JSON. Unknown fields are refused, as they could matter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

from reconciler.core import codec, fields
from reconciler.core.journal.record import Record
from reconciler.kinds import KINDS
from reconciler.kinds.table import START

Result = Literal["ok", "refused", "not_sent", "code_refused", "unknown"]


class Run(Struct, frozen=True, forbid_unknown_fields=True):
    """The run that holds a lease.

    id: random.
    verb: that opened it, such as `apply`.
    who: the user.
    host: the machine's name.
    pid: its process id.
    boot: the host's boot id: with the pid it identifies the process.
    started: when the process started, as the system reports it.
    term: seconds; the lease ends if no heartbeat is written for so long.
    opened_at: when the run began.
    plan: the digest of the plan that is applied; "" without one.
    settings: the settings of an apply, by name.
    account: id of the account that its credentials belong to; "" if it was not asked for.
    """

    id: str
    verb: str
    who: str
    host: str
    pid: fields.Whole
    boot: str
    started: str
    term: fields.Seconds
    opened_at: fields.Time
    plan: str = ""
    settings: fields.Values = {}
    account: fields.MaybeAccount = ""


class JournalEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """The fields of every entry.

    serial: its number, from 1.
    previous: SHA-256 of the entry before it, in hex.
    at: UTC, by the writer's clock.
    run: the id of the run that wrote it; "" outside of a run.
    """

    serial: fields.Whole = 0
    previous: str = ""
    at: fields.Time
    run: str = ""


class Opened(JournalEntry, frozen=True, tag="opened"):
    """The first entry: it fixes the lineage and the endpoint.

    format: of the journal.
    space_id: of its space.
    name: the space's name at that time.
    lineage: random; the identity of this journal.
    endpoint: the cloud that the space is in.
    """

    format: fields.Whole
    space_id: str
    name: fields.Name
    lineage: str
    endpoint: str


class RunOpened(JournalEntry, frozen=True, tag="run_opened"):
    """A run took the lease.

    name: the space's name now.
    holder: the run.
    taken_from: the id of the run whose expired lease it took over; "" if the space was free.
    """

    name: fields.Name
    holder: Run
    taken_from: str


class Alive(JournalEntry, frozen=True, tag="alive"):
    """A heartbeat: it renews the lease."""


class RunClosed(JournalEntry, frozen=True, tag="run_closed"):
    """A run gave up its lease.

    results: how many changes ended how.
    """

    results: dict[fields.Word, fields.Whole]


class Moved(JournalEntry, frozen=True, tag="moved"):
    """The journal is closed permanently and continues elsewhere.

    to: the URL of the new place.
    """

    to: str


class About(JournalEntry, frozen=True):
    """An entry about one record.

    id: the record's.
    """

    id: fields.RecordId


class Declared(About, frozen=True, tag="declared"):
    """A resource was declared for the first time, or declared differently.

    address: without the space's name.
    kind: its kind.
    key: its number or name.
    phase: the phase to start from.
    door: what is being done: create, update or delete.
    facts: replace all recorded facts.
    on_remove: as declared.
    ends: removing it also ends what it is bound to; false in entries of earlier versions.
    """

    address: fields.Local
    kind: fields.KindName
    key: fields.Key
    phase: fields.Word
    door: fields.Door
    facts: fields.Facts
    on_remove: fields.OnRemove
    ends: bool = False


class Carried(About, frozen=True, tag="carried"):
    """A record came from another space's journal.

    address: the new one, without the space's name.
    on_remove: as declared now.
    record: as recorded in the old journal.
    ends: as in Declared.
    """

    address: fields.Local
    on_remove: fields.OnRemove
    record: Record
    ends: bool = False


class Entered(About, frozen=True, tag="entered"):
    """The record entered another phase without a call.

    phase: the new one.
    door: create, update or delete.
    learned: facts to add.
    why: for people.
    """

    phase: fields.Word
    door: fields.Door
    learned: fields.Facts
    why: str


class Asked(About, frozen=True, tag="intent"):
    """An intent: a call is about to be made.

    operation: its name in operations.py.
    effect: the effect class.
    params: without secrets.
    phase: assumed until the outcome is known.
    learned: facts assumed likewise.
    metered: whether the cloud counts this call against a limit.
    daily: the daily limit that its message counts against; "" for none.
    cloud_time: the cloud's time.
    seen: of a creation, what a read found before it; "" if not recorded.
    """

    operation: fields.OperationName
    effect: Literal["R", "I", "K", "N", "C"]
    params: fields.Values
    phase: fields.Word
    learned: fields.Facts
    metered: bool
    daily: fields.MaybeWord
    cloud_time: fields.Time
    seen: Literal["", "absent"] = ""


class Answered(About, frozen=True, tag="outcome"):
    """An outcome: what is known about a call.

    operation: its name in operations.py.
    result: of the call.
    phase: the phase it led to.
    learned: facts to add.
    final: whether that phase is an end.
    code: as the cloud sent it.
    request_id: as the cloud sent it.
    status: the HTTP status if the call did not succeed.
    message: as the cloud sent it, shortened, without anything that could be a code.
    meaning: of a listed code.
    capped: the daily limit that the cloud reported as reached.
    cloud_time: the cloud's time, with `capped`.
    """

    operation: fields.OperationName
    result: Result
    phase: fields.Word | None = None
    learned: fields.Facts | None = None
    final: bool | None = None
    code: str = ""
    request_id: str = ""
    status: fields.Whole | None = None
    message: str = ""
    meaning: fields.MaybeWord = ""
    capped: fields.MaybeWord = ""
    cloud_time: fields.Time | None = None

    def __post_init__(self) -> None:
        needed = {"ok": ("phase", "learned", "final"), "code_refused": ("phase",)}.get(self.result, ())
        needed += ("cloud_time",) if self.capped else ()
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"Object missing required field `{missing[0]}`")


class Settled(About, frozen=True, tag="settled"):
    """A read made a call unnecessary, or showed what an unanswered call did.

    operation: the call.
    phase: the phase it led to.
    why: for people.
    learned: facts to add.
    final: whether that phase is an end.
    """

    operation: fields.OperationName
    phase: fields.Word
    why: str
    learned: fields.Facts
    final: bool


class Forgotten(About, frozen=True, tag="forgotten"):
    """The record is dropped; no call was made.

    why: for people.
    left: what remains to be cleaned up by hand.
    aside: the record is set aside, to be restored if the resource is declared again.
    """

    why: str
    left: str
    aside: bool = False


_OfARecord = Declared | Carried | Entered | Asked | Answered | Settled | Forgotten
Line = Opened | RunOpened | Alive | RunClosed | Moved | _OfARecord


@cache
def line_decoder() -> Decoder[Line]:
    return codec.decoder(Line)


def checked(line: Mapping[str, Any]) -> Line:
    """An entry from JSON values. Raises ValueError, naming the field, if it could not be read back."""
    return line_decoder().decode(msgspec.json.encode(line))


def unusable(record: Record) -> str:
    """Why this program cannot continue a record: an unknown phase or a missing fact. "" if it can."""
    kind = KINDS[record.kind]
    if record.phase not in kind.steps and record.phase not in kind.ends:
        return f"phase {record.phase}"
    needed = kind.needs | ({kind.row.id} - {""} if record.phase != START else set())
    return ", ".join(sorted(needed - set(record.facts)))
