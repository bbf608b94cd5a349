"""What a person approves: where, what of it cannot be undone, and the question itself. Escaped."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import final_steps, forecast
from reconciler.render.escape import escape
from reconciler.render.text.costs import environment_line
from reconciler.render.times import counted


def where(plan: Plan, urls: Collection[str], state: str) -> str:
    """urls: of the endpoints that are called. state: where it is recorded."""
    spaces = sorted({change.address.partition("/")[0] for change in plan.changes})
    named = ", ".join(map(escape, spaces)) if len(spaces) <= 3 else counted(len(spaces), "space")
    hosts = ", ".join(escape(url.partition("://")[2]) for url in sorted(set(urls)))
    final = final_steps(plan)
    lines = [
        f"Cloud:        {f'SANDBOX ({hosts})' if _is_sandbox(plan) else hosts}",
        *([f"Environment:  {environment_line(plan)}"] if plan.account else []),
        f"Spaces:       {named}",
        f"Recorded in:  {escape(state)}",
        *([f"Irreversible: {counted(final, 'change')}"] if final else []),
    ]
    return "\n".join(lines)


def question(plan: Plan) -> str:
    """`Send up to 5 messages and change 4 resources on SANDBOX?`, or what a plan destroys."""
    sent = sum(forecast(plan).messages.values())
    messages = f"up to {counted(sent, 'message')}" if sent else "no messages"
    changes = counted(len(plan.changes), "resource")
    does = "destroy" if plan.scope and plan.scope.destroy else "change"
    cloud = "SANDBOX" if _is_sandbox(plan) else escape(plan.endpoint)
    within = f", environment {plan.environment}" if plan.environment else ""
    return f"Send {messages} and {does} {changes} on {cloud}{within}?"


def _is_sandbox(plan: Plan) -> bool:
    return plan.endpoint == "loopback"
