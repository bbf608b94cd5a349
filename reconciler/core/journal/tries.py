"""How often something may be tried again, from the recorded tries. Pure."""

from __future__ import annotations

from datetime import timedelta

from reconciler.core.answer import answered
from reconciler.core.explain import advice
from reconciler.core.journal.record import Record
from reconciler.core.times import shift
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import Step
from reconciler.operations import OPERATIONS, Effect

CODES_PER_MESSAGE = 3
METERED_TRIES, METERED_WINDOW = 3, timedelta(hours=72)
REFUSALS_PER_DAY = 3


def is_parked(record: Record) -> bool:
    """Too many wrong codes since the last message, so another message is needed first. A phase without a message to
    send again is never parked."""
    return record.phase in KINDS[record.kind].resend and record.attempts >= CODES_PER_MESSAGE


def metered_until(record: Record, now: str) -> str:
    """When registering may be tried again; "" for now. Meta blocks a number after ten tries in 72 hours; we stop
    after three."""
    recent = [at for at in record.metered if at > shift(now, -METERED_WINDOW)]
    return shift(recent[-METERED_TRIES], METERED_WINDOW) if len(recent) >= METERED_TRIES else ""


def metered_for(record: Record, step: Step, now: str) -> str:
    """When this step may be made, if it registers, or requests a code that only registering takes: the code would not
    last until that is allowed again. "" for now."""
    if step.api.effect is not Effect.NOTIFY:
        return metered_until(record, now) if step.api.metered else ""
    kind = KINDS[record.kind]
    then = kind.steps.get(kind.onward(step.leads["ok"], record.facts))
    return metered_until(record, now) if then and then.ask == "code" and then.api.metered else ""


def refused_until(record: Record, operation: str, now: str) -> str:
    """When a message that was refused today may be requested again; "" for now. More requests may lock the number
    for a day."""
    refusal = record.refusals.get(operation)
    recent = [at for at in refusal.times if at > shift(now, -timedelta(days=1))] if refusal else []
    return shift(recent[-REFUSALS_PER_DAY], timedelta(days=1)) if len(recent) >= REFUSALS_PER_DAY else ""


def metered_out(address: str, again: str) -> Problem:
    """The error for too many registrations. again: when another one is allowed."""
    what = f"{address}: registering was tried {METERED_TRIES} times in 72 hours; again after {again}"
    return Problem(
        "metered-out", what, hint="Allow one more try with `reconciler apply --allow-metered`.", address=address
    )


def refused_often(record: Record, operation: str, later: str) -> Problem:
    """The error for too many refusals today. later: when it is tried again."""
    refusal = record.refusals[operation]
    what = f"{operation} was refused too often for today, last by {answered(refusal.status, refusal.code)}"
    todo, sends = advice(operation, refusal.code), OPERATIONS[operation].effect is Effect.NOTIFY
    anew = ", or at once by `verify ADDRESS --resend` (1 message)" if sends else ""
    hint = f"{todo} It is tried again after {later}{anew}.".strip()
    return Problem("refused-often", what, found=refusal.message or None, hint=hint)
