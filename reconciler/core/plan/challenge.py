"""What a record waits for, and its last refusal, as values. It decides nothing."""

from __future__ import annotations

from reconciler.core.explain import advice
from reconciler.core.journal.record import Record
from reconciler.core.journal.tries import is_parked
from reconciler.core.outcome import Awaits, Challenge, LastRefusal
from reconciler.kinds.table import Kind, Step
from reconciler.operations import Effect
from reconciler.refusals import Meaning


def challenge(kind: Kind, record: Record, address: str) -> Challenge:
    """What a waiting record waits for: its step needs something, or the cloud refused its step."""
    step = kind.steps[record.phase]
    return Challenge(
        address,
        str(record.facts.get("number") or record.facts.get("phone") or record.facts.get("email") or record.key),
        _waited_for(record, step),
        step.operation,
        record.requested_at,
        record.attempts,
        record.messages_sent,
        any(_sends(kind, operation) for operation in record.intents),
        is_parked(record),
        str(record.facts.get("channel", "")),
        step.awaits(record.facts),
        last_refusal(record),
        record.id,
        record.message,
        str(record.facts.get(record.facts.get("open", "")) or ""),
    )


def _waited_for(record: Record, step: Step) -> Awaits:
    refusal = record.refusals.get(step.operation)
    if refusal and refusal.meaning == Meaning.REVIEWING.value:
        return "time"
    return step.ask or "refusal"


def last_refusal(record: Record) -> LastRefusal | None:
    """The newest refusal since the record last entered another phase."""
    newest = max(record.refusals.items(), key=lambda each: each[1].at, default=None)
    if newest is None:
        return None
    operation, said = newest
    documented, todo = bool(said.meaning) or operation not in record.intents, advice(operation, said.code)
    return LastRefusal(operation, said.code, said.status, said.message, said.at, said.often, documented, todo)


def _sends(kind: Kind, operation: str) -> bool:
    return any(step.operation == operation and step.api.effect is Effect.NOTIFY for step in kind.steps.values())


def may_be_asked_again(kind: Kind, record: Record) -> bool:
    """Whether a message was refused, so that a person may request it once more."""
    step = kind.steps.get(record.phase)
    return bool(step and step.api.effect is Effect.NOTIFY and step.operation in record.refusals)
