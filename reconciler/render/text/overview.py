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
LISTED, AT_MOST = 20, 100
_ACTIONS = {"delete": "destroy"}


def overview(plan: Plan, full: bool = False) -> tuple[list[tuple[str, ...]], int]:
    """Cells as HEADS has them, escaped and masked; and how many rows were left out: all are below. full: more rows."""
    most = AT_MOST if full else LISTED
    rows = [_row(change) for change in islice(plan.changes, most)]
    return rows, max(0, sum(1 for _ in plan.changes) - most)


def _row(change: Change) -> tuple[str, ...]:
    asked = ", ".join(_asked(change)) or "nobody"
    return (escape(change.address), _whom(change), _action(change), _messages(change), asked)


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


def _asked(change: Change) -> Iterator[str]:
    for ask in needs(change):
        if change.parked:
            yield "new code"
        elif ask == "code":
            yield "purchase code" if KINDS[change.kind].bought else "code"
        else:
            yield "links followed"
