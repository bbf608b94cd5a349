"""What each type of journal entry holds: its type, its checks and its JSON, from one definition.

It never says what an entry means: that is FOLD's (reconciler/core/journal/fold.py). A field that this program does not
know is refused: to go on without it could mean to repeat what it tells of.
"""

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
    """An apply or verify that is open. term: seconds within which it gives a sign of life.

    settings: those that an apply runs under, by name.
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


class JournalEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What all have. serial: its number. previous: SHA-256 of the entry before. at: UTC, by the writer's clock."""

    serial: fields.Whole = 0
    previous: str = ""
    at: fields.Time
    run: str = ""


class Opened(JournalEntry, frozen=True, tag="opened"):
    """The first one fixes the lineage and the endpoint."""

    format: fields.Whole
    space_id: str
    name: fields.Name
    lineage: str
    endpoint: str


class RunOpened(JournalEntry, frozen=True, tag="run_opened"):
    name: fields.Name
    holder: Run
    taken_from: str


class Alive(JournalEntry, frozen=True, tag="alive"):
    pass


class RunClosed(JournalEntry, frozen=True, tag="run_closed"):
    results: dict[fields.Word, fields.Whole]


class Moved(JournalEntry, frozen=True, tag="moved"):
    """to: the URL of the place where the journal goes on."""

    to: str


class About(JournalEntry, frozen=True):
    """An entry about one record."""

    id: fields.RecordId


class Declared(About, frozen=True, tag="declared"):
    address: fields.Local
    kind: fields.KindName
    key: fields.Key
    phase: fields.Word
    door: fields.Door
    facts: fields.Facts
    on_remove: fields.OnRemove


class Carried(About, frozen=True, tag="carried"):
    """record: as it stands in the journal that it comes from."""

    address: fields.Local
    on_remove: fields.OnRemove
    record: Record


class Entered(About, frozen=True, tag="entered"):
    phase: fields.Word
    door: fields.Door
    learned: fields.Facts
    why: str


class Asked(About, frozen=True, tag="intent"):
    """A call is about to be made. phase: what is assumed until more is known. params: without secrets.

    daily: the daily limit that its message counts for, "" for none. seen: of a creation, what was seen before.
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
    """What is certain about a call. code, message: the cloud's own, status: of HTTP where it is no success.

    phase, learned, final: where it led. capped: the daily limit that the cloud said is reached.
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
    """A read made a call needless, or told what a lost one did."""

    operation: fields.OperationName
    phase: fields.Word
    why: str
    learned: fields.Facts
    final: bool


class Forgotten(About, frozen=True, tag="forgotten"):
    """left: what stays behind by hand. aside: it is kept for when it is declared again."""

    why: str
    left: str
    aside: bool = False


Line = (
    Opened
    | RunOpened
    | Alive
    | RunClosed
    | Moved
    | Declared
    | Carried
    | Entered
    | Asked
    | Answered
    | Settled
    | Forgotten
)


@cache
def line_decoder() -> Decoder[Line]:
    return codec.decoder(Line)


def checked(line: Mapping[str, Any]) -> Line:
    """An entry of JSON values. Raises ValueError, with its field, for what could not be read back."""
    return line_decoder().decode(msgspec.json.encode(line))


def unusable(record: Record) -> str:
    """Why nothing can be done with a record: its phase means nothing here, or a fact is missing. "" if all is well."""
    kind = KINDS[record.kind]
    if record.phase not in kind.steps and record.phase not in kind.ends:
        return f"phase {record.phase}"
    needed = kind.needs | ({kind.row.id} - {""} if record.phase != START else set())
    return ", ".join(sorted(needed - set(record.facts)))
