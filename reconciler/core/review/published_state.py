"""How far what a revision declares has come, for those who may not see recorded state. Pure.

It names what that revision declares, and nothing else: no number, no e-mail address, no id of the cloud, and no hash of
such, as a number can be found from its hash by trying them all. Of whatever else is recorded it holds the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from reconciler.core import field_checks
from reconciler.core.field_checks import Forms, misfit
from reconciler.core.journal.state import State, canonical, digest
from reconciler.core.model import Project, Space
from reconciler.core.plan.change import Change
from reconciler.core.plan.compare import compared
from reconciler.core.plan.guards import is_parked
from reconciler.core.plan.match import Elsewhere, Pair, Wanted, elsewhere, pairs, wanted
from reconciler.errors import Problem, StateError
from reconciler.kinds import KINDS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One declared resource. phase: "" where no record of it is in its space. unanswered: calls whose answer was lost.

    as_declared: whether what is recorded is what the revision declares; how far it has come does not count.
    """

    address: str
    kind: str
    phase: str
    as_declared: bool
    door: str = "create"
    requested_at: str = ""
    parked: bool = False
    unanswered: tuple[str, ...] = ()
    to_ask: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SeenSpace:
    """undeclared: how many records the journal has beside those of its resources."""

    name: str
    lineage: str
    serial: int
    changed_at: str
    undeclared: int
    resources: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class PublishedState:
    """revision: the commit that declares what is named here, in hex. elsewhere: records of spaces it lacks."""

    revision: str
    endpoint: str
    taken_at: str
    elsewhere: int
    spaces: tuple[SeenSpace, ...]

    @property
    def resources(self) -> dict[str, Seen]:
        return {seen.address: seen for space in self.spaces for seen in space.resources}


def take(project: Project, states: Mapping[str, State], revision: str, endpoint: str, now: str) -> PublishedState:
    """project: as the revision declares it. states: all there are, by space id."""
    declared = {space.space_id for space in project.spaces}
    asked = wanted(project.spaces)
    moving = elsewhere(states.values(), asked)
    beside = sum(len(state.records) for id, state in states.items() if id not in declared)
    found = [(space, states.get(space.space_id) or State(space.space_id)) for space in project.spaces]
    spaces = tuple(_space(space, state, moving, asked) for space, state in found)
    return PublishedState(revision, endpoint, now, beside, spaces)


def _space(space: Space, state: State, elsewhere: Elsewhere, wanted: Wanted) -> SeenSpace:
    found = pairs(space, state, elsewhere, wanted)
    resources = tuple(_seen(pair) for pair in found if pair.desired)
    undeclared = len(state.records) - sum(1 for pair in found if pair.desired and pair.record)
    return SeenSpace(space.name, state.lineage, state.serial, state.changed_at, undeclared, resources)


def _seen(pair: Pair) -> Seen:
    desired, record = pair.desired, pair.record
    assert desired
    if record is None:
        return Seen(desired.address, desired.kind, "", not pair.displaced and not pair.elsewhere)
    to_ask = record.facts.get("to_ask")
    return Seen(
        desired.address,
        record.kind,
        record.phase,
        _as_declared(pair),
        record.door,
        record.requested_at,
        is_parked(record),
        tuple(record.intents),
        None if to_ask is None else tuple(to_ask),
    )


def _as_declared(pair: Pair) -> bool:
    """Whether going on with the record is all that a plan would do."""
    assert pair.desired and pair.record
    change = compared(pair.desired, pair.record)
    if not isinstance(change, Change):
        return change is None
    return not (change.differences or change.previous or change.removal or pair.record.door == "delete")


def dump_published(snapshot: PublishedState) -> dict[str, Any]:
    """As JSON values, with a digest over all, so that one that was cut is no snapshot."""
    body = asdict(snapshot)
    return {"reconciler_snapshot": FORMAT, "digest": digest(canonical(body)), **body}


_SEEN: Forms = {
    "address": field_checks.address,
    "kind": field_checks.kind,
    "phase": field_checks.maybe(field_checks.word),
    "as_declared": field_checks.flag,
    "door": field_checks.one_of("create", "update", "delete"),
    "requested_at": field_checks.maybe(field_checks.time),
    "parked": field_checks.flag,
    "unanswered": field_checks.many(field_checks.operation),
    "to_ask": field_checks.or_none(field_checks.many(field_checks.one_of("phone", "email"))),
}
_SPACE: Forms = {
    "name": field_checks.name,
    "lineage": field_checks.text,
    **dict.fromkeys(("serial", "undeclared"), field_checks.whole),
    "changed_at": field_checks.maybe(field_checks.time),
}
_SNAPSHOT: Forms = {
    "reconciler_snapshot": lambda value: type(value) is int and value == FORMAT,
    "revision": field_checks.matching("[0-9a-f]{40}([0-9a-f]{24})?"),
    "endpoint": field_checks.text,
    "taken_at": field_checks.time,
    "elsewhere": field_checks.whole,
}
_Made = TypeVar("_Made", Seen, SeenSpace, PublishedState)


def load_published(data: Any, name: str) -> PublishedState:
    """name: of the file, for messages. Raises StateError for what dump() did not give just so."""
    try:
        if data["reconciler_snapshot"] > FORMAT:
            raise StateError(Problem("snapshot-newer", f"{name}: its format is newer than this program reads"))
        snapshot = _snapshot(data)
        whole = data["digest"] == dump_published(snapshot)["digest"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise StateError(Problem("snapshot-unreadable", f"{name} holds no snapshot of state")) from None
    if not whole:
        raise StateError(Problem("snapshot-unreadable", f"{name} is not as it was taken, but cut or edited"))
    return snapshot


def _snapshot(data: Mapping[str, Any]) -> PublishedState:
    return _made(PublishedState, _SNAPSHOT, data, spaces=tuple(map(_seen_space, _rows(data["spaces"]))))


def _seen_space(row: Mapping[str, Any]) -> SeenSpace:
    return _made(SeenSpace, _SPACE, row, resources=tuple(map(_seen_row, _rows(row["resources"]))))


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("no list stands where one should")
    return value


def _seen_row(row: Mapping[str, Any]) -> Seen:
    kind = KINDS[row["kind"]]
    if row["phase"] and row["phase"] not in (*kind.steps, *kind.ends):
        raise ValueError("phase is none of its kind")
    if f"/{kind.type}/" not in row["address"]:
        raise ValueError("kind is none of its type")
    to_ask = None if row["to_ask"] is None else tuple(row["to_ask"])
    return _made(Seen, _SEEN, row, unanswered=tuple(row["unanswered"]), to_ask=to_ask)


def _made(made: type[_Made], forms_: Forms, row: Mapping[str, Any], **parts: Any) -> _Made:
    if field := misfit(row, forms_):
        raise ValueError(f"{field} is not well formed")
    return made(**{each.name: row[each.name] for each in fields(made)} | parts)
