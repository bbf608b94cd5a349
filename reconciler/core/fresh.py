"""Whether a plan still fits what is recorded. Its own runs, and codes typed meanwhile, do not make it stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.core.change import Change, Plan, SpacePlan
from reconciler.core.digest import digest
from reconciler.core.journal import State
from reconciler.core.model import Space
from reconciler.core.record import Record
from reconciler.errors import Problem


def staleness(plan: Plan, states: Mapping[str, State], spaces: Mapping[str, Space], endpoint: str) -> Iterator[Problem]:
    """spaces: as declared now, by id. Nothing yielded means that the plan may be applied."""
    if plan.endpoint != endpoint:
        yield Problem("plan-other-endpoint", f"the plan is for {plan.endpoint}, and this is {endpoint}")
    for planned in plan.spaces:
        yield from _space(planned, plan.digest, states.get(planned.space_id), spaces.get(planned.space_id))


def _space(planned: SpacePlan, plan_digest: str, state: State | None, space: Space | None) -> Iterator[Problem]:
    if planned.config != digest(space or Space(planned.name, planned.space_id, "")):
        yield Problem("plan-other-config", f"{planned.name}: the configuration changed since the plan was made")
    lineage = state.lineage if state else ""
    if planned.lineage not in ("", lineage):
        yield Problem("plan-other-lineage", f"{planned.name}: the plan was made against another journal")
    for change in planned.changes:
        yield from _change(change, plan_digest, state.records if state else {})


def _change(change: Change, plan_digest: str, records: Mapping[str, Record]) -> Iterator[Problem]:
    versions = {change.id: change.version}
    if change.removal:
        versions[change.removal.id] = change.removal.version
    for id, version in versions.items():
        record = records.get(id)
        if record is None and version and not change.removal:
            yield Problem(
                "plan-stale", f"{change.address} was forgotten since the plan was made", address=change.address
            )
        if record and record.version != version and not (record.plan == plan_digest and record.base <= version):
            what = f"{change.address} was changed {record.changed_at} by {record.changed_by} since the plan was made"
            yield Problem("plan-stale", what, address=change.address)
