"""The entry that follows a call, or a read that settled something. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.journal.record import Record
from reconciler.kinds.table import Facts, Kind, Step
from reconciler.refusals import Meaning

LONGEST = 200  # characters of the cloud's message
# Anything that could be a one-time code, with or without a separator. Longer digit runs are numbers and ids.
_LIKE_A_CODE = re.compile(r"(?<![0-9])[0-9]{3}[^0-9A-Za-z]?[0-9]{3}(?![0-9])", re.ASCII)


def settle(
    kind: Kind, step: Step, record: Record, answer: Answer, sent: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The outcome entry of an answer. record: after the intent was folded in. sent: the call's parameters."""
    entry = {"type": "outcome", "id": record.id, "operation": step.operation, **_told(answer)}
    already = isinstance(answer, Error) and answer.code in step.already
    if already:
        answer = Ok()
    match answer:
        case Ok():
            word = "ok" if already else step.says({**record.facts, "sent": sent or {}}, answer.data)
            if word not in step.leads:
                return {**entry, "result": "unknown"}
            learned = step.learn(record.facts, answer.data)
            phase = kind.onward(step.leads[word], {**record.facts, **learned})
            return {**entry, "result": "ok", "phase": phase, "learned": learned, "final": phase in kind.ends}
        case Error():
            if answer.meaning is Meaning.CAP:
                entry["capped"] = step.api.daily
            wrong_code = answer.meaning is Meaning.WRONG_CODE
            return {**entry, "result": "code_refused" if wrong_code else "refused", "phase": record.phase}
        case NotSent():
            return {**entry, "result": "not_sent"}
        case Unknown():
            return {**entry, "result": "unknown"}


def _told(answer: Answer) -> dict[str, Any]:
    """The parts of an answer that are recorded. In the cloud's message, anything that could be a code is masked."""
    match answer:
        case Ok():
            return {"code": "OK", "request_id": answer.request_id}
        case NotSent() | Unknown(code=""):
            return {}
    meaning = answer.meaning.value if isinstance(answer, Error) else ""
    message = _LIKE_A_CODE.sub("******", answer.message)[:LONGEST]
    said = {"code": answer.code, "request_id": answer.request_id, "status": answer.status}
    return {**said, "message": message, "meaning": meaning}


def not_there(record: Record, step: Step) -> dict[str, Any]:
    """The entry for a creation without a certain answer whose resource does not exist."""
    entry = {"type": "settled", "id": record.id, "operation": step.operation, "phase": record.phase}
    return {**entry, "why": "not there", "learned": {}, "final": False}


def settled(kind: Kind, record: Record, step: Step, word: str, learned: Facts, why: str) -> dict[str, Any]:
    """The entry for a read that led to another phase. why: for people."""
    phase = kind.onward(step.leads[word], {**record.facts, **learned})
    entry = {"type": "settled", "id": record.id, "operation": step.operation, "phase": phase, "why": why}
    return {**entry, "learned": dict(learned), "final": phase in kind.ends}
