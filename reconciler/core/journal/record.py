"""What is recorded of one resource, and how each journal entry about it moves the record.

FOLD is the whole truth about records: type of entry -> pure function from a record to the next one. An entry says
in full what it leads to, so folding an old journal never depends on today's lifecycle tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from sys import intern
from typing import Any, NamedTuple

from reconciler.core.model import Attributes
from reconciler.core.refusal import Refusal, is_refusal, refused

Line = Mapping[str, Any]
"""One journal entry as read: JSON values only."""
ABSENT = "absent"
"""What was seen before a creation, as its intent says it."""


class Intent(NamedTuple):
    """A call that was about to be made and of which no certain answer is recorded.

    tries: how many such calls are open. seen: of a creation, what was seen before the last one, "" where nothing tells.
    The rest is what the record was before, for when the call is certain not to have happened.
    """

    at: str
    cloud_time: str
    tries: int
    phase: str
    facts: Attributes
    requested_at: str
    messages_sent: int
    attempts: int
    metered: tuple[str, ...] = ()
    message: int = 0
    seen: str = ""


class Record(NamedTuple):
    """id: `phone_number/+86…` or `contact/<name>`; address: `phone_number/support`, the space's name left out.

    facts: what was declared and what calls taught. attempts: codes tried since the last message that was sent for
    certain. metered: when registering or deregistering was tried. refusals: by operation, since it last moved on.
    door: create, update or delete, whichever way it is on. version: serial of the last entry that changed it outside
    a `verify`; plan and base: the plan that did so, and the version it started from. message: serial of the intent of
    the last message that was or may have been sent, 0 for none.
    """

    id: str
    address: str
    kind: str
    key: str
    phase: str
    facts: Attributes
    on_remove: str = "refuse"
    intents: Mapping[str, Intent] = {}
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
    message: int = 0
    refusals: Mapping[str, Refusal] = {}

    @property
    def type(self) -> str:
        return self.address.split("/", 1)[0]


# The same in record after record: one text serves them all.
_WORDS = tuple(map(Record._fields.index, ("kind", "phase", "on_remove", "door", "plan", "changed_by")))
_FACTS, _INTENTS, _METERED, _REFUSALS = map(Record._fields.index, ("facts", "intents", "metered", "refusals"))


def _declared(record: Record | None, line: Line) -> Record:
    """Said for the first time, or said otherwise: what is written now, beside what calls taught before."""
    if record is None:
        record = Record(line["id"], line["address"], line["kind"], line["key"], line["phase"], {})
    return record._replace(
        address=line["address"],
        kind=line["kind"],
        phase=line["phase"],
        door=line["door"],
        refusals=record.refusals if record.facts == line["facts"] else {},
        facts=line["facts"],
        on_remove=line["on_remove"],
    )


def _carried(record: Record | None, line: Line) -> Record:
    """From another space's journal, with all that is open about it."""
    return from_row(line["record"])._replace(address=line["address"], on_remove=line["on_remove"])


def as_row(record: Record) -> dict[str, Any]:
    """As JSON values, by name."""
    return dict(zip(Record._fields, as_list(record), strict=True))


def as_list(record: Record) -> list[Any]:
    """As JSON values, in the order of Record._fields."""
    row: list[Any] = [*record]
    if record.intents:
        row[_INTENTS] = {name: intent._asdict() for name, intent in record.intents.items()}
    if record.refusals:
        row[_REFUSALS] = {name: refusal._asdict() for name, refusal in record.refusals.items()}
    return row


def from_row(row: Mapping[str, Any]) -> Record:
    """A record from what as_row() gave. A field that was not known then is as if nothing had been said of it.

    Raises TypeError, ValueError, LookupError or AttributeError for anything else.
    """
    return _made([*Record(**row)])


def from_list(names: Sequence[str]) -> Callable[[list[Any]], Record]:
    """The same for what as_list() gave. names: Record._fields as they were then."""
    if tuple(names) == Record._fields:
        return _made
    return lambda row: from_row(dict(zip(names, row, strict=True)))


def _made(row: list[Any]) -> Record:
    for word in _WORDS:
        row[word] = intern(row[word])
    if type(row[_FACTS]) is not dict:
        raise TypeError("facts is not well formed")
    row[_METERED] = tuple(row[_METERED])
    if row[_INTENTS] != {}:
        row[_INTENTS] = _intents(row[_INTENTS])
    if row[_REFUSALS] != {}:
        row[_REFUSALS] = {name: Refusal(**{**each, "times": tuple(each["times"])}) for name, each in _rows(row)}
    return Record._make(row)


def _rows(row: list[Any]) -> Iterable[tuple[str, Any]]:
    rows: Mapping[str, Any] = row[_REFUSALS]
    return rows.items()


def _intents(rows: Mapping[str, Any]) -> dict[str, Intent]:
    return {name: Intent(**{**row, "metered": tuple(row["metered"])}) for name, row in rows.items()}


def _entered(record: Record, line: Line) -> Record:
    facts = {**record.facts, **line["learned"]}
    return record._replace(phase=line["phase"], door=line["door"], facts=facts, refusals={})


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
        record.message,
        line.get("seen", ""),
    )
    record = record._replace(
        phase=line["phase"],
        facts={**record.facts, **line["learned"]},
        intents={**record.intents, line["operation"]: intent},
        metered=(*record.metered, line["at"]) if line["metered"] else record.metered,
    )
    if line["effect"] == "N":
        sent = record.messages_sent + 1
        return record._replace(requested_at=line["at"], messages_sent=sent, message=line.get("serial", 0))
    if line["effect"] == "C":
        return record._replace(attempts=record.attempts + 1)
    return record


def _outcome(record: Record, line: Line) -> Record:
    if is_refusal(line):
        operation = line["operation"]
        refusal = refused(record.refusals.get(operation), line)
        record = record._replace(refusals={**record.refusals, operation: refusal})
    return _RESULTS[line["result"]](record, line)


def _not_done(record: Record, line: Line) -> Record:
    """Certainly nothing happened: the record is as it was. An earlier try that is still unknown stays open."""
    intent = record.intents.get(line["operation"])
    if intent is None:
        return record
    return record._replace(
        phase=intent.phase,
        facts=intent.facts,
        requested_at=intent.requested_at,
        messages_sent=intent.messages_sent,
        attempts=intent.attempts,
        metered=intent.metered,
        message=intent.message,
        intents=_one_less(record.intents, line["operation"]),
    )


def _code_refused(record: Record, line: Line) -> Record:
    """The code counts as tried; what would have followed it was not tried."""
    intent = record.intents.get(line["operation"])
    metered = intent.metered if intent else record.metered
    intents = _one_less(record.intents, line["operation"])
    return record._replace(phase=line["phase"], metered=metered, intents=intents)


def _unknown(record: Record, line: Line) -> Record:
    return record


def _moved_on(record: Record, line: Line) -> Record:
    """Whatever was open about this operation is settled; at the end of a lifecycle, so is all else."""
    open_still = {} if line["final"] else {k: v for k, v in record.intents.items() if k != line["operation"]}
    facts = {**record.facts, **line["learned"]}
    stays = line["type"] == "settled" and line["phase"] == record.phase
    kept = record.refusals if stays else open_still
    refusals = {name: refusal for name, refusal in record.refusals.items() if name in kept}
    attempts = 0 if _sent(record, line) else record.attempts
    return record._replace(phase=line["phase"], facts=facts, intents=open_still, refusals=refusals, attempts=attempts)


def _sent(record: Record, line: Line) -> bool:
    """A message for certain. One in doubt gives no new tries: the code before it may still be the one that counts."""
    intent = record.intents.get(line["operation"])
    return line["type"] == "outcome" and intent is not None and intent.message != record.message


def _forgotten(record: Record, line: Line) -> None:
    return None


def _one_less(intents: Mapping[str, Intent], operation: str) -> Mapping[str, Intent]:
    rest = {name: intent for name, intent in intents.items() if name != operation}
    tries = intents[operation].tries - 1 if operation in intents else 0
    return {**rest, operation: intents[operation]._replace(tries=tries)} if tries else rest


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
