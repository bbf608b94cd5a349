"""How each journal entry about a record moves it.

FOLD is the whole truth about records: type of entry -> pure function from a record to the next one. An entry says
in full what it leads to, so folding an old journal never depends on today's lifecycle tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from reconciler.core.journal.entries import About, Answered, Asked, Carried, Declared, Entered, Forgotten, Settled
from reconciler.core.journal.record import Intent, Record
from reconciler.core.refusal import is_refusal, refused


def _declared(record: Record | None, line: Declared) -> Record:
    """Said for the first time, or said otherwise: what is written now, beside what calls taught before."""
    if record is None:
        record = Record(line.id, line.address, line.kind, line.key, line.phase, {})
    return replace(
        record,
        address=line.address,
        kind=line.kind,
        phase=line.phase,
        door=line.door,
        refusals=record.refusals if record.facts == line.facts else {},
        facts=line.facts,
        on_remove=line.on_remove,
    )


def _carried(record: Record | None, line: Carried) -> Record:
    """From another space's journal, with all that is open about it."""
    return replace(line.record, address=line.address, on_remove=line.on_remove)


def _entered(record: Record, line: Entered) -> Record:
    facts = {**record.facts, **line.learned}
    return replace(record, phase=line.phase, door=line.door, facts=facts, refusals={})


def _asked(record: Record, line: Asked) -> Record:
    """Until more is known the record stands as the entry assumes: a message counts as sent, a code as tried."""
    earlier = record.intents.get(line.operation)
    intent = Intent(
        line.at,
        line.cloud_time,
        earlier.tries + 1 if earlier else 1,
        record.phase,
        record.facts,
        record.requested_at,
        record.messages_sent,
        record.attempts,
        record.metered,
        record.message,
        line.seen,
    )
    record = replace(
        record,
        phase=line.phase,
        facts={**record.facts, **line.learned},
        intents={**record.intents, line.operation: intent},
        metered=(*record.metered, line.at) if line.metered else record.metered,
    )
    if line.effect == "N":
        sent = record.messages_sent + 1
        return replace(record, requested_at=line.at, messages_sent=sent, message=line.serial)
    if line.effect == "C":
        return replace(record, attempts=record.attempts + 1)
    return record


def _answered(record: Record, line: Answered) -> Record:
    if is_refusal(line):
        refusal = refused(record.refusals.get(line.operation), line)
        record = replace(record, refusals={**record.refusals, line.operation: refusal})
    return _RESULTS[line.result](record, line)


def _not_done(record: Record, line: Answered) -> Record:
    """Certainly nothing happened: the record is as it was. An earlier try that is still unknown stays open."""
    intent = record.intents.get(line.operation)
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
        message=intent.message,
        intents=_one_less(record.intents, line.operation),
    )


def _code_refused(record: Record, line: Answered) -> Record:
    """The code counts as tried; what would have followed it was not tried."""
    intent = record.intents.get(line.operation)
    metered = intent.metered if intent else record.metered
    intents = _one_less(record.intents, line.operation)
    return replace(record, phase=line.phase or record.phase, metered=metered, intents=intents)


def _unknown(record: Record, line: Answered) -> Record:
    return record


def _moved_on(record: Record, line: Answered | Settled) -> Record:
    """Whatever was open about this operation is settled; at the end of a lifecycle, so is all else."""
    phase = line.phase or record.phase
    open_still = {} if line.final else {k: v for k, v in record.intents.items() if k != line.operation}
    facts = {**record.facts, **(line.learned or {})}
    stays = isinstance(line, Settled) and phase == record.phase
    kept = record.refusals if stays else open_still
    refusals = {name: refusal for name, refusal in record.refusals.items() if name in kept}
    attempts = 0 if _sent(record, line) else record.attempts
    return replace(record, phase=phase, facts=facts, intents=open_still, refusals=refusals, attempts=attempts)


def _sent(record: Record, line: Answered | Settled) -> bool:
    """A message for certain. One in doubt gives no new tries: the code before it may still be the one that counts."""
    intent = record.intents.get(line.operation)
    return isinstance(line, Answered) and intent is not None and intent.message != record.message


def _forgotten(record: Record, line: Forgotten) -> None:
    return None


def _one_less(intents: Mapping[str, Intent], operation: str) -> dict[str, Intent]:
    rest = {name: intent for name, intent in intents.items() if name != operation}
    tries = intents[operation].tries - 1 if operation in intents else 0
    return {**rest, operation: replace(intents[operation], tries=tries)} if tries else rest


_RESULTS: dict[str, Callable[[Record, Answered], Record]] = {
    "ok": _moved_on,
    "refused": _not_done,
    "not_sent": _not_done,
    "code_refused": _code_refused,
    "unknown": _unknown,
}

FOLD: dict[type[About], Callable[[Any, Any], Record | None]] = {
    Declared: _declared,
    Carried: _carried,
    Entered: _entered,
    Asked: _asked,
    Answered: _answered,
    Settled: _moved_on,
    Forgotten: _forgotten,
}
