"""What is recorded of one resource, and how each journal entry about it moves the record.

FOLD is the whole truth about records: type of entry -> pure function from a record to the next one. An entry says
in full what it leads to, so folding an old journal never depends on today's lifecycle tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import itemgetter
from sys import intern
from typing import Any

from reconciler.core.model import Facts

Line = Mapping[str, Any]
"""One journal entry as read: JSON values only."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A call that was about to be made and of which no certain answer is recorded.

    tries: how many such calls are open. The rest is what the record was before, for when the call is
    certain not to have happened.
    """

    at: str
    cloud_time: str
    tries: int
    phase: str
    facts: Facts
    requested_at: str
    messages_sent: int
    attempts: int
    metered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """id: `phone_number/+86…` or `contact/<name>`; address: `phone_number/support`, the space's name left out.

    facts: what was declared and what calls taught. attempts: codes tried since the last message.
    metered: when registering or deregistering was tried. door: create, update or delete, whichever way it is on.
    version: serial of the last entry that changed it
    outside a `verify`; plan and base: the plan that did so, and the version it started from.
    """

    id: str
    address: str
    kind: str
    key: str
    phase: str
    facts: Facts
    on_remove: str = "refuse"
    intents: Mapping[str, Intent] = field(default_factory=dict)
    requested_at: str = ""
    messages_sent: int = 0
    attempts: int = 0
    metered: tuple[str, ...] = ()
    door: str = "create"
    version: int = 0
    base: int = 0
    plan: str = ""
    changed_at: str = ""
    changed_by: str = ""

    @property
    def type(self) -> str:
        return self.address.split("/", 1)[0]


_FIELDS = tuple(each.name for each in fields(Record))
_NAMES, _VALUES = frozenset(_FIELDS), itemgetter(*_FIELDS)
# The same in record after record: one text serves them all.
_WORDS = ("kind", "phase", "on_remove", "door", "plan", "changed_by")


def _declared(record: Record | None, line: Line) -> Record:
    """Said for the first time, or said otherwise: what is written now, beside what calls taught before."""
    if record is None:
        record = Record(line["id"], line["address"], line["kind"], line["key"], line["phase"], {})
    return replace(
        record,
        address=line["address"],
        kind=line["kind"],
        phase=line["phase"],
        door=line["door"],
        facts=line["facts"],
        on_remove=line["on_remove"],
    )


def _carried(record: Record | None, line: Line) -> Record:
    """From another space's journal, with all that is open about it."""
    return replace(from_row(line["record"]), address=line["address"], on_remove=line["on_remove"])


def from_row(row: Mapping[str, Any]) -> Record:
    """A record from its JSON values, as asdict() gives them."""
    return Record(**{**row, "metered": tuple(row["metered"]), "intents": _intents(row["intents"])})


def revived(row: dict[str, Any]) -> Any:
    """For json.loads(), as object_hook: what has just a record's fields becomes one at once, all else stays.

    A hundred thousand rows need never be there beside their records. Raises TypeError for what is no such row.
    """
    if len(row) != len(_FIELDS) or row.keys() != _NAMES:
        return row
    if type(row["facts"]) is not dict:
        raise TypeError("facts is not well formed")
    row["metered"], row["intents"] = tuple(row["metered"]), row["intents"] and _intents(row["intents"])
    for name in _WORDS:
        row[name] = intern(row[name])
    return Record(*_VALUES(row))


def _intents(rows: Mapping[str, Any]) -> dict[str, Intent]:
    return {name: Intent(**{**row, "metered": tuple(row["metered"])}) for name, row in rows.items()}


def _entered(record: Record, line: Line) -> Record:
    facts = {**record.facts, **line["learned"]}
    return replace(record, phase=line["phase"], door=line["door"], facts=facts)


def _intent(record: Record, line: Line) -> Record:
    """Until more is known the record stands as the entry assumes: a message counts as sent, a code as tried."""
    earlier = record.intents.get(line["operation"])
    intent = Intent(
        line["at"],
        line["cloud_time"],
        earlier.tries + 1 if earlier else 1,
        record.phase,
        record.facts,
        record.requested_at,
        record.messages_sent,
        record.attempts,
        record.metered,
    )
    record = replace(
        record,
        phase=line["phase"],
        facts={**record.facts, **line["learned"]},
        intents={**record.intents, line["operation"]: intent},
        metered=(*record.metered, line["at"]) if line["metered"] else record.metered,
    )
    if line["effect"] == "N":
        return replace(record, requested_at=line["at"], messages_sent=record.messages_sent + 1, attempts=0)
    if line["effect"] == "C":
        return replace(record, attempts=record.attempts + 1)
    return record


def _outcome(record: Record, line: Line) -> Record:
    return _RESULTS[line["result"]](record, line)


def _not_done(record: Record, line: Line) -> Record:
    """Certainly nothing happened: the record is as it was. An earlier try that is still unknown stays open."""
    intent = record.intents.get(line["operation"])
    if intent is None:
        return record
    return replace(
        record,
        phase=intent.phase,
        facts=intent.facts,
        requested_at=intent.requested_at,
        messages_sent=intent.messages_sent,
        attempts=intent.attempts,
        metered=intent.metered,
        intents=_one_less(record.intents, line["operation"]),
    )


def _code_refused(record: Record, line: Line) -> Record:
    return replace(record, phase=line["phase"], intents=_one_less(record.intents, line["operation"]))


def _unknown(record: Record, line: Line) -> Record:
    return record


def _moved_on(record: Record, line: Line) -> Record:
    """Whatever was open about this operation is settled; at the end of a lifecycle, so is all else."""
    open_still = {} if line["final"] else {k: v for k, v in record.intents.items() if k != line["operation"]}
    return replace(record, phase=line["phase"], facts={**record.facts, **line["learned"]}, intents=open_still)


def _forgotten(record: Record, line: Line) -> None:
    return None


def _one_less(intents: Mapping[str, Intent], operation: str) -> Mapping[str, Intent]:
    rest = {name: intent for name, intent in intents.items() if name != operation}
    tries = intents[operation].tries - 1 if operation in intents else 0
    return {**rest, operation: replace(intents[operation], tries=tries)} if tries else rest


_RESULTS: dict[str, Callable[[Record, Line], Record]] = {
    "ok": _moved_on,
    "refused": _not_done,
    "not_sent": _not_done,
    "code_refused": _code_refused,
    "unknown": _unknown,
}

FOLD: dict[str, Callable[[Any, Line], Record | None]] = {
    "declared": _declared,
    "carried": _carried,
    "entered": _entered,
    "intent": _intent,
    "outcome": _outcome,
    "settled": _moved_on,
    "forgotten": _forgotten,
}
