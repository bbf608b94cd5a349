"""What a plan costs: messages, people, time. Computed from the same tables and rates that apply uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.route import PlannedCall
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS

_FIGURES = {"imported": "import", "added": "add", "changed": "change", "destroyed": "destroy"}


class Days(NamedTuple):
    """A daily limit that does not allow all messages at once.

    name: of the limit.
    limit: messages a day.
    today: how many may be sent now.
    later: how many must wait.
    days: how many more days that takes.
    """

    name: str
    limit: int
    today: int
    later: int
    days: int


class Forecast(NamedTuple):
    """What a plan costs.

    messages: channel -> how many at most.
    people: (change, what is needed from a person).
    seconds: the least time that rate limits allow.
    irreversible: (change, operation) of calls that cannot be undone.
    days: what daily limits delay.
    """

    messages: dict[str, int]
    people: tuple[tuple[Change, str], ...]
    seconds: float
    irreversible: tuple[tuple[Change, str], ...]
    days: tuple[Days, ...] = ()


def forecast(plan: Plan, calls_per_second: int = 10) -> Forecast:
    """The costs of a plan. calls_per_second: of each operation, 0 for no limit."""
    return Forecast(
        dict(Counter(call.channel for _, call in messages(plan))),
        tuple(people(plan)),
        least_time(plan, calls_per_second),
        tuple(
            (change, call.operation) for change in plan.changes for call in _allowed_calls(change) if call.irreversible
        ),
        tuple(_days(plan)),
    )


def final_steps(plan: Plan) -> int:
    """How many changes cannot be undone: by a call of theirs; of a plan that destroys, also whatever is removed by a
    call, or forgotten with an id that was bought."""
    once = {change.address for change, _ in forecast(plan).irreversible}
    if plan.scope and plan.scope.destroy:
        gone = [change for change in plan.changes if not change.is_refused]
        once |= {each.address for each in gone if each.action == "delete" or KINDS[each.kind].bought}
    return len(once)


def count(plan: Plan) -> dict[str, int]:
    """The figures of the summary line.

    A replacement counts as an addition, and as the removal of the old one. Removals that on_remove forbids are not
    counted.
    """
    actions = Counter(change.action for change in plan.changes)
    gone = [change.removal for change in plan.changes if change.removal and not change.is_refused]
    ends = Counter("destroy" if removal.door else "forget" for removal in gone)
    added = actions["create"] + actions["replace"]
    whole = {"import": actions["import"], "add": added, "change": actions["update"]}
    return {**whole, "destroy": ends["destroy"], "forget": ends["forget"]}


def so_far(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The same figures, of what has been done of the plan by now, also by earlier runs and by `verify`.

    outcomes: of the run that has just ended; what it had not to touch was done before.
    """
    unfinished = {outcome.address for outcome in outcomes if outcome.result != "done"}
    spaces = tuple(
        replace(space, changes=tuple(each for each in space.changes if each.address not in unfinished))
        for space in plan.spaces
    )
    done = count(replace(plan, spaces=spaces))
    partly = Counter(_FIGURES[name] for outcome in outcomes if outcome.address in unfinished for name in outcome.counts)
    return {name: number + partly[name] for name, number in done.items()}


def _days(plan: Plan) -> Iterator[Days]:
    wanted: Counter[str] = Counter(OPERATIONS[call.operation].daily for _, call in messages(plan))
    limits = {name: limit for name, limit in (plan.settings or {}).items() if name in wanted and limit}
    for name, limit in limits.items():
        today = max(0, limit - plan.sent.get(name, 0))
        if (later := wanted[name] - today) > 0:
            yield Days(name, limit, today, later, -(-later // limit))


def _allowed_calls(change: Change) -> tuple[PlannedCall, ...]:
    """The calls, without those of a forbidden removal."""
    return change.calls if change.is_refused else change.all_calls


def messages(plan: Plan) -> Iterator[tuple[Change, PlannedCall]]:
    """Each message that may be sent, with its change."""
    return ((change, call) for change in plan.changes for call in change.all_calls if call.channel)


def people(plan: Plan) -> Iterator[tuple[Change, str]]:
    """Each code or confirmation that a person must give, with its change."""
    return ((change, ask) for change in plan.changes for ask in needs(change))


def needs(change: Change) -> Iterator[str]:
    """Each code or confirmation that a change needs. A confirmation needs a message; an import may not know of it."""
    asked = change.phase in KINDS[change.kind].resend or any(call.channel for call in change.calls)
    for call in change.calls:
        if call.ask == "code" or (call.ask == "confirmation" and asked):
            yield call.ask


def silent_contacts(plan: Plan) -> Iterator[Problem]:
    """It is in the plan that creates them, and not in later ones."""
    new = [change for change in plan.changes if change.action in ("create", "replace") and not change.phase]
    silent = [each.address for each in new if KINDS[each.kind].trailing.difference(each.after or ())]
    if silent:
        what = f"no members are declared for {', '.join(silent)}, so no messages reach {'them' if silent[1:] else 'it'}"
        yield Problem("no-members", what, address=silent[0])


def least_time(plan: Plan, calls_per_second: int) -> float:
    """Seconds of all runs together, without the time that people take. 0 calls a second means no limit."""
    return round(sum(least(leg, calls_per_second) for leg in legs(plan)), 3)


def least(counts: Mapping[str, int], calls_per_second: int) -> float:
    """Seconds for these numbers of calls: of the busiest operation at its rate. The first call does not wait."""
    if not (counts and calls_per_second):
        return 0.0
    return max((n - 1) / min(calls_per_second, OPERATIONS[name].calls_per_second) for name, n in counts.items())


def legs(plan: Plan) -> tuple[Counter[str], Counter[str]]:
    """Calls by operation: of the next run, which ends where people must act, and of the runs after that."""
    now, later = Counter[str](), Counter[str]()
    for shape, times in Counter(map(_shape, plan.changes)).items():
        before = tuple(takewhile(lambda call: call[2] in ("", "time"), shape))
        asks = shape[len(before) :]
        # The run reads whether a person still has to act, except for a code that it has just requested.
        looked = [asks[0][1]] if asks and (asks[0][2] != "code" or not before) else []
        for leg, made in ((now, [*map(_called, before), *looked]), (later, map(_called, asks))):
            for names in made:
                leg.update(dict.fromkeys(set(names) - _SHARED, times))
    return now, later


def _shape(change: Change) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Operation, looks and need of each call."""
    return tuple([(call.operation, call.looks, call.ask) for call in change.all_calls if not call.only_if])


def _called(call: tuple[str, tuple[str, ...], str]) -> tuple[str, ...]:
    return (call[0], *call[1])


# Shared reads: one answer serves many resources of a space.
_SHARED = {
    each.operation
    for kind in KINDS.values()
    for step in kind.steps.values()
    for look in step.looks
    for each in look.reads
    if each.shared
}
