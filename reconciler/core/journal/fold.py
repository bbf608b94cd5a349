"""How each entry changes a record.

Each type of entry has a pure function from a record to the next one. Nothing else changes records. Entries are
complete, so folding an old journal never depends on today's lifecycle tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from reconciler.core.journal.entries import About, Answered, Asked, Carried, Declared, Entered, Forgotten, Settled
from reconciler.core.journal.record import Intent, Record
from reconciler.core.refusal import is_refusal, refused


def next_record(record: Record | None, line: About) -> Record | None:
    """The record after an entry; None if it is forgotten. Raises ValueError for an entry that has nothing to follow."""
    if record is None and not isinstance(line, Declared | Carried | Forgotten):
        raise ValueError(f"{line.id} is not recorded")
    return _FOLD[type(line)](record, line)


def _declared(record: Record | None, line: Declared) -> Record:
    """Declared for the first time, or declared differently. `facts` in the entry include those learned before."""
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
        ends=line.ends,
    )


def _carried(record: Record | None, line: Carried) -> Record:
    """From another space's journal, with its open intents."""
    return replace(line.record, address=line.address, on_remove=line.on_remove, ends=line.ends)


def _entered(record: Record, line: Entered) -> Record:
    facts = {**record.facts, **line.learned}
    return replace(record, phase=line.phase, door=line.door, facts=facts, refusals={})


def _asked(record: Record, line: Asked) -> Record:
    """Applies what the intent assumes until the outcome is known: a message counts as sent, a code as tried."""
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
    """The call certainly had no effect: the record returns to its state before. Earlier calls without an outcome
    stay open."""
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
    """The code counts as tried; the registration that would have followed does not."""
    assert line.phase is not None
    intent = record.intents.get(line.operation)
    metered = intent.metered if intent else record.metered
    intents = _one_less(record.intents, line.operation)
    return replace(record, phase=line.phase, metered=metered, intents=intents)


def _unknown(record: Record, line: Answered) -> Record:
    return record


def _moved_on(record: Record, line: Answered | Settled) -> Record:
    """Closes the operation's intents; at the end of a lifecycle, all intents."""
    assert line.phase is not None and line.learned is not None
    open_still = {} if line.final else {k: v for k, v in record.intents.items() if k != line.operation}
    facts = {**record.facts, **line.learned}
    stays = isinstance(line, Settled) and line.phase == record.phase
    kept = record.refusals if stays else open_still
    refusals = {name: refusal for name, refusal in record.refusals.items() if name in kept}
    attempts = 0 if _sent(record, line) else record.attempts
    return replace(record, phase=line.phase, facts=facts, intents=open_still, refusals=refusals, attempts=attempts)


def _sent(record: Record, line: Answered | Settled) -> bool:
    """Whether a message was certainly sent. A message in doubt does not reset the tries: the previous code may still
    be valid."""
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

_FOLD: dict[type[About], Callable[[Any, Any], Record | None]] = {
    Declared: _declared,
    Carried: _carried,
    Entered: _entered,
    Asked: _asked,
    Answered: _answered,
    Settled: _moved_on,
    Forgotten: _forgotten,
}
