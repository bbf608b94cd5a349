"""Below a plan's summary line: its costs, what it needs from people, its basis, and what guards refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.forecast import Forecast
from reconciler.core.plan.settings import settings_line
from reconciler.kinds import KINDS
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.text import problems
from reconciler.render.text.layout import block
from reconciler.render.text.notes import notes
from reconciler.render.text.outcome import AWAITED, UNATTENDED
from reconciler.render.times import age, counted, moment, span

LISTED, FEW_NAMED = 10, 3
_AGAIN = "This consent is not saved: give apply the same options."


@dataclass(frozen=True)
class _Lines(Sequence[str]):
    """Lines that are made when they are read: of thousands that count, ten are shown.

    of: the arguments of `line`.
    line: makes one line.
    """

    of: Sequence[tuple[Any, ...]]
    line: Callable[..., str]

    def __len__(self) -> int:
        return len(self.of)

    def __getitem__(self, place: Any) -> Any:
        return [self.line(*each) for each in self.of[place]] if isinstance(place, slice) else self.line(*self.of[place])


def below(plan: Plan, cost: Forecast, now: str, full: bool = True) -> Iterator[str]:
    """The text below the summary line, which only this program has."""
    for label, lines in costs(plan, cost, now):
        more = [] if full or len(lines) <= LISTED + 1 else [f"and {len(lines) - LISTED} more"]
        yield from block(label, [*lines[:LISTED], *more] if more else lines)
    yield from block(
        "Calls", [] if full else [f"{sum(len(each.all_calls) for each in plan.changes)}, --full lists them"]
    )
    yield from compared_with(plan, now)
    yield from guarded(plan, full)


def guarded(plan: Plan, full: bool = True) -> Iterator[str]:
    """What may be a mistake, and what a guard says against it."""
    allowed = [replace(each, hint=_AGAIN) for each in plan.allowed]
    said = (("warning", plan.warnings), ("refused", plan.refusals), ("allowed", allowed), ("left out", plan.left_out))
    for severity, found in said:
        if found:
            yield ""
            yield problems.problems(found, severity, full)


def costs(plan: Plan, cost: Forecast, now: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Label and lines, none where there is nothing to say. Escaped, numbers masked."""
    yield "Environment", [environment_line(plan)] if plan.account else []
    yield "Messages", [messages_line(cost)]
    yield "Skipped", [_skipped(change, now) for change in plan.changes if change.requested_at or _waits(change)]
    yield "Waiting", cloud_waits(plan)
    yield "First", list(_first(cost.people))
    yield "People", _Lines(cost.people, _person)
    yield "Daily limit", [_put_off(*each) for each in cost.days]
    yield "Takes", [_least(cost) + ("" if not cost.people else ", plus waiting for people")]
    yield "Irreversible", [f"{escape(change.address)}: {call}" for change, call in cost.irreversible]
    yield "Settings", [escape(settings_line(plan.settings))] if plan.settings else []


def _first(people: Iterable[tuple[Change, str]]) -> Iterator[str]:
    """What people must do before, each with where."""
    asked: dict[str, list[str]] = {}
    for change, ask in people:
        if ask == "code" and (todo := KINDS[change.kind].first):
            asked.setdefault(todo, []).append(escape(change.address))
    for todo, addresses in asked.items():
        more = f" and {len(addresses) - FEW_NAMED} more" if len(addresses) > FEW_NAMED else ""
        yield f"a person must {todo}, no operation can: {', '.join(addresses[:FEW_NAMED])}{more}"


def environment_line(plan: Plan) -> str:
    """Its name, and the account's whole id."""
    contacts = f"contacts in account {plan.contacts_account}" if plan.contacts_account else ""
    return ", ".join(filter(None, (plan.environment, f"account {plan.account}", contacts)))


def _put_off(name: str, limit: int, today: int, later: int, days: int) -> str:
    return f"{name} {limit}: {today} today, {later} {'tomorrow' if days == 1 else f'over {days} days'}"


def _least(cost: Forecast) -> str:
    days = max((each.days for each in cost.days), default=0)
    return f"{counted(days, 'day')} by the daily limit" if days else span(cost.seconds)


def messages_line(cost: Forecast) -> str:
    """How many go out, by channel. Escaped."""
    if not cost.messages:
        return "none"
    channels = ", ".join(f"{number} {escape(channel)}" for channel, number in sorted(cost.messages.items()))
    return f"at most {sum(cost.messages.values())} ({channels})"


def cloud_waits(plan: Plan) -> list[str]:
    """What the cloud has not finished with, and what is called when it has. Escaped."""
    return [_awaited(change) for change in plan.waits]


def _awaited(change: Change) -> str:
    facts, kind = change.after or {}, KINDS[change.kind]
    reason = kind.steps[change.phase].awaits(facts)
    then = [call.operation for call in change.calls if call.only_if and reason == "name"]
    once = f", and {' and '.join(then)} follows when it is approved" if then else ""
    return f"{escape(change.address)}: {AWAITED[reason]}{UNATTENDED[reason]}, apply looks again{once}"


def _waits(change: Change) -> bool:
    """Whether it waits for an answer to a message, which may not be on record: what was imported had been begun."""
    return change.phase in KINDS[change.kind].resend and not change.door


def _skipped(change: Change, now: str) -> str:
    if not change.requested_at:
        return f"{escape(change.address)}: one may have been sent before the import; --resend asks for another"
    sent = "may have been sent" if change.in_doubt else "was sent"
    return f"{escape(change.address)}: one {sent} {moment(change.requested_at, now)}; --resend asks for another"


def _person(change: Change, ask: str) -> str:
    if change.parked:
        return f"someone with phone {mask.number(change.key)} must ask for a new code ({escape(change.address)})"
    if ask == "code":
        if KINDS[change.kind].bought:
            return (
                f"someone with the purchase code of {mask.number(change.key)} must enter it ({escape(change.address)})"
            )
        return f"someone with phone {mask.number(change.key)} must read out a code ({escape(change.address)})"
    return f"{escape(mask.target(change.key))} must follow the links sent ({escape(change.address)})"


def compared_with(plan: Plan, now: str) -> Iterator[str]:
    """With what: recorded state, or what stood for it."""
    yield from block("Spaces", [_identified(space) for space in plan.spaces if space.shown and plan.basis])
    yield from block("Note", notes(plan, now))
    if not plan.basis:
        known = [space for space in plan.spaces if space.changed_at or space.shown]
        lines = [f"{_identified(space)}: {_recorded(space, now)}" for space in known]
        yield from block("Recorded", lines or ["nothing yet" if plan.spaces else "not asked of any space"])


def _identified(space: SpacePlan) -> str:
    return f"{escape(space.name)} ({escape(space.space_id)})"


def _recorded(space: SpacePlan, now: str) -> str:
    if not space.changed_at:
        return "nothing yet"
    return f"{counted(space.recorded, 'resource')}, last changed {age(space.changed_at, now)}"
