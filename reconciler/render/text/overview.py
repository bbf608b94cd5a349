"""The table in front of a plan's details, a row for each resource. Terminals and comments use the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import needs
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES
from reconciler.render import mask
from reconciler.render.escape import cut, escape

HEADS = ("Resource", "Number or e-mail", "Action", "Messages", "Needs")
LISTED = 20
_ACTIONS = {"delete": "destroy"}


def overview(plan: Plan, full: bool = False) -> tuple[list[tuple[str, ...]], int]:
    """Cells as HEADS has them, escaped and masked; and how many rows were left out. full: none are."""
    rows = [_row(change) for change in islice(plan.changes, None if full else LISTED)]
    return rows, 0 if full else max(0, sum(1 for _ in plan.changes) - LISTED)


def _row(change: Change) -> tuple[str, ...]:
    return (escape(change.address), _whom(change), _action(change), _messages(change), _needs(change))


def _whom(change: Change) -> str:
    """A number, masked, or the addresses that a contact is written to."""
    if TYPES[change.type].keyed_by_number:
        return mask.number(change.key)
    facts = change.after or change.before or {}
    return ", ".join(cut(mask.target(str(facts[name])), 40) for name in ("email", "phone") if facts.get(name))


def _action(change: Change) -> str:
    if change.is_kept:
        return "refused"
    return "resume" if change.phase else _ACTIONS.get(change.action, change.action)


def _messages(change: Change) -> str:
    sent = Counter(call.channel for call in change.all_calls if call.channel)
    return ", ".join(f"{number} {escape(channel)}" for channel, number in sent.items()) or "none"


def _needs(change: Change) -> str:
    return ", ".join(_asked(change)) or "nobody"


def _asked(change: Change) -> Iterator[str]:
    for ask in needs(change):
        if change.parked:
            yield "new code"
        elif ask == "code":
            yield "purchase code" if KINDS[change.kind].bought else "code"
        else:
            yield "links followed"
