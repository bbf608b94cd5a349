"""What `check` found: each resource's record compared with what the cloud reports now. Pure.

A reading is in no digest, no plan and no state. What could not be read is `unknown`, never as recorded and never gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct

from reconciler.core import codec, fields
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.times import DAY
from reconciler.errors import Problem, UsageError
from reconciler.kinds import KINDS
from reconciler.kinds.table import Facts, Finding, Look, Observation, Verdict
from reconciler.kinds.types import TypeName

FORMAT = 1
FOUND, UNREAD = 2, 1
"""Exit codes: something is not as recorded; something could not be read."""
CheckVerdict = Literal[
    "gone",
    "in_another_space",
    "changed",
    "verified_elsewhere",
    "running_out",
    "unknown",
    "unreadable",
    "as_recorded",
]
"""Of a resource: the first that one of its readings has. `unreadable`: no operation reads it."""
VERDICTS: tuple[CheckVerdict, ...] = get_args(CheckVerdict)
NOT_AS_RECORDED = VERDICTS[:5]
_HALFWAY = "its change or removal is not finished"

ReadLook = Callable[[Look, Facts], Mapping[str, Any] | Problem]
"""Makes a look's reads, at most once each: the data as a step's look gets them, or why they could not be read."""


class CheckedAspect(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One reading.

    name: the aspect, such as `status` or `quality`.
    verdict: against what is recorded; "" if nothing is recorded of it.
    found: as the cloud writes it, with numbers masked.
    recorded: what is recorded, if that differs.
    """

    name: str
    verdict: Verdict
    found: str
    recorded: str = ""


class CheckedResource(Struct, frozen=True, forbid_unknown_fields=True):
    """One resource.

    address: with the space's name.
    kind: its lifecycle.
    phase: as recorded.
    verdict: of the resource.
    aspects: its readings.
    values: facts that differ, with the cloud's values.
    found_at: the phase that the cloud shows it in, if that is another one; "" otherwise.
    """

    address: fields.Address
    kind: fields.KindName
    phase: fields.Word
    verdict: CheckVerdict
    aspects: tuple[CheckedAspect, ...]
    values: fields.Values = {}
    found_at: fields.MaybeWord = ""


class UnmanagedResource(Struct, frozen=True, forbid_unknown_fields=True):
    """Something in the cloud that is not recorded.

    space: whose listing has it; "" for the directory of contacts.
    type: the resource type.
    key: its number or name.
    found: as the cloud writes it.
    """

    space: str
    type: TypeName
    key: str
    found: str


class UnreadListing(Struct, frozen=True, forbid_unknown_fields=True):
    """A listing that was asked for what is not recorded, and could not be read.

    space: whose listing; "" for the directory of contacts.
    type: the resource type.
    why: it could not be read.
    """

    space: str
    type: TypeName
    why: str


class CheckReport(Struct, frozen=True, forbid_unknown_fields=True):
    """What `check` found.

    at: when it began, UTC.
    calls: reads that were made.
    spaces: whose records were compared.
    resources: by address.
    unmanaged: what is not recorded, if that was asked for.
    unmanaged_unknown: where that is not known.
    partial: only some addresses or spaces were asked for.
    """

    at: fields.Time
    calls: fields.Whole
    spaces: fields.Whole
    resources: tuple[CheckedResource, ...]
    unmanaged: tuple[UnmanagedResource, ...] = ()
    unmanaged_unknown: tuple[UnreadListing, ...] = ()
    partial: bool = False

    @property
    def exit_code(self) -> int:
        """2 if something is not as recorded, otherwise 1 if something could not be read."""
        found = self.tally
        if any(found[verdict] for verdict in NOT_AS_RECORDED):
            return FOUND
        return UNREAD if found["unknown"] else 0

    @property
    def tally(self) -> Counter[str]:
        """How many resources have each verdict."""
        return Counter(each.verdict for each in self.resources)

    def of(self, *verdicts: str) -> list[CheckedResource]:
        """The resources with one of these verdicts."""
        return [each for each in self.resources if each.verdict in verdicts]


def load_check(data: Mapping[str, Any]) -> CheckReport:
    """Raises UsageError if this is not what `check --json` prints, or of a newer format."""
    try:
        if data["format"] > FORMAT:
            raise UsageError(
                Problem("check-unreadable", f"its format {data['format']} is newer than this program reads")
            )
        given = {name: value for name, value in data.items() if name not in ("format", "exit_code")}
        report: CheckReport = codec.convert(given, CheckReport)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UsageError(
            Problem("check-unreadable", f"it is not what `check --json` prints{codec.where(error)}")
        ) from None
    return report


def facts_now(state: State, record: Record, now: str) -> Facts:
    """What the readings of a kind get. now: the time, as in entries."""
    since = datetime.fromisoformat(record.changed_at or now)
    days = max(0, (datetime.fromisoformat(now) - since) // DAY)
    return {**record.facts, "space_id": state.space_id, "phase": record.phase, "days": days}


def observed(record: Record) -> list[Observation]:
    """What can be read of a record in its phase. A record that is being removed is the next run's."""
    if record.door == "delete":
        return []
    found = (each for each in KINDS[record.kind].observed if record.phase in each.phases)
    return [each for each in found if each.look.needed(record.facts)]


def examine(state: State, record: Record, read: ReadLook, now: str, others: Iterable[State] = ()) -> CheckedResource:
    """Compares one record. others: spaces that may have it if it is gone from its own."""
    facts = facts_now(state, record, now)
    found = [*_found(observed(record), facts, read), *unsettled(record)]
    aspects = tuple(CheckedAspect(*each[:4]) for each in found)
    verdict = _verdict(aspects)
    if verdict == "gone" and not KINDS[record.kind].row.directory_wide:
        aspects = (*_elsewhere(observed(record)[0], facts, read, others), *aspects)
        verdict = "in_another_space" if aspects[0].verdict == "in_another_space" else "gone"
    values = {name: value for each in found for name, value in each.facts.items()}
    phase = next((each.phase for each in found if each.phase), "")
    return CheckedResource(f"{state.name}/{record.address}", record.kind, record.phase, verdict, aspects, values, phase)


def _found(observations: Sequence[Observation], facts: Facts, read: ReadLook) -> Iterator[Finding]:
    for each in observations:
        data = read(each.look, facts)
        yield from [Finding("status", "unknown", data.what)] if isinstance(data, Problem) else each.reads(facts, data)


def unsettled(record: Record) -> list[Finding]:
    """What only a run finds out: whether its unanswered calls did something, and how a change or a removal that was
    begun ends, where nothing can be read meanwhile."""
    if record.intents:
        return [Finding("call", "unknown", f"{operation} unanswered") for operation in record.intents]
    begun = record.door == "update" and record.phase != KINDS[record.kind].ready
    if record.door == "delete" or (begun and not observed(record)):
        return [Finding("status", "unknown", _HALFWAY)]
    return []


def _verdict(aspects: Sequence[CheckedAspect]) -> CheckVerdict:
    """The first reading says whether it is there: if that is unknown, nothing else is worth more."""
    if not aspects:
        return "unreadable"
    if aspects[0].verdict == "unknown":
        return "unknown"
    found = {each.verdict for each in aspects}
    return next((verdict for verdict in VERDICTS if verdict in found), "as_recorded")


def _elsewhere(first: Observation, facts: Facts, read: ReadLook, others: Iterable[State]) -> Iterator[CheckedAspect]:
    """The first other space that lists what is gone from its own, or the number of those that could not be read."""
    unread = 0
    for state in others:
        if state.space_id == facts["space_id"]:
            continue
        there = {**facts, "space_id": state.space_id}
        data = read(first.look, there)
        if isinstance(data, Problem):
            unread += 1
        elif (reading := next(iter(first.reads(there, data)))).verdict not in ("gone", "unknown"):
            yield CheckedAspect("space", "in_another_space", f"{state.name}, {reading.found}")
            return
    if unread:
        yield CheckedAspect("space", "unknown", f"{unread} of the other spaces could not be read")
