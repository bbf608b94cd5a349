"""A plan for people: what will happen, why, by which calls, and what it needs from whom.

Existing tools search for the headlines and the summary line; the rest is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from msgspec.structs import replace

from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import forecast
from reconciler.core.plan.guards import redirects
from reconciler.core.plan.route import PlannedCall
from reconciler.kinds import KINDS
from reconciler.kinds.lookalikes import difference
from reconciler.kinds.types import HOST_ONLY, TYPES
from reconciler.render import mask
from reconciler.render.escape import cut, escape
from reconciler.render.text.costs import below, cloud_waits, compared_with, guarded
from reconciler.render.text.first_line import by_record, first_line, summary
from reconciler.render.text.layout import block, table
from reconciler.render.text.outcome import refused_line
from reconciler.render.text.overview import HEADS, overview
from reconciler.render.times import moment

SYMBOLS = {
    "create": "  +",
    "update": "  ~",
    "delete": "  -",
    "replace": "-/+",
    "forget": "  .",
    "move": "   ",
    "import": "   ",
}
NEW_FIRST = "+/-"
HEADLINES = {
    "create": "will be created",
    "update": "will be updated in-place",
    "delete": "will be destroyed",
    "replace": "must be replaced",
    "forget": "will be forgotten",
    "import": "will be imported",
}
MANY = 100
COMPACT = "Compact, as there are many: --full shows each with its values, its reason and its calls."
_ASKED = {
    "code": "after the code is typed",
    "confirmation": "after it is confirmed out of band",
    "time": "until the cloud has finished",
    "shown": "until the cloud shows it",
}


def plan_text(plan: Plan, now: str, calls_per_second: int = 10, full: bool = False, width: int = 0) -> str:
    """now: for ages and for times of today. full: as plan_blocks has it. Ends without a newline."""
    return "\n".join(plan_blocks(plan, now, calls_per_second, full, width))


def plan_blocks(plan: Plan, now: str, calls_per_second: int = 10, full: bool = False, width: int = 0) -> Iterator[str]:
    """The same, a line or the lines of a change at a time: of ten thousand the whole is many megabytes.

    full: each with its values, reason and calls, also where there are many. width: columns of the terminal, 0 for any.
    """
    if not plan.changes:
        yield first_line(plan)
        yield from by_record(plan, now)
        yield from block("Waiting", cloud_waits(plan))
        yield from compared_with(plan, now)
        yield from guarded(plan, full)
        return
    if moved := redirect_lines(plan):
        yield "\n".join([*moved, ""])
    yield "reconciler will perform the following actions:\n"
    rows, more = overview(plan, full)
    yield "\n".join([*table(HEADS, rows, width), *([f"  and {more} more, below"] if more else []), ""])
    if full or sum(1 for _ in islice(plan.changes, MANY + 1)) <= MANY:
        yield from ("\n".join([*change_lines(change, now, full), ""]) for change in plan.changes)
    else:
        yield from ("\n".join(_compact(change, now)) for change in plan.changes)
        yield f"\n{COMPACT}\n"
    yield f"{summary(plan)}\n"
    yield from below(plan, forecast(plan, calls_per_second), now, full)


def redirect_lines(plan: Plan) -> list[str]:
    """Where customers' messages go from now on, if that is another host: the first thing to be seen."""
    return [
        f"{each.what} of {each.of} go to {escape(each.after)} instead of {escape(each.before)}"
        for each in redirects(plan)
    ]


def _compact(change: Change, now: str) -> list[str]:
    """What happens to whom, and what differs; not why and how."""
    resumed = [f"  > resumes: {resumes(change, now)}"] if change.phase else []
    return [headline(change), *resumed, *(_changed(*each) for each in change.differences)]


def headline(change: Change) -> str:
    if change.action == "move":
        return f"  # {escape(change.previous or '')} has moved to {escape(change.address)}"
    if change.is_kept:
        return f"  # {escape(change.address)} would be removed, and that is refused"
    return f"  # {escape(change.address)} {HEADLINES[change.action]}"


def symbol(change: Change) -> str:
    return NEW_FIRST if change.new_first else SYMBOLS[change.action]


def change_lines(change: Change, now: str, full: bool = False) -> list[str]:
    """full: with its calls."""
    lines = [headline(change)]
    if change.phase:
        lines.append(f"  > resumes: {resumes(change, now)}")
    lines.append(f"{symbol(change)} {_named(change.type, change.key)}")
    if change.removal and change.removal.key != change.key:
        lines.append(row("replaces", _named(change.type, change.removal.key)))
    if change.previous and change.action != "move":
        lines.append(row("moved", f"from {escape(change.previous)}"))
    return [*lines, *_values(change), *why_and_how(change, now, full)]


def why_and_how(change: Change, now: str, full: bool = False) -> list[str]:
    by_hand = TYPES[change.type].by_hand
    left = [row("by hand", by_hand(escape(change.removal.left)))] if change.removal and change.removal.left else []
    old = [row("old one", escape(change.removal.reason))] if change.removal and change.new_first else []
    return [
        _because(change.reason),
        *_unread(change),
        *old,
        *_refused(change.refusal, now),
        *(_calls(change) if full else ()),
        *left,
    ]


def _unread(change: Change) -> list[str]:
    """Where no operation reads what is set."""
    means = KINDS[change.kind].ready_means
    return [row("ready means", means)] if means and change.calls else []


def _refused(refusal: LastRefusal | None, now: str) -> list[str]:
    if refusal is None:
        return []
    todo = [row("to do", escape(refusal.advice))] if refusal.advice else []
    return [row("refused", refused_line(refusal, now)), *todo]


@lru_cache(256)  # most reasons of a plan are the same few
def _because(reason: str) -> str:
    return row("because", escape(reason))


def row(label: str, text: str) -> str:
    return f"      {label:<14}{text}"


def _named(type: str, key: str) -> str:
    row = TYPES[type]
    return f"{row.label} {mask.number(key) if row.keyed_by_number else escape(key)}"


def resumes(change: Change, now: str) -> str:
    if not change.requested_at:
        return f"{change.phase} so far"
    at = moment(change.requested_at, now)
    what = TYPES[change.type].proof
    if change.parked:
        return f"{what} requested {at}, parked after too many tries"
    if change.in_doubt:
        return f"a {what} may have been sent {at}, waiting for it"
    return f"{what} requested {at}, waiting for it"


def _values(change: Change) -> list[str]:
    made = attribute_rows(change) if change.action in ("create", "replace", "import") else []
    return [_changed(*each) for each in change.differences] + [_wanted(name, value) for name, value in made]


def _changed(name: str, before: Any, after: Any) -> str:
    was, will_be = _value(name, before), _value(name, after)
    texts = isinstance(before, str) and isinstance(after, str) and name not in ("phone", *HOST_ONLY)
    points = difference(before, after) if texts else ""
    other = "other digits" if name == "phone" else "another path or query" if name in HOST_ONLY else "another text"
    told = f" ({points})" if points else f" ({other})" if was == will_be else ""
    return f"    ~ {name:<14}{was} -> {will_be}{told}"


def _wanted(name: str, value: Any) -> str:
    return _said(name, value) if type(value) is str else row(name, _value(name, value))


@lru_cache(256)  # most values of a plan are the same few
def _said(name: str, value: str) -> str:
    return row(name, _value(name, value))


def attribute_rows(change: Change) -> list[tuple[str, Any]]:
    """Name and raw value of all that is worth a line where something new is made."""
    after = change.after or {}
    way = [("onboarding", change.kind)] if after and TYPES[change.type].keyed_by_number else []
    return way + [(name, value) for name in KINDS[change.kind].shown if (value := after.get(name)) is not None]


def _value(name: str, value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list | tuple):
        return ", ".join(escape(_hidden(name, str(item))) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if name in HOST_ONLY:
        return cut(mask.url(str(value)))
    return mask.number(str(value)) if name == "phone" else cut(_hidden(name, str(value)))


def _hidden(name: str, value: str) -> str:
    """A text without the numbers in it. Ids and e-mail addresses are not texts."""
    return value if name in mask.PLAIN else mask.text(value)


def _calls(change: Change) -> list[str]:
    main = [call for call in change.all_calls if not call.only_if]
    beside = [call for call in change.all_calls if call.only_if]
    rows = [_call(call, number) for number, call in enumerate(main, 1)] or [row("calls", "none")]
    return rows + [_call(call, 0) for call in beside]


def _call(call: PlannedCall, number: int) -> str:
    if not call.channel:
        return _call_row(call, number)
    return _call_row(replace(call, to=_WHOM), number).replace(_WHOM, escape(mask.target(call.to))).rstrip()


@lru_cache(256)  # most calls of a plan are the same few, but for whom a message goes to
def _call_row(call: PlannedCall, number: int) -> str:
    ask = "shown" if call.ask == "time" and not call.only_if else call.ask
    notes = [_ASKED[ask]] if ask else []
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
