"""What `check` found, as text for people: a table, and one line that counts."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.core.review.checked import (
    NOT_AS_RECORDED,
    VERDICTS,
    CheckedAspect,
    CheckedResource,
    CheckReport,
    CheckVerdict,
    UnmanagedResource,
    UnreadListing,
)
from reconciler.kinds import KINDS
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.text.layout import table
from reconciler.render.times import counted

FEW = 50
"""With more resources, those as recorded are only counted."""
HEADS = ("resource", "finding", "in the cloud")
UNMANAGED_HEADS = ("space", "type", "number or name", "in the cloud")
UNREAD_HEADS = ("space", "type", "why")
FINDINGS: dict[CheckVerdict, str] = {
    "gone": "gone",
    "in_another_space": "in another space",
    "changed": "changed outside",
    "verified_elsewhere": "verified elsewhere",
    "running_out": "running out",
    "unknown": "unknown",
    "unreadable": "not readable",
    "as_recorded": "as recorded",
}
NOT_RECORDED = "In the cloud, and not recorded (declare them, and `apply --adopt` takes them over):"
NOT_KNOWN = "What is in the cloud and not recorded is unknown there:"
NOTHING = "Nothing to check: nothing is recorded as ready."
_UNREADABLE = "no operation reads it"


def check_lines(report: CheckReport, width: int = 0, full: bool = False) -> list[str]:
    """width: columns there are, 0 for as many as are needed. full: list every resource."""
    unmanaged = list(unmanaged_lines(report, width))
    if not report.resources:
        return [NOTHING, "", *unmanaged[:-1]] if unmanaged else [NOTHING]
    shown = [each for each in report.resources if full or _is_shown(each, len(report.resources))]
    lines = table(HEADS, [resource_row(each) for each in shown], width) if shown else []
    left = len(report.resources) - len(shown)
    rest = [f"  {left} more {'is' if left == 1 else 'are'} as recorded; --full lists every one."] if left else []
    return [*lines, *rest, "", *unmanaged, check_summary(report)]


def _is_shown(resource: CheckedResource, many: int) -> bool:
    return many <= FEW or resource.verdict not in ("as_recorded", "unreadable")


def unmanaged_lines(report: CheckReport, width: int) -> Iterator[str]:
    """What is in the cloud and not recorded, and where that is unknown, each with an empty line after it; none where
    nothing is."""
    if report.unmanaged:
        yield NOT_RECORDED
        yield from table(UNMANAGED_HEADS, list(map(unmanaged_row, report.unmanaged)), width)
        yield ""
    if report.unmanaged_unknown:
        yield NOT_KNOWN
        yield from table(UNREAD_HEADS, list(map(unread_row, report.unmanaged_unknown)), width)
        yield ""


def unmanaged_row(found: UnmanagedResource) -> tuple[str, str, str, str]:
    """Space, type, key and what the cloud reports."""
    space, type_ = escape(found.space or "directory"), found.type.replace("_", " ")
    return space, type_, mask.text(escape(found.key)), mask.text(escape(found.found))


def unread_row(unread: UnreadListing) -> tuple[str, str, str]:
    """Space, type, and why its listing could not be read."""
    return escape(unread.space or "directory"), unread.type.replace("_", " "), mask.text(escape(unread.why))


def check_summary(report: CheckReport) -> str:
    """One sentence that counts."""
    found = report.tally
    counts = ", ".join(f"{found[each]} {FINDINGS[each]}" for each in reversed(VERDICTS) if found[each])
    what = f"{counted(len(report.resources), 'resource')} of {counted(report.spaces, 'space')}"
    return f"Checked {what} with {counted(report.calls, 'read')}: {counts}."


def findings(report: CheckReport | None) -> Iterator[tuple[str, str, str]]:
    """Address, finding, and what the cloud reports, of each resource that is not as recorded or unknown."""
    yield from (resource_row(each) for each in (report.of(*NOT_AS_RECORDED, "unknown") if report else ()))


def resource_row(resource: CheckedResource) -> tuple[str, str, str]:
    seen = ", ".join(filter(None, map(_aspect, resource.aspects)))
    unread = KINDS[resource.kind].ready_means or _UNREADABLE
    return escape(resource.address), FINDINGS[resource.verdict], escape(mask.text(seen)) or unread


def _aspect(aspect: CheckedAspect) -> str:
    label, found = "" if aspect.name == "status" else f"{aspect.name} ", mask.url(aspect.found)
    if aspect.recorded and aspect.verdict != "as_recorded":
        return f"{label}{found} (recorded {mask.url(aspect.recorded)})"
    return "" if aspect.name == "name" and aspect.verdict == "as_recorded" else f"{label}{found}"
