"""Interprets the looks of a step by the answers of this turn."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.core.explain import explain
from reconciler.core.journal.record import ABSENT, Record
from reconciler.core.lifecycle.moves import Stop, Turn
from reconciler.core.outcome import Result
from reconciler.core.times import DAY, shift
from reconciler.errors import Problem
from reconciler.kinds.table import START, Facts, Look, Step

STOPPED_BY = {
    "no_account": "the space has no approved account bound to it",
    "differs": "it already exists in the cloud, with other values",
    "unclear": "the cloud lists it with a status that says nothing",
    "nameless": "the cloud lists it without an id",
    "declined": "the display name was declined",
    "unverified": "the cloud lists it, and lists it as not verified",
    "elsewhere": "it waits for an address other than those declared",
    "changed": "its values in the cloud are not those of the record",
    "sent": "a changed address of it waits to be confirmed already, by a change that is not in this state",
    "failed": "the directory reports that deleting failed",
    "occupied": "it is in service already, and its callbacks go to another host",
}


def known(record: Record, turn: Turn, step: Step) -> Facts:
    """The facts for requests and looks: the record's, and those that only this turn knows."""
    known = {"space_id": turn.space_id, "phase": record.phase}
    return {
        **record.facts,
        **known,
        "was_absent": was_absent(record, step),
        "begun": step.operation in record.intents,
        "allow_metered": turn.allow_metered,
    }


def told(record: Record, turn: Turn, step: Step) -> Facts:
    """What the reads before a call add to the facts for its request."""
    facts = known(record, turn, step)
    read = [look for look in step.before if look.needed(facts) and all(map(turn.seen.get, _operations(look)))]
    return {name: value for look in read for name, value in look.tells(facts, read_data(look, turn)).items()}


def _operations(look: Look) -> list[str]:
    return [each.operation for each in look.reads]


def may_lag(record: Record, now: str) -> bool:
    """Whether a status may be from before the last message. The delay is not documented."""
    return record.requested_at > shift(now, -DAY)


def itself(step: Step) -> Look:
    """The read that a step consists of."""
    return Look(step.operation, step.request, step.says, step.learn)


def was_absent(record: Record, step: Step) -> bool:
    """Whether a read found it absent before our open call. If it exists now, that call created it."""
    intent = record.intents.get(step.operation)
    return intent is not None and intent.seen == ABSENT


def not_yet(step: Step, look: Look, facts: Facts, turn: Turn) -> Problem | None:
    """What a read still lacks, if its step says so."""
    found = look.shows(facts, read_data(look, turn))
    return Problem(step.late, "the cloud does not show it as it was set", found=found) if step.late else None


def unreadable(record: Record, turn: Turn, look: Look, answer: Answer) -> Stop:
    """The stop for a read that failed."""
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
    """Whether a read succeeded, or was refused in a way that means the result is already there."""
    answer = turn.seen[look.operation]
    return isinstance(answer, Ok) or (isinstance(answer, Error) and answer.code in step.already)


def what_it_says(look: Look, facts: Facts, turn: Turn) -> tuple[str, Facts]:
    """The look's word and the facts it teaches."""
    if not isinstance(turn.seen[look.operation], Ok):
        return "ok", {}  # refused because the resource is already gone
    data = read_data(look, turn)
    held = look.holds(facts, data) if look.holds and _is_sought(facts, turn) else {}
    return look.says({**facts, **held}, data), {**held, **look.learn({**facts, **held}, data)}


def applies(look: Look, facts: Facts, turn: Turn) -> bool:
    """Whether a look is to be made. Of what is imported and still sought, only those that find it."""
    return look.needed(facts) and (look.holds is not None or not _is_sought(facts, turn))


def further(look: Look, facts: Facts, turn: Turn) -> list[Look]:
    """What else is to be read of what an import has found in service."""
    return [each for each in look.also if each.needed(facts)] if _is_sought(facts, turn) else []


def held_further(looks: Iterable[Look], facts: Facts, learned: Facts, turn: Turn) -> Facts:
    """What was learned, and what these reads add."""
    for each in looks:
        assert each.holds is not None
        learned = {**learned, **each.holds({**facts, **learned}, read_data(each, turn))}
    return learned


def _is_sought(facts: Facts, turn: Turn) -> bool:
    """Whether an import has not found it yet. Once it is found, its values are those of the cloud."""
    return turn.importing and facts["phase"] == START


def stopped_by(look: Look, step: Step, word: str, facts: Facts, turn: Turn) -> Problem:
    """Why a look stops the run."""
    found = look.shows(facts, read_data(look, turn)) or None
    return Problem(step.stops[word], STOPPED_BY[word], found=found)


def read_data(look: Look, turn: Turn) -> Facts:
    """The data of a look: its own answer, and the one of the read before it."""
    found = {each.operation: answer.data for each in look.reads if isinstance(answer := turn.seen[each.operation], Ok)}
    return {**found.get(look.operation, {}), **{name: found[name] for name in found if name != look.operation}}
