"""A plan as JSON in Terraform's format, for policies and converters; our own data is under one key.

Phone numbers are not masked, but marked as sensitive, like e-mail addresses and people's names. It never contains codes
or secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from msgspec import UNSET, structs

from reconciler import __version__
from reconciler.core.codec import encode
from reconciler.core.plan.change import Change, Plan, SpacePlan
from reconciler.core.plan.forecast import forecast
from reconciler.core.review.saved import FORMAT, notice
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.render.documents.change_document import PROVIDER, ChangeShape, Marks, ResourceChange, Values
from reconciler.render.documents.plan_document import (
    Costs,
    Declaration,
    Deferred,
    OpenChallenge,
    Ours,
    PlanDocument,
    PlannedSpace,
    PlannedValue,
    Steps,
    Wait,
)
from reconciler.render.text.notes import notes

if TYPE_CHECKING:
    from reconciler.core.review.accept import Drift, Refreshed
    from reconciler.core.review.preflight import PreflightReport

# Where Terraform has another word than a change.
ACTIONS = {"replace": ["delete", "create"], "move": ["no-op"], "import": ["no-op"]}
NEW_FIRST = ["create", "delete"]


def actions(change: Change) -> list[str]:
    """As Terraform names them: of a replacement in their order."""
    return NEW_FIRST if change.new_first else ACTIONS.get(change.action, [change.action])


REASONS = {
    "replace": "replace_because_cannot_update",
    "delete": "delete_because_no_resource_config",
    "forget": "delete_because_no_resource_config",
}


def plan_json(
    plan: Plan,
    now: str,
    calls_per_second: int = 10,
    drift: Refreshed | None = None,
    preflight: PreflightReport | None = None,
) -> str:
    """One line, without its end. drift: what a refresh found. preflight: what is foreseen of each change."""
    shown = [(change, _resource_change(space, change)) for space in plan.spaces for change in space.shown]
    waiting = [
        Deferred(_deferred(change), shape)
        for change, shape in shown
        if any(call.ask not in ("", "time") for call in change.calls)
    ]
    present = [shape for _, shape in shown if shape.change.after is not None]
    provider = {"reconciler": {"name": "reconciler", "full_name": PROVIDER}}
    document = PlanDocument(
        format_version="1.2",
        terraform_version="1.11.4",
        reconciler_version=__version__,
        timestamp=now,
        complete=not (waiting or (plan.scope and plan.scope.partial)),
        applyable=not plan.basis and not plan.refusals and bool(plan.all_changes),
        errored=bool(plan.left_out),
        planned_values={"root_module": {"resources": list(map(_planned_value, present))}},
        resource_changes=[shape for _, shape in shown],
        resource_drift=[drift_change(each) for each in drift.drifts] if drift else [],
        deferred_changes=waiting,
        configuration={
            "provider_config": provider,
            "root_module": {"resources": list(map(_declaration, present))},
        },
        checks=list(map(_check, plan.refusals)),
        reconciler=_ours(plan, now, calls_per_second, drift, preflight),
    )
    return _in_ascii(encode(document, sort=False).decode())


def _in_ascii(text: str) -> str:
    """As JSON spells what no terminal should take for its own: a value moves no cursor and turns no line round."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub("[^ -~]+", lambda found: json.dumps(found[0])[1:-1], text)


def drift_change(drift: Drift) -> ResourceChange:
    """What happened outside of this program, as a change from what is recorded to what was found."""
    record, state, found = drift.record, drift.state, drift.found
    place = {"space": state.name, "space_id": state.space_id}
    gone = found.verdict in ("gone", "in_another_space") and not found.found_at
    before = place | _declared(record.kind, record.facts, record.on_remove)
    after = None if gone else place | _declared(record.kind, {**record.facts, **found.values}, record.on_remove)
    marks = {name: True for name in KINDS[record.kind].row.personal if name in before}
    shape = ChangeShape(["delete" if gone else "update"], before, after, marks, False if gone else marks)
    return ResourceChange(found.address, record.type, record.address.partition("/")[2], shape)


def _ours(
    plan: Plan, now: str, calls_per_second: int, drift: Refreshed | None, preflight: PreflightReport | None
) -> Ours:
    cost = forecast(plan, calls_per_second)
    return Ours(
        format=FORMAT,
        digest=plan.digest,
        endpoint=plan.endpoint,
        spaces=list(map(_space, plan.spaces)),
        notes=notes(plan, now),
        challenges=[_challenge(change) for change in plan.changes if change.requested_at],
        waits=[_wait(change) for change in plan.waits],
        forecast=Costs(cost.messages, cost.seconds, len(cost.people), [each._asdict() for each in cost.days] or UNSET),
        refusals=_notices(plan.refusals),
        warnings=_notices(plan.warnings) or UNSET,
        left_out=_notices(plan.left_out) or UNSET,
        basis=structs.asdict(plan.basis) if plan.basis else UNSET,
        since=structs.asdict(plan.since) if plan.since else UNSET,
        settings=plan.settings or UNSET,
        sent=plan.sent or UNSET,
        account=plan.account or UNSET,
        environment=plan.environment or UNSET,
        scope=structs.asdict(plan.scope) if plan.scope else UNSET,
        drift=_readings(drift) if drift else UNSET,
        preflight=_foreseen(preflight) if preflight else UNSET,
    )


def _readings(drift: Refreshed) -> Values:
    from reconciler.render.documents.check import check_document  # what a plan without a refresh does not need

    return check_document(drift.report)


def _foreseen(report: PreflightReport) -> Values:
    from reconciler.render.documents.preflight import preflight_document  # what a plan without it does not need

    return preflight_document(report)


def _space(space: SpacePlan) -> PlannedSpace:
    return PlannedSpace(**structs.asdict(space) | {"changes": list(map(_steps, space.changes))})


def _steps(change: Change) -> Steps:
    return Steps(
        change.address,
        change.action,
        change.reason,
        change.kind,
        change.phase,
        change.requested_at,
        change.in_doubt,
        change.parked,
        change.refusal,
        change.differences,
        change.version,
        change.removal,
        change.all_calls,
        (change.calls and KINDS[change.kind].ready_means) or UNSET,
    )


def _resource_change(space: SpacePlan, change: Change) -> ResourceChange:
    before, after = _before(space, change), _after(space, change)
    importing = {"id": change.key} if change.action == "import" else UNSET
    marks = _marks(change, before), _marks(change, after)
    shape = ChangeShape(actions(change), before, after, *marks, importing=importing)
    return ResourceChange(
        change.address,
        change.type,
        change.local.partition("/")[2],
        shape,
        previous_address=change.previous or UNSET,
        action_reason=REASONS.get(change.action, UNSET),
    )


def _after(space: SpacePlan, change: Change) -> Values | None:
    if change.after is None:
        return None
    place = {"space": space.name, "space_id": space.space_id}
    return place | _declared(change.kind, change.after, change.on_remove)


def _before(space: SpacePlan, change: Change) -> Values | None:
    if change.before is None:
        return None
    name = (change.previous or change.address).partition("/")[0]
    place = {"space": name, "space_id": change.carried[0] if change.carried else space.space_id}
    was = {difference: before for difference, before, _ in change.differences}
    kind = change.removal.kind if change.removal else change.kind
    return place | _declared(kind, change.before, str(was.get("on_remove", change.on_remove)))


def _declared(name: str, facts: Values, on_remove: str) -> dict[str, Any]:
    """What a file declares of such a kind, and nothing that means nothing for it."""
    kind = KINDS[name]
    found = {each: facts[each] for each in (kind.row.key, *kind.shown) if each in facts}
    return found | ({"onboarding": name} if kind.in_space else {}) | {"on_remove": on_remove}


def _marks(change: Change, values: Values | None) -> Marks:
    if values is None:
        return False
    row = KINDS[change.kind].row
    return {name: True for name in (*row.personal, *row.host_only) if name in values}


def _planned_value(shape: ResourceChange) -> PlannedValue:
    return PlannedValue(shape.address, shape.type, shape.name, shape.change.after or {}, shape.change.after_sensitive)


def _declaration(shape: ResourceChange) -> Declaration:
    values = {name: {"constant_value": value} for name, value in (shape.change.after or {}).items()}
    return Declaration(shape.address, shape.type, shape.name, values)


def _wait(change: Change) -> Wait:
    reason = KINDS[change.kind].steps[change.phase].awaits(change.after or {})
    return Wait(change.address, change.phase, reason)


def _deferred(change: Change) -> Literal["code_needed", "confirmation_needed"]:
    return "code_needed" if any(call.ask == "code" for call in change.calls) else "confirmation_needed"


def _challenge(change: Change) -> OpenChallenge:
    call = next((call for call in change.calls if call.ask), None)
    ask, operation = (call.ask, call.operation) if call else ("", "")
    return OpenChallenge(change.address, ask, operation, change.requested_at, change.in_doubt, change.parked)


def _check(problem: Problem) -> dict[str, Any]:
    address = {"kind": "guard", "name": problem.code, "to_display": problem.code}
    about = {"to_display": problem.address or problem.code}
    instance = {"address": about, "status": "fail", "problems": [{"message": problem.what}]}
    return {"address": address, "status": "fail", "instances": [instance]}


def _notices(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [structs.asdict(notice(problem)) for problem in problems]
