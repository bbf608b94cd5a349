"""The event stream of --json: one object a line, in the format of Terraform's stream."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import structs

from reconciler import __version__
from reconciler.core.journal.tip import NOWHERE, Tips
from reconciler.core.outcome import Challenge, LastRefusal, Outcome
from reconciler.core.plan.change import Change, Plan
from reconciler.core.plan.forecast import count
from reconciler.errors import Problem
from reconciler.render import mask
from reconciler.render.documents.plan_json import actions, drift_change
from reconciler.render.documents.preflight import preflight_document
from reconciler.render.escape import escape
from reconciler.render.text.first_line import summary
from reconciler.render.text.notes import notes
from reconciler.render.text.outcome import last_line, tally, waits_for
from reconciler.render.text.plan import headline
from reconciler.render.text.readings.preflight import preflight_row

if TYPE_CHECKING:
    from reconciler.core.review.accept import Refreshed
    from reconciler.core.review.preflight import PreflightReport

# Where the stream has another word than a change.
_ACTIONS = {"forget": "remove"}
# As the stream calls it -> as core counts it.
_COUNTED = {"add": "add", "change": "change", "import": "import", "remove": "destroy"}


def event(type: str, message: str, now: str, level: str = "info", **more: Any) -> str:
    body = {
        "@level": level,
        "@message": mask.text(message),
        "@module": "reconciler",
        "@timestamp": now,
        "type": type,
        **more,
    }
    return json.dumps(body, ensure_ascii=True)


def version(now: str, command: str = "plan") -> str:
    """The stream's first line. command: whose it is, `plan` or `apply`."""
    return event("version", f"reconciler {__version__}", now, reconciler=__version__, ui="1.2", command=command)


def drifted(drift: Refreshed, now: str) -> list[str]:
    """An event for each resource that was changed outside."""
    return [
        event(
            "resource_drift",
            f"{escape(each.found.address)}: {each.found.verdict.replace('_', ' ')}",
            now,
            change={
                "resource": _resource(each.found.address),
                "action": drift_change(each).change.actions[0],
                "finding": each.found.verdict,
            },
        )
        for each in drift.drifts
    ]


def foreseen_changes(report: PreflightReport, now: str) -> list[str]:
    """An event for each change that --preflight looked at."""
    found = preflight_document(report)["changes"]
    return [
        event(
            "preflight",
            ": ".join(preflight_row(each)[:2]),
            now,
            change={"resource": _resource(each.address), **{name: row[name] for name in row if name != "address"}},
        )
        for each, row in zip(report.changes, found, strict=True)
    ]


def planned(plan: Plan, now: str) -> list[str]:
    changes = [event("planned_change", headline(each).strip(" #"), now, change=_change(each)) for each in plan.changes]
    refused = [diagnostic(problem, now, "warning") for problem in plan.warnings]
    refused += [diagnostic(problem, now) for problem in (*plan.refusals, *plan.left_out)]
    noted = [_note(sentence, now) for sentence in notes(plan, now)]
    counts = count(plan)
    figures = {name: counts[ours] for name, ours in _COUNTED.items()}
    total = {**figures, "operation": "plan"}
    return [*changes, *refused, *noted, event("change_summary", summary(plan), now, changes=total, digest=plan.digest)]


def _note(sentence: str, now: str) -> str:
    told = {"severity": "warning", "summary": sentence, "detail": ""}
    return event("diagnostic", f"warning: {sentence}", now, "warn", diagnostic=told)


def applied(
    outcomes: Sequence[Outcome], now: str, plan: Mapping[str, int] | None = None, tips: Tips = NOWHERE
) -> list[str]:
    """plan: what has been done of the plan so far, by any run: figures as count() gives them.

    tips: space name -> how far its journal has come.
    """
    lines = [line for outcome in outcomes for line in _outcome(outcome, now)]
    counts = tally(outcomes)
    figures = {
        "add": counts["added"],
        "change": counts["changed"],
        "import": counts["imported"],
        "remove": counts["destroyed"],
    }
    total = {**figures, "operation": "apply"}
    more: dict[str, Any] = {}
    if plan:
        more["plan"] = {"add": plan["add"], "change": plan["change"], "remove": plan["destroy"]}
    if tips:
        more["tips"] = {name: tip._asdict() for name, tip in tips.items()}
    return [*lines, event("change_summary", last_line(outcomes), now, changes=total, **more)]


def _change(change: Change) -> dict[str, Any]:
    body = {
        "resource": _resource(change.address),
        "action": _ACTIONS.get(change.action, change.action),
        "reason": change.reason,
    }
    return {**body, "actions": actions(change)}


def _resource(address: str) -> dict[str, str]:
    _, type, name = address.split("/", 2)
    return {"addr": address, "resource": address, "resource_type": type, "resource_name": name}


def progress(kind: str, address: str, detail: str, now: str) -> str:
    """A line of progress; "" for events that are reported at the end."""
    if kind == "throttled":
        return event("throttled", f"{detail}: too fast for the cloud, waiting", now, "warn", operation=detail)
    if kind not in ("start", "called"):
        return ""
    type, message = ("apply_start", "begins") if kind == "start" else ("apply_progress", f"{detail} answered")
    said = {"action": detail} if kind == "start" else {"operation": detail}
    return event(type, f"{escape(address)}: {message}", now, hook={"resource": _resource(address), **said})


def _outcome(outcome: Outcome, now: str) -> list[str]:
    hook: dict[str, Any] = {"resource": _resource(outcome.address), "action": outcome.action}
    if outcome.left:
        hook["left"] = outcome.left
    what = f"{escape(outcome.address)}: {outcome.result.replace('_', ' ')}"
    lines = [diagnostic(outcome.problem, now)] if outcome.problem else []
    if outcome.result == "done":
        return [*lines, event("apply_complete", what, now, hook=hook)]
    if outcome.challenge:
        message = f"{escape(outcome.address)}: {waits_for(outcome.challenge, now)}"
        more = {} if outcome.result == "paused" else {"result": outcome.result}
        return [*lines, event("challenge_open", message, now, challenge=challenge_row(outcome.challenge), **more)]
    if outcome.result == "paused":
        return [*lines, event("paused", what, now, hook=hook, resume_at=outcome.resume_at or None)]
    return [*lines, event("apply_errored", what, now, "error", hook={**hook, "result": outcome.result})]


def challenge_row(waits: Challenge, whole: bool = False) -> dict[str, Any]:
    """whole: with the number in full, as `pending --json` shows it to those who ask."""
    return {
        "address": waits.address,
        "number": waits.number if whole else mask.target(waits.number),
        "challenge": waits.kind,
        "operation": waits.operation,
        "requested_at": waits.requested_at or None,
        "attempts": waits.attempts,
        "messages_sent": waits.messages_sent,
        "in_doubt": waits.in_doubt,
        "parked": waits.parked,
        "channel": waits.channel,
        "reason": waits.reason,
        **({"open": waits.open if whole else mask.target(waits.open)} if waits.open else {}),
        **({"refusal": _refusal(waits.refusal)} if waits.refusal else {}),
    }


def _refusal(refusal: LastRefusal) -> dict[str, Any]:
    return {**structs.asdict(refusal), "code": mask.code(refusal.code), "message": mask.text(refusal.message)}


def diagnostic(problem: Problem, now: str, severity: str = "error") -> str:
    level = {"warning": "warn"}.get(severity, severity)
    said = f"{severity}: {escape(problem.what)}"
    return event("diagnostic", said, now, level, diagnostic=diagnosis(problem, severity))


def diagnosis(problem: Problem, severity: str = "error") -> dict[str, Any]:
    """As in validate --json, too. An end is not known, so it is the start."""
    body: dict[str, Any] = {
        "severity": severity,
        "code": problem.code,
        "summary": mask.text(problem.what),
        "detail": mask.text(problem.mend),
    }
    if problem.found is not None:
        body["found"] = mask.text(problem.found)
    if problem.address:
        body["address"] = problem.address
    if problem.place:
        start = {"line": problem.place.line, "column": problem.place.column}
        body["range"] = {"filename": problem.place.file, "start": start, "end": start}
    return body
