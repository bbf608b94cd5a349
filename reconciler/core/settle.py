"""What an answer means: the journal entry that follows a call, or a read that settled something. Pure."""

from __future__ import annotations

from typing import Any

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.record import Record
from reconciler.kinds.statuses import NAME_NOT_APPROVED
from reconciler.kinds.table import Facts, Kind, Step
from reconciler.operations import Effect


def settle(kind: Kind, step: Step, record: Record, answer: Answer) -> dict[str, Any]:
    """record: as it stands after the intent, for the facts. Returns the outcome entry."""
    entry = {"type": "outcome", "id": record.id, "operation": step.operation, **_told(answer)}
    already = isinstance(answer, Error) and answer.code in step.already
    if already:
        answer = Ok()
    match answer:
        case Ok():
            word = "ok" if already else step.says(record.facts, answer.data)
            if word not in step.leads:
                return {**entry, "result": "unknown"}
            phase = step.leads[word]
            learned = step.learn(record.facts, answer.data)
            return {**entry, "result": "ok", "phase": phase, "learned": learned, "final": phase in kind.ends}
        case Error():
            if answer.daily_cap:
                entry["capped"] = step.api.daily
            wrong_code = step.api.effect is Effect.CONSUME and about_the_code(answer)
            return {**entry, "result": "code_refused" if wrong_code else "refused", "phase": record.phase}
        case NotSent():
            return {**entry, "result": "not_sent"}
        case Unknown():
            return {**entry, "result": "unknown"}


def _told(answer: Answer) -> dict[str, str]:
    """What the log keeps of an answer: its code and its number, never its text, which could hold anything."""
    if isinstance(answer, Error):
        return {"code": answer.code, "request_id": answer.request_id}
    return {"code": "OK", "request_id": answer.request_id} if isinstance(answer, Ok) else {}


def settled(kind: Kind, record: Record, step: Step, word: str, learned: Facts, why: str) -> dict[str, Any]:
    phase = step.leads[word]
    entry = {"type": "settled", "id": record.id, "operation": step.operation, "phase": phase, "why": why}
    return {**entry, "learned": dict(learned), "final": phase in kind.ends}


def about_the_caller(answer: Error) -> bool:
    return answer.about_the_caller or answer.throttled


def under_review(answer: Answer) -> bool:
    """Refused until the cloud has looked at the display name: neither a wrong code nor a try to register."""
    return isinstance(answer, Error) and answer.code in NAME_NOT_APPROVED


def about_the_code(answer: Answer) -> bool:
    """By exclusion: no document says which code tells a wrong, an expired or a superseded one."""
    return isinstance(answer, Error) and not (about_the_caller(answer) or under_review(answer))
