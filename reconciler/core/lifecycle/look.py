"""What readings say: of a look of the table, by the answers that this turn has had."""

from __future__ import annotations

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.core.explain import explain
from reconciler.core.journal.record import ABSENT, Record
from reconciler.core.lifecycle.moves import Stop, Turn
from reconciler.core.outcome import Result
from reconciler.errors import Problem
from reconciler.kinds.table import Facts, Look, Step

STOPPED_BY = {
    "no_account": "the space has no approved account bound to it",
    "differs": "it already exists in the cloud, with other values",
    "unclear": "the cloud lists it with a status that says nothing",
    "nameless": "the cloud lists it without an id",
    "declined": "the display name was declined",
    "elsewhere": "it waits for an address other than those declared",
    "changed": "its values in the cloud are not those of the record",
    "sent": "a changed address of it waits to be confirmed already, by a change that is not in this state",
    "failed": "the directory reports that deleting failed",
}


def known(record: Record, turn: Turn, step: Step) -> Facts:
    """What requests and looks go by: the record's facts, and what only this turn knows."""
    known = {"space_id": turn.space_id, "phase": record.phase}
    return {
        **record.facts,
        **known,
        "was_absent": was_absent(record, step),
        "begun": step.operation in record.intents,
        "allow_metered": turn.allow_metered,
    }


def was_absent(record: Record, step: Step) -> bool:
    """Whether it was not there before a call of ours that is open: what is there now was made by that call."""
    intent = record.intents.get(step.operation)
    return intent is not None and intent.seen == ABSENT


def unreadable(record: Record, turn: Turn, look: Look, answer: Answer) -> Stop:
    assert not isinstance(answer, Ok)
    problem = explain(look.operation, answer)
    refused = bool(answer.code) if isinstance(answer, Unknown) else _refused_for_what_it_is(answer)
    if refused and record.facts.get("put_back"):
        problem = Problem("put-back-unread", problem.what, found=problem.found)
    result: Result = "unknown" if isinstance(answer, Unknown) and not answer.code else "failed"
    return turn.stop(result, problem)


def _refused_for_what_it_is(answer: Answer) -> bool:
    return isinstance(answer, Error) and not (answer.not_let_in or answer.throttled)


def read_well(look: Look, step: Step, turn: Turn) -> bool:
    answer = turn.seen[look.operation]
    return isinstance(answer, Ok) or (isinstance(answer, Error) and answer.code in step.already)


def what_it_says(look: Look, facts: Facts, turn: Turn) -> tuple[str, Facts]:
    if not isinstance(turn.seen[look.operation], Ok):
        return "ok", {}  # refused, as what it asks about is gone already
    data = read_data(look, turn)
    return look.says(facts, data), look.learn(facts, data)


def read_data(look: Look, turn: Turn) -> Facts:
    """What a look goes by: its own answer, and beside it that of the read before it."""
    found = {each.operation: answer.data for each in look.reads if isinstance(answer := turn.seen[each.operation], Ok)}
    return {**found.get(look.operation, {}), **{name: found[name] for name in found if name != look.operation}}
