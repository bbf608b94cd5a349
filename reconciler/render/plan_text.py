"""A plan for people's eyes: what will happen, why, by which calls, and what it asks of whom.

Headlines and the summary line are what existing tools search for (docs/conventions.md); the rest is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from reconciler.core.change import Change, Plan, PlannedCall, SpacePlan
from reconciler.core.forecast import Forecast, forecast
from reconciler.render import errors, mask
from reconciler.render.escape import cut, escape
from reconciler.render.first_line import first_line, summary
from reconciler.render.notes import notes
from reconciler.render.times import age, counted, moment, span

SYMBOLS = {"create": "  +", "update": "  ~", "delete": "  -", "replace": "-/+", "forget": "  .", "move": "   "}
HEADLINES = {
    "create": "will be created",
    "update": "will be updated in-place",
    "delete": "will be destroyed",
    "replace": "must be replaced",
    "forget": "will be forgotten",
}
_ASKED = {
    "code": "after the code is typed",
    "confirmation": "after it is confirmed out of band",
    "time": "until the cloud has finished",
}


def plan_text(plan: Plan, now: str, calls_per_second: int = 10) -> str:
    """now: for ages and for times of today. Ends without a newline."""
    changes = list(plan.changes)
    if not changes:
        return "\n".join([first_line(plan), *compared(plan, now)])
    lines = ["reconciler will perform the following actions:", ""]
    lines += ["\n".join([*change_lines(change, now), ""]) for change in changes]
    lines += [summary(plan), ""]
    lines += below(plan, forecast(plan, calls_per_second), now)
    return "\n".join(lines)


def headline(change: Change) -> str:
    if change.action == "move":
        return f"  # {escape(change.previous)} has moved to {escape(change.address)}"
    return f"  # {escape(change.address)} {HEADLINES[change.action]}"


def change_lines(change: Change, now: str) -> Iterator[str]:
    yield headline(change)
    if change.phase:
        yield f"  > resumes: {resumes(change, now)}"
    yield f"{SYMBOLS[change.action]} {_named(change.type, change.key)}"
    if change.removal and change.removal.key != change.key:
        yield row("replaces", _named(change.type, change.removal.key))
    if change.previous and change.action != "move":
        yield row("moved", f"from {escape(change.previous)}")
    yield from _values(change)
    yield from why_and_how(change)


def why_and_how(change: Change) -> Iterator[str]:
    yield row("because", escape(change.reason))
    yield from _calls(change)
    if change.removal and change.removal.left:
        yield row("by hand", escape(change.removal.left))


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
        return f"{what} requested {at}, parked after too many wrong ones"
    if change.in_doubt:
        return f"a {what} may have been sent {at}, waiting for it"
    return f"{what} requested {at}, waiting for it"


def _values(change: Change) -> Iterator[str]:
    for name, before, after in change.differences:
        was, will_be = _value(name, before), _value(name, after)
        yield f"    ~ {name:<14}{was} -> {will_be}{' (other digits)' if was == will_be else ''}"
    if change.action in ("create", "replace"):
        yield from (row(name, _value(name, value)) for name, value in wanted(change))


def wanted(change: Change) -> Iterator[tuple[str, Any]]:
    """Name and raw value of all that is worth a line where something new is made."""
    if change.type == "phone_number" and change.after:
        yield "onboarding", change.kind
    for name in _SHOWN[change.type]:
        value = (change.after or {}).get(name)
        of_message = name in ("method", "locale")
        if value is not None and not (of_message and change.kind == "prevalidated"):
            yield name, value


def _value(name: str, value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list | tuple):
        return ", ".join(escape(str(item)) for item in value)
    return mask.number(str(value)) if name == "phone" else cut(str(value))


def _calls(change: Change) -> Iterator[str]:
    main = [call for call in change.all_calls if not call.only_if]
    beside = [call for call in change.all_calls if call.only_if]
    if not main:
        yield row("calls", "none")
    for number, call in enumerate(main, 1):
        yield row("calls" if number == 1 else "", f"{number}. {_call(call)}")
    for call in beside:
        yield row("", f"or {_call(call)}")


@lru_cache(256)  # most calls of a plan are the same few
def _call(call: PlannedCall) -> str:
    notes = [_ASKED[call.ask]] if call.ask else []
    if call.channel:
        notes.append(f"1 {escape(call.channel)} to {escape(mask.target(call.to))}")
    if call.only_if:
        notes.append(f"if {escape(call.only_if)}")
    elif call.unless:
        notes.append(f"{'none' if call.channel else 'not'} if {escape(call.unless)}")
    if call.irreversible:
        notes.append("cannot be undone")
    return f"{call.operation:<38} {', '.join(notes)}".rstrip()


def below(plan: Plan, cost: Forecast, now: str) -> Iterator[str]:
    """What stands under the summary line: all that is ours alone."""
    for label, lines in costs(plan, cost, now):
        yield from _block(label, lines)
    yield from compared(plan, now)
    if plan.refusals:
        yield ""
        yield errors.problems(plan.refusals, "refused")


def costs(plan: Plan, cost: Forecast, now: str) -> Iterator[tuple[str, list[str]]]:
    """Label and lines, none where there is nothing to say. Escaped, numbers masked."""
    yield "Messages", [_messages(cost)]
    yield "Skipped", [_skipped(change, now) for change in plan.changes if change.requested_at]
    yield "People", [_person(change, ask) for change, ask in cost.people]
    yield "Least time", [span(cost.seconds) + ("" if not cost.people else ", and the people's own time")]
    yield "Not undoable", [f"{escape(change.address)}: {call}" for change, call in cost.irreversible]


def _block(label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{label + ':' if number == 0 else '':<14}{line}"


def _messages(cost: Forecast) -> str:
    if not cost.messages:
        return "none"
    channels = ", ".join(f"{number} {escape(channel)}" for channel, number in sorted(cost.messages.items()))
    return f"at most {sum(cost.messages.values())} ({channels})"


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
    "phone_number": ("display_name", "method", "locale"),
    "contact": ("email", "phone", "title", "message_types"),
}
