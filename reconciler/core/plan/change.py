"""A plan as data: it can be saved, read by people, compared and refused. No closures, no clock, nothing to run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from reconciler.core.model import Attributes
from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.basis import Basis
from reconciler.errors import Problem

Action = Literal["create", "update", "replace", "delete", "forget", "move"]


class PlannedCall(NamedTuple):
    """One call of the table. looks: the reads around it. ask: what a person gives first. channel, to: of its message.

    only_if: why it is made at all, when it lies off the main way; unless: why it may not be made.
    """

    operation: str
    phase: str
    effect: str
    ask: str = ""
    looks: tuple[str, ...] = ()
    channel: str = ""
    to: str = ""
    only_if: str = ""
    unless: str = ""
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """The old way out. door: the phase an operation removes it through; "" where removing is forgetting.

    left: what stays to be cleaned up by hand. after: (space id, record id) that must be ready first.
    refused: on_remove says so.
    """

    id: str
    address: str
    key: str
    version: int
    reason: str
    door: str = ""
    calls: tuple[PlannedCall, ...] = ()
    left: str = ""
    after: tuple[str, str] | None = None
    refused: bool = False


class Change(NamedTuple):
    """One resource's line in a plan.

    address: with the space's name; local: without. previous: where it stood, when it moved. door: the phase an
    update enters through; learned: what is to be learned anew then. carried: (space id, record id) of a record
    that moves between journals. phase, requested_at, in_doubt, parked, refusal: how far a resumed one has come.
    """

    address: str
    local: str
    id: str
    type: str
    kind: str
    key: str
    action: Action
    reason: str
    before: Attributes | None = None
    after: Attributes | None = None
    on_remove: str = "refuse"
    differences: tuple[tuple[str, Any, Any], ...] = ()
    previous: str = ""
    phase: str = ""
    requested_at: str = ""
    in_doubt: bool = False
    parked: bool = False
    refusal: LastRefusal | None = None
    door: str = ""
    learned: Mapping[str, Any] = {}
    calls: tuple[PlannedCall, ...] = ()
    version: int = 0
    removal: Removal | None = None
    carried: tuple[str, str] | None = None

    @property
    def waits(self) -> bool:
        """Whether there is nothing to it but to see if the cloud has finished."""
        asks = bool(self.calls) and self.calls[0].ask == "time"
        return asks and not (self.removal or self.previous or self.differences or self.door or self.carried)

    @property
    def is_refused(self) -> bool:
        """Whether on_remove keeps what the file lets go."""
        return bool(self.removal and self.removal.refused)

    @property
    def is_kept(self) -> bool:
        """Whether that is all there is to it."""
        return self.is_refused and self.action in ("delete", "forget")

    @property
    def all_calls(self) -> tuple[PlannedCall, ...]:
        return (self.removal.calls if self.removal else ()) + self.calls


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """unchanged, recorded: counts. changed_at: when the record last changed, "" if there is none."""

    name: str
    space_id: str
    lineage: str
    config: str
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    recorded: int = 0
    changed_at: str = ""

    @property
    def shown(self) -> tuple[Change, ...]:
        """Without what only waits for the cloud."""
        return tuple(change for change in self.changes if not change.waits)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Since when, where no space changed and so none was looked at. since: a revision, as it was asked for.

    spaces: how many there are. waiting: how many of their resources wait for a human by recorded state.
    """

    since: str
    spaces: int
    waiting: int = 0


@dataclass(frozen=True)
class Plan:
    """refusals: what a guard will refuse when this is applied. endpoint: which cloud, as journals remember it.
    allowed: what else it would refuse, were it not for consent that was given once; never saved.

    basis: what stood for recorded state where none was read; None for a plan that can be applied. since: why there
    is no space in it, where it was asked for those that changed. warnings: what the files say that may be a mistake.
    settings: those it runs under, by name; None where an older program made it. sent: messages of the last 24 hours by
    their daily limit, for the forecast. left_out: why some spaces are not in it, each problem with its address.
    """

    endpoint: str
    spaces: tuple[SpacePlan, ...] = ()
    refusals: tuple[Problem, ...] = ()
    basis: Basis | None = None
    since: Unchanged | None = None
    warnings: tuple[Problem, ...] = ()
    allowed: tuple[Problem, ...] = ()
    settings: Mapping[str, Any] | None = None
    sent: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[Problem, ...] = ()

    @property
    def without_consent(self) -> Plan:
        return replace(self, refusals=(*self.refusals, *self.allowed), allowed=())

    @property
    def changes(self) -> Iterator[Change]:
        return (change for change in self.all_changes if not change.waits)

    @property
    def waits(self) -> Iterator[Change]:
        """What the cloud still looks at: nothing is shown as changed, and apply sees whether it has finished."""
        return (change for change in self.all_changes if change.waits)

    @property
    def all_changes(self) -> Iterator[Change]:
        return (change for space in self.spaces for change in space.changes)

    @property
    def touched(self) -> dict[str, str]:
        """Space id -> name, of each space that changes or that a change looks into: a move's other end may be done."""
        seen = {change.removal.after[0] for change in self.changes if change.removal and change.removal.after}
        return {space.space_id: space.name for space in self.spaces if space.changes or space.space_id in seen}

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex over content(), canonically written."""
        whole = hashlib.sha256()
        for piece in _pieces(self):
            whole.update(piece.encode("utf-8", "surrogatepass"))
        return whole.hexdigest()


# What passes with time without changing what the plan does.
_PASSING = ("unchanged", "recorded", "changed_at")


def content(plan: Plan) -> Mapping[str, Any]:
    """All that a plan covers, as JSON values, without anything that only time moves."""
    spaces = [{name: value for name, value in part_row(space).items() if name not in _PASSING} for space in plan.spaces]
    return {"endpoint": plan.endpoint, "spaces": spaces, **optional_rows(plan)}


def optional_rows(plan: Plan) -> dict[str, Any]:
    rows = {name: part_row(each) for name, each in (("basis", plan.basis), ("since", plan.since)) if each}
    return rows | ({"settings": plan.settings} if plan.settings else {})


def part_row(part: Any) -> dict[str, Any]:
    """A part of a plan as JSON values; facts and differences are not copied."""
    return {name: _value(value) for name, value in fields(part).items()}


def fields(part: Any) -> dict[str, Any]:
    return _named(part, part.__match_args__)


def _named(part: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Without a refusal where there is none, so that a plan that meets none is written as ever."""
    row = dict(zip(names, _values(names)(part), strict=True))
    if row.get("refusal", part) is None:
        del row["refusal"]
    return row


@cache
def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads these fields at once."""
    return attrgetter(*names)


def _value(value: Any) -> Any:
    if isinstance(value, _PARTS):
        return part_row(value)
    return [_value(each) for each in value] if isinstance(value, tuple) else value


_PARTS = (PlannedCall, Removal, Change, LastRefusal)


_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False, default=part_row
).encode
_TOGETHER = 256
# Quotes within a text are escaped: as it is written, this is the field and nothing else.
_LEFT_OUT: Mapping[str, Any] = {}


def _pieces(plan: Plan) -> Iterator[str]:
    """What content() is canonically, some changes at a time: of ten thousand the whole would be many megabytes."""
    yield _canonical({"endpoint": plan.endpoint, "spaces": (), **optional_rows(plan)}).removesuffix("]}")
    for number, space in enumerate(plan.spaces):
        yield f'{"," if number else ""}{{"changes":['
        for start in range(0, len(space.changes), _TOGETHER):
            yield f"{',' if start else ''}{_changes(space.changes[start : start + _TOGETHER])}"
        rest = {name: value for name, value in fields(space).items() if name not in (*_PASSING, "changes")}
        yield f"],{_canonical(rest)[1:]}"
    yield "]}"


def _changes(changes: Sequence[Change]) -> str:
    """To begin writing costs as much as a change: these are written at once, and their calls, mostly alike, put in."""
    rows = _canonical([{**_named(change, _IN_ORDER), "calls": _LEFT_OUT} for change in changes])
    calls = (f'"calls":[{",".join(map(_call, change.calls))}]' for change in changes)
    first, *others = rows[1:-1].split('"calls":{}')
    if len(others) != len(changes):  # a text could not imitate it; a fact that is a mapping could
        return _canonical([part_row(change) for change in changes])[1:-1]
    return first + "".join([put + then for put, then in zip(calls, others, strict=True)])


# Sorting what is sorted costs nothing.
_IN_ORDER = tuple(sorted(Change.__match_args__))


def _call(call: PlannedCall) -> str:
    if not call.to:
        return _same_call(call)
    before, _, after = _same_call(call._replace(to="")).partition('"to":""')
    return f'{before}"to":{_canonical(call.to)}{after}'


@lru_cache(256)
def _same_call(call: PlannedCall) -> str:
    return _canonical(part_row(call))
