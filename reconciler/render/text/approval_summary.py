"""What a person is about to say yes to, in three lines: where, what of it, and what of that cannot be undone."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import forecast
from reconciler.render.escape import escape
from reconciler.render.text.costs import messages_line
from reconciler.render.times import counted


def before_yes(plan: Plan, urls: Collection[str], state: str) -> str:
    """urls: of the endpoints that are called. state: where it is recorded. Escaped."""
    changes, cost = list(plan.changes), forecast(plan)
    spaces = sorted({change.address.partition("/")[0] for change in changes})
    named = ", ".join(map(escape, spaces)) if len(spaces) <= 3 else counted(len(spaces), "space")
    final = f"{counted(len(cost.irreversible), 'step')} cannot be undone" if cost.irreversible else ""
    hosts = ", ".join(escape(url.partition("://")[2]) for url in sorted(set(urls)))
    where = f"the SANDBOX ({hosts})" if plan.endpoint == "loopback" else hosts
    last = f"; {final}" if final else ""
    return (
        f"On {where}, recorded in {escape(state)}:\n"
        f"  {counted(len(changes), 'change')} in {named}; messages: {messages_line(cost)}{last}."
    )
