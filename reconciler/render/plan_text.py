"""A plan for people's eyes: what will happen, why, by which calls, and what it asks of whom.

Headlines and the summary line are what existing tools search for (docs/conventions.md); the rest is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from reconciler.core.change import Change, Plan, PlannedCall, SpacePlan
from reconciler.core.forecast import Forecast, forecast
from reconciler.core.outcome import Refused
from reconciler.kinds import KINDS
from reconciler.kinds.alike import difference
from reconciler.render import errors, mask
from reconciler.render.escape import cut, escape
from reconciler.render.first_line import first_line, summary
from reconciler.render.notes import notes
from reconciler.render.outcome_text import AWAITED, refused
from reconciler.render.times import age, counted, moment, span

SYMBOLS = {"create": "  +", "update": "  ~", "delete": "  -", "replace": "-/+", "forget": "  .", "move": "   "}
HEADLINES = {
    "create": "will be created",
    "update": "will be updated in-place",
    "delete": "will be destroyed",
    "replace": "must be replaced",
    "forget": "will be forgotten",
}
_AGAIN = "Only here: apply needs the same words."
_ASKED = {
    "code": "after the code is typed",
    "confirmation": "after it is confirmed out of band",
    "time": "until the cloud has finished",
}


def plan_text(plan: Plan, now: str, calls_per_second: int = 10) -> str:
    """now: for ages and for times of today. Ends without a newline."""
    return "\n".join(plan_blocks(plan, now, calls_per_second))


def plan_blocks(plan: Plan, now: str, calls_per_second: int = 10) -> Iterator[str]:
    """The same, a line or the lines of a change at a time: of ten thousand the whole is many megabytes."""
    if not any(True for _ in plan.changes):
        yield first_line(plan)
        yield from _block("Waiting", waiting(plan))
        yield from compared(plan, now)
        yield from guarded(plan)
        return
    yield "reconciler will perform the following actions:\n"
    yield from ("\n".join([*change_lines(change, now), ""]) for change in plan.changes)
    yield f"{summary(plan)}\n"
    yield from below(plan, forecast(plan, calls_per_second), now)


def headline(change: Change) -> str:
    if change.action == "move":
        return f"  # {escape(change.previous)} has moved to {escape(change.address)}"
    if change.is_kept:
        return f"  # {escape(change.address)} is declared no more, and its removal is refused"
    return f"  # {escape(change.address)} {HEADLINES[change.action]}"


def change_lines(change: Change, now: str) -> list[str]:
    lines = [headline(change)]
    if change.phase:
        lines.append(f"  > resumes: {resumes(change, now)}")
    lines.append(f"{SYMBOLS[change.action]} {_named(change.type, change.key)}")
    if change.removal and change.removal.key != change.key:
        lines.append(row("replaces", _named(change.type, change.removal.key)))
    if change.previous and change.action != "move":
        lines.append(row("moved", f"from {escape(change.previous)}"))
    return [*lines, *_values(change), *why_and_how(change, now)]


def why_and_how(change: Change, now: str) -> list[str]:
    left = [row("by hand", escape(change.removal.left))] if change.removal and change.removal.left else []
    return [_because(change.reason), *_refused(change.refusal, now), *_calls(change), *left]


def _refused(refusal: Refused | None, now: str) -> list[str]:
    if refusal is None:
        return []
    todo = [row("to do", escape(refusal.advice))] if refusal.advice else []
    return [row("refused", refused(refusal, now)), *todo]


@lru_cache(256)  # most reasons of a plan are the same few
def _because(reason: str) -> str:
    return row("because", escape(reason))


def row(label: str, text: str) -> str:
    return f"      {label:<14}{text}"


def _named(type: str, key: str) -> str:
    return f"contact {escape(key)}" if type == "contact" else f"phone number {mask.number(key)}"


def resumes(change: Change, now: str) -> str:
    if not change.requested_at:
        return f"{change.phase} so far"
    at = moment(change.requested_at, now)
    what = "code" if change.type == "phone_number" else "link"
    if change.parked:
        return f"{what} requested {at}, parked after too many tries"
    if change.in_doubt:
        return f"a {what} may have been sent {at}, waiting for it"
    return f"{what} requested {at}, waiting for it"


def _values(change: Change) -> list[str]:
    made = wanted(change) if change.action in ("create", "replace") else []
    return [_changed(*each) for each in change.differences] + [_wanted(name, value) for name, value in made]


def _changed(name: str, before: Any, after: Any) -> str:
    was, will_be = _value(name, before), _value(name, after)
    points = difference(before, after) if isinstance(before, str) and isinstance(after, str) and name != "phone" else ""
    told = f" ({points})" if points else " (other digits)" if was == will_be else ""
    return f"    ~ {name:<14}{was} -> {will_be}{told}"


def _wanted(name: str, value: Any) -> str:
    return _said(name, value) if type(value) is str else row(name, _value(name, value))


@lru_cache(256)  # most values of a plan are the same few
def _said(name: str, value: str) -> str:
    return row(name, _value(name, value))


def wanted(change: Change) -> list[tuple[str, Any]]:
    """Name and raw value of all that is worth a line where something new is made."""
    after = change.after or {}
    way = [("onboarding", change.kind)] if after and change.type == "phone_number" else []
    return way + [(name, value) for name in _SHOWN[change.kind] if (value := after.get(name)) is not None]


def _value(name: str, value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list | tuple):
        return ", ".join(escape(str(item)) for item in value)
    return mask.number(str(value)) if name == "phone" else cut(str(value))


def _calls(change: Change) -> list[str]:
    main = [call for call in change.all_calls if not call.only_if]
    beside = [call for call in change.all_calls if call.only_if]
    rows = [_call(call, number) for number, call in enumerate(main, 1)] or [row("calls", "none")]
    return rows + [_call(call, 0) for call in beside]


def _call(call: PlannedCall, number: int) -> str:
    if not call.channel:
        return _call_row(call, number)
    return _call_row(call._replace(to=_WHOM), number).replace(_WHOM, escape(mask.target(call.to))).rstrip()


@lru_cache(256)  # most calls of a plan are the same few, but for whom a message goes to
def _call_row(call: PlannedCall, number: int) -> str:
    notes = [_ASKED[call.ask]] if call.ask else []
    if call.channel:
        notes.append(f"1 {escape(call.channel)} to {call.to}")
    if call.only_if:
        notes.append(f"if {escape(call.only_if)}")
    elif call.unless:
        notes.append(f"{'none' if call.channel else 'not'} if {escape(call.unless)}")
    if call.irreversible:
        notes.append("cannot be undone")
    place = f"{number}." if number else "or"
    return row("calls" if number == 1 else "", f"{place} {call.operation:<38} {', '.join(notes)}").rstrip()


_WHOM = "\0"  # no escaped text has it


def below(plan: Plan, cost: Forecast, now: str) -> Iterator[str]:
    """What stands under the summary line: all that is ours alone."""
    for label, lines in costs(plan, cost, now):
        yield from _block(label, lines)
    yield from compared(plan, now)
    yield from guarded(plan)


def guarded(plan: Plan) -> Iterator[str]:
    """What may be a mistake, and what a guard says against it."""
    for severity, found in (("warning", plan.warnings), ("refused", plan.refusals)):
        if found:
            yield ""
            yield errors.problems(found, severity)
    if plan.allowed:
        yield ""
        yield errors.problems((replace(each, hint=_AGAIN) for each in plan.allowed), "allowed")


def costs(plan: Plan, cost: Forecast, now: str) -> Iterator[tuple[str, list[str]]]:
    """Label and lines, none where there is nothing to say. Escaped, numbers masked."""
    yield "Messages", [messages(cost)]
    yield "Skipped", [_skipped(change, now) for change in plan.changes if change.requested_at]
    yield "Waiting", waiting(plan)
    yield "People", [_person(change, ask) for change, ask in cost.people]
    yield "Least time", [span(cost.seconds) + ("" if not cost.people else ", and the people's own time")]
    yield "Not undoable", [f"{escape(change.address)}: {call}" for change, call in cost.irreversible]


def _block(label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{label + ':' if number == 0 else '':<14}{line}"


def messages(cost: Forecast) -> str:
    """How many go out, by channel. Escaped."""
    if not cost.messages:
        return "none"
    channels = ", ".join(f"{number} {escape(channel)}" for channel, number in sorted(cost.messages.items()))
    return f"at most {sum(cost.messages.values())} ({channels})"


def waiting(plan: Plan) -> list[str]:
    """What the cloud has not finished with, and what is called when it has. Escaped."""
    return [_awaited(change) for change in plan.waits]


def _awaited(change: Change) -> str:
    facts, kind = change.after or {}, KINDS[change.kind]
    reason = kind.steps[change.phase].awaits(facts)
    then = [call.operation for call in change.calls if call.only_if and reason == "name"]
    once = f", and {' and '.join(then)} follows when it is approved" if then else ""
    return f"{escape(change.address)}: {AWAITED[reason]}; nobody is needed, apply looks again{once}"


def _skipped(change: Change, now: str) -> str:
    sent = "may have been sent" if change.in_doubt else "was sent"
    return f"{escape(change.address)}: one {sent} {moment(change.requested_at, now)}; --resend asks for another"


def _person(change: Change, ask: str) -> str:
    if change.parked:
        return f"whoever is near {mask.number(change.key)} asks for another code ({escape(change.address)})"
    if ask == "code":
        source = "has the purchase code of" if change.kind == "prevalidated" else "is near"
        return f"whoever {source} {mask.number(change.key)} types its code ({escape(change.address)})"
    return f"{escape(mask.target(change.key))} follows the links sent ({escape(change.address)})"


def compared(plan: Plan, now: str) -> Iterator[str]:
    """With what: recorded state, or what stood for it."""
    yield from _block("Note", notes(plan, now))
    if not plan.basis:
        yield from records(plan.spaces, now)


def records(spaces: tuple[SpacePlan, ...], now: str) -> Iterator[str]:
    lines = [
        f"{escape(space.name)}: {counted(space.recorded, 'resource')}, last changed {age(space.changed_at, now)}"
        for space in spaces
        if space.changed_at
    ]
    yield from _block("Recorded", lines or ["nothing yet" if spaces else "not asked of any space"])


_SHOWN = {
    **dict.fromkeys(("register", "migrate"), ("display_name", "method", "locale")),
    "prevalidated": ("display_name",),
    "contact": ("email", "phone", "title", "message_types"),
}
