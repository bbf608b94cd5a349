"""What `check` found as the text of an issue: what is not as recorded, what is unknown, and how to settle it."""

from __future__ import annotations

from reconciler.core.review.checked import (
    NOT_AS_RECORDED,
    CheckedResource,
    CheckReport,
    UnmanagedResource,
    UnreadListing,
)
from reconciler.render.escape import escape
from reconciler.render.markdown.columns import command_in_columns
from reconciler.render.markdown.outcome import document, titled_section
from reconciler.render.markdown.words import code, fence, prose
from reconciler.render.text.outcome import Again
from reconciler.render.text.readings.check import resource_row, unmanaged_row, unread_row
from reconciler.render.times import counted

TITLE = "The cloud is not as recorded"
NOTHING = "Nothing differs from what is recorded any more"
DIFFERS = "**Not as recorded:**"
UNRECORDED = "**In the cloud, and not recorded:**"
UNKNOWN = "**Unknown, nothing is concluded from it:**"
SETTLE = (
    "see what accepting each finding would record, and record it; then declare it so, or let `plan` and `apply` change "
    "it back."
)
OPEN = "What could not be read closes no issue, and opens none."


def drift_document(report: CheckReport, again: Again, room: int) -> str:
    """again: words after `reconciler` -> the whole command line. room: bytes."""
    differs, unknown = report.of(*NOT_AS_RECORDED), report.of("unknown")
    of = f"of {counted(len(report.resources), 'resource')}"
    found = f"Not as recorded in the cloud: {len(differs)} {of}" if differs else ""
    unread = f"Unknown: {len(unknown)} {of}" if unknown else ""
    groups = (
        (DIFFERS, list(map(_row, differs))),
        (UNKNOWN, [*map(_row, unknown), *map(_unread, report.unmanaged_unknown)]),
        (UNRECORDED, list(map(_unmanaged, report.unmanaged))),
    )
    sections = [titled_section(title, rows) for title, rows in groups if rows]
    notes = [OPEN] if unknown and not differs else []
    return document(found or unread or NOTHING, notes, sections, room, last=_settling(again) if differs else [])


def _row(resource: CheckedResource) -> tuple[str, str]:
    address, finding, seen = resource_row(resource)
    return address, f"- {code(address)} {finding}: {prose(seen)}"


def _unmanaged(found: UnmanagedResource) -> tuple[str, str]:
    space, type_, key, seen = unmanaged_row(found)
    return key, f"- {code(space)} {type_} {code(key)}: {prose(seen)}"


def _unread(listing: UnreadListing) -> tuple[str, str]:
    space, type_, why = unread_row(listing)
    return space, f"- {code(space)} {type_}, what is not recorded: {prose(why)}"


def _settling(again: Again) -> list[str]:
    commands = (command_in_columns(escape(again(verb, "--refresh-only"))) for verb in ("plan", "apply"))
    lines = [line for command in commands for line in command.split("\n")]
    ticks = fence(lines)
    return ["\n".join([f"- **To settle it:** {SETTLE}", "", *(f"  {each}" for each in (f"{ticks}sh", *lines, ticks))])]
