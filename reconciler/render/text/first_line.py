"""The first line of a plan: its figures, or no changes, and compared with what. Pure."""

from __future__ import annotations

from reconciler.core.plan.change import Plan, Unchanged
from reconciler.core.plan.forecast import count
from reconciler.render.escape import cut
from reconciler.render.times import age, counted

NO_CHANGES = "No changes. Your infrastructure matches the configuration."


def first_line(plan: Plan) -> str:
    """Escaped. If something waits, or is left out, it has figures, and not `No changes.`."""
    if plan.changes or (plan.since and plan.since.waiting) or plan.left_out:
        return summary(plan)
    if plan.since:
        return f"No changes. {none_changed(plan.since)}"
    if plan.scope and plan.scope.partial:
        return "No changes. Nothing is to be done with what this plan is limited to."
    if plan.scope and plan.scope.destroy:
        return "No changes. Nothing is recorded that could be destroyed."
    if plan.basis and not plan.basis.taken_at:
        at = plan.basis.revision[:12]
        return f"No changes. Revision {at} and this one declare the same; recorded state was not read."
    return NO_CHANGES


NOT_ASKED, ASKED = "the cloud was not asked", "what the cloud reports is above"
"""How the line below `No changes.` ends, without and with a refresh."""


def by_record(plan: Plan, now: str) -> list[str]:
    """The line below `No changes.`, where recorded state alone says so: how old it is. now: for ages."""
    times = [space.changed_at for space in plan.spaces if space.changed_at]
    if plan.basis or plan.since or plan.left_out or plan.changes:
        return []
    if not times:
        return [f"Nothing is recorded; {NOT_ASKED}."]
    which = "By the record" if len(times) == 1 else f"By the records of {len(times)} spaces, the oldest"
    return [f"{which} of {age(min(times), now)}; {NOT_ASKED}."]


def summary(plan: Plan) -> str:
    counts = count(plan)
    forgotten = f", {counts['forget']} to forget" if counts["forget"] else ""
    imported = f"{counts['import']} to import, " if counts["import"] else ""
    most = f"{counts['add']} to add, {counts['change']} to change, {counts['destroy']} to destroy"
    return f"Plan: {imported}{most}{forgotten}."


def none_changed(since: Unchanged) -> str:
    """Escaped."""
    spaces = counted(since.spaces, "space")
    return f"None of {spaces} changed since {cut(since.since)}; none was checked."
