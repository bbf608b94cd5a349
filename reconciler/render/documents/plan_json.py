"""A plan as JSON in the shape that policies and converters written for Terraform read; what is ours is in one key.

Numbers are whole in here, as a saved plan needs them. Codes and secrets do not occur: nothing ever puts them in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from reconciler import __version__
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import forecast
from reconciler.core.review import saved
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.render.text.notes import notes

FORMAT_VERSION = "1.2"
ACTIONS = {
    "create": ["create"],
    "update": ["update"],
    "delete": ["delete"],
    "replace": ["delete", "create"],
    "forget": ["forget"],
    "move": ["no-op"],
}


def plan_json(plan: Plan, now: str, calls_per_second: int = 10) -> dict[str, Any]:
    waiting = [change for change in plan.changes if any(call.ask for call in change.calls)]
    cost = forecast(plan, calls_per_second)
    return {
        "format_version": FORMAT_VERSION,
        "terraform_version": "1.11.4",
        "reconciler_version": __version__,
        "timestamp": now,
        "complete": not waiting,
        "applyable": not plan.basis and not plan.refusals and any(True for _ in plan.all_changes),
        "errored": bool(plan.left_out),
        "resource_changes": [_resource_change(change) for change in plan.changes],
        "resource_drift": [],
        "deferred_changes": [
            {"reason": _deferred(change), "resource_change": _resource_change(change)} for change in waiting
        ],
        "checks": [_check(problem) for problem in plan.refusals],
        "reconciler": {
            **saved.dump_plan(plan),
            "notes": notes(plan, now),
            "challenges": [_challenge(change) for change in plan.changes if change.requested_at],
            "waits": [_waits(change) for change in plan.waits],
            "forecast": {
                "messages": cost.messages,
                "seconds": cost.seconds,
                "people": len(cost.people),
                **({"days": [each._asdict() for each in cost.days]} if cost.days else {}),
            },
            "refusals": [_refusal(problem) for problem in plan.refusals],
            **({"left_out": [_refusal(problem) for problem in plan.left_out]} if plan.left_out else {}),
            **({"warnings": [_refusal(problem) for problem in plan.warnings]} if plan.warnings else {}),
        },
    }


def json_text(body: Mapping[str, Any], indent: int, ensure_ascii: bool) -> str:
    """What json.dumps() gives. Of ten thousand changes that would hold millions of pieces before it joins them."""
    pieces = json.JSONEncoder(indent=indent, ensure_ascii=ensure_ascii, check_circular=False).iterencode(body)
    return "".join(iter(lambda: "".join(islice(pieces, 10_000)), ""))


def _waits(change: Change) -> dict[str, Any]:
    reason = KINDS[change.kind].steps[change.phase].awaits(change.after or {})
    return {"address": change.address, "phase": change.phase, "reason": reason}


def _resource_change(change: Change) -> dict[str, Any]:
    body = {
        "address": change.address,
        "mode": "managed",
        "type": change.type,
        "name": change.local.split("/", 1)[1],
        "provider_name": "reconciler",
        "change": {
            "actions": ACTIONS[change.action],
            "before": change.before,
            "after": change.after,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
        "action_reason": change.reason,
    }
    return {**body, "previous_address": change.previous} if change.previous else body


def _deferred(change: Change) -> str:
    return "code_needed" if any(call.ask == "code" for call in change.calls) else "confirmation_needed"


def _challenge(change: Change) -> dict[str, Any]:
    """What is open already: what was sent, and waits for its answer."""
    call = next((call for call in change.calls if call.ask), None)
    return {
        "address": change.address,
        "challenge": call.ask if call else "",
        "operation": call.operation if call else "",
        "requested_at": change.requested_at,
        "in_doubt": change.in_doubt,
        "parked": change.parked,
    }


def _check(problem: Problem) -> dict[str, Any]:
    address = {"kind": "guard", "name": problem.code, "to_display": problem.code}
    about = {"to_display": problem.address or problem.code}
    instance = {"address": about, "status": "fail", "problems": [{"message": problem.what}]}
    return {"address": address, "status": "fail", "instances": [instance]}


def _refusal(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "summary": problem.what,
        "hint": problem.hint,
        "address": problem.address,
        "place": asdict(problem.place) if problem.place else None,
    }
