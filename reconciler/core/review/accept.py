"""What it takes for a record to agree with the cloud again: one entry, and no call. Pure.

Nothing is accepted of a record with an unanswered call: the next run finds out what that call did.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.plan.rename_and_move import renamed
from reconciler.core.review.checked import CheckedResource, CheckReport
from reconciler.kinds import KINDS

Entry = dict[str, Any]


class Drift(NamedTuple):
    """A record that the cloud contradicts.

    state: of its space.
    record: as it was compared.
    found: what the cloud reports.
    entry: that makes the record agree; None if a run settles it, or a person must.
    """

    state: State
    record: Record
    found: CheckedResource
    entry: Entry | None


class Refreshed(NamedTuple):
    """What a refresh found.

    report: all readings.
    drifts: the records that the cloud contradicts.
    alone: nothing else was planned.
    """

    report: CheckReport
    drifts: tuple[Drift, ...]
    alone: bool = False


LEFT = "nothing of it is left in its space"


def acceptance(record: Record, found: CheckedResource) -> Entry | None:
    """The entry that records what was found; None if there is none to write, or if a run settles it."""
    if record.intents or record.phase != found.phase or _unsettled(found):
        return None
    if found.verdict == "in_another_space" or (found.verdict == "gone" and not found.found_at):
        return {"type": "forgotten", "id": record.id, "left": LEFT, "why": _why(found)}
    if found.found_at:
        learned = {name: value for name, value in found.values.items() if value is not None}
        entry = {"type": "entered", "id": record.id, "phase": found.found_at, "door": "create"}
        return {**entry, "learned": learned, "why": _why(found)}
    if found.verdict == "changed" and found.values:
        return {**renamed(record, record.address), "facts": {**record.facts, **found.values}}
    return None


def _unsettled(found: CheckedResource) -> bool:
    """Beside a status that says nothing no value is known to hold, beside another than recorded only a phase."""
    status = found.aspects[0].verdict if found.aspects else ""
    return status == "unknown" or (status == "changed" and not found.found_at)


def _why(found: CheckedResource) -> str:
    return f"accepted as found: {found.verdict.replace('_', ' ')}"


def accepted_words(entry: Entry | None, found: CheckedResource) -> str:
    """What accepting it does, for people; "" for nothing."""
    if entry is None:
        return ""
    if entry["type"] == "forgotten":
        return "forgets it"
    if entry["type"] == "entered":
        return f"records that it is {entry['phase']}"
    kind = KINDS[found.kind]
    return f"records {', '.join(sorted(found.values.keys() & {*kind.shown, *kind.fixed, *kind.updated}))}"
