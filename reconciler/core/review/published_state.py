"""Published state: each declared resource's phase, without numbers or ids. Pure.

It names only what its revision declares: no number, no e-mail address, no id of a resource or space, and no hash of
these, because a number can be found from its hash by trying all numbers. The hash of a journal's last entry is safe: it
covers random ids and times. Other records are only counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from reconciler.core import codec, fields
from reconciler.core.journal.state import State, canonical, digest
from reconciler.core.journal.tries import is_parked
from reconciler.core.model import Project, Space
from reconciler.core.plan.change import Change
from reconciler.core.plan.compare import compared
from reconciler.core.plan.match import Elsewhere, Pair, Wanted, elsewhere, pairs, wanted
from reconciler.errors import Problem, StateError
from reconciler.kinds import KINDS

FORMAT = 1


class Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """One declared resource.

    address: with the space's name.
    kind: its lifecycle.
    phase: "" if its space has no record of it.
    as_declared: the record matches the revision, whatever its phase.
    door: create, update or delete.
    requested_at: when its last message was requested.
    parked: too many codes were tried.
    unanswered: calls without a certain outcome.
    to_ask: targets of a contact to which no link was sent; None if not recorded.
    """

    address: fields.Address
    kind: fields.KindName
    phase: fields.MaybeWord
    as_declared: bool
    door: fields.Door = "create"
    requested_at: fields.MaybeTime = ""
    parked: bool = False
    unanswered: tuple[fields.OperationName, ...] = ()
    to_ask: tuple[fields.Proof, ...] | None = None

    def __post_init__(self) -> None:
        kind = KINDS[self.kind]
        if self.phase not in ("", *kind.steps, *kind.ends):
            raise ValueError("no phase of its kind - at `$.phase`")
        if f"/{kind.type}/" not in self.address:
            raise ValueError("a kind of another type - at `$.kind`")


class SeenSpace(Struct, frozen=True, forbid_unknown_fields=True):
    """One space.

    name: of the space.
    lineage: of its journal.
    serial: of the last entry.
    changed_at: when a record last changed.
    undeclared: the number of other records in its journal.
    resources: the declared ones.
    hash: of the last entry.
    """

    name: fields.Name
    lineage: str
    serial: fields.Whole
    changed_at: fields.MaybeTime
    undeclared: fields.Whole
    resources: tuple[Seen, ...]
    hash: fields.MaybeDigest | UnsetType = UNSET


class PublishedState(Struct, frozen=True, forbid_unknown_fields=True):
    """The published state of all spaces.

    revision: the commit that declares what is named here, in hex.
    endpoint: the cloud.
    taken_at: when it was written.
    elsewhere: the number of records in other spaces.
    spaces: those that the revision declares.
    environment: its name; "" without environments. Older programs published none.
    account: id of its account, as reconciler.yaml names it; "" if it names none. Older programs published none.
    """

    revision: fields.Revision
    endpoint: str
    taken_at: fields.Time
    elsewhere: fields.Whole
    spaces: tuple[SeenSpace, ...]
    environment: fields.MaybeEnvironment | UnsetType = UNSET
    account: fields.MaybeAccount | UnsetType = UNSET

    @property
    def resources(self) -> dict[str, Seen]:
        """By address."""
        return {seen.address: seen for space in self.spaces for seen in space.resources}


def take(project: Project, states: Mapping[str, State], revision: str, endpoint: str, now: str) -> PublishedState:
    """Makes the published state. project: of that revision. states: all there are, by space id."""
    declared = {space.space_id for space in project.spaces}
    asked = wanted(project.spaces)
    moving = elsewhere(states.values(), asked)
    beside = sum(len(state.records) for id, state in states.items() if id not in declared)
    found = [(space, states.get(space.space_id) or State(space.space_id)) for space in project.spaces]
    spaces = tuple(_space(space, state, moving, asked) for space, state in found)
    return PublishedState(revision, endpoint, now, beside, spaces, project.environment, project.account)


def of_another(snapshot: PublishedState, environment: str, account: str) -> str:
    """Whose published state it is, if it is of another environment or account than this; "" if it is not.

    What was published before there were environments, or accounts, may be anybody's.
    """
    if snapshot.environment not in (UNSET, "", environment):
        return f"the environment {snapshot.environment}, and this is {environment or 'none'}"
    if snapshot.account not in (UNSET, "", account):
        return f"account {snapshot.account}, and this is {account or 'any'}"
    return ""


def _space(space: Space, state: State, elsewhere: Elsewhere, wanted: Wanted) -> SeenSpace:
    found = pairs(space, state, elsewhere, wanted)
    resources = tuple(_seen(pair) for pair in found if pair.desired)
    undeclared = len(state.records) - sum(1 for pair in found if pair.desired and pair.record)
    return SeenSpace(space.name, state.lineage, state.serial, state.changed_at, undeclared, resources, state.hash)


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
    """Whether a plan would only continue the record."""
    assert pair.desired and pair.record
    change = compared(pair.desired, pair.record)
    if not isinstance(change, Change):
        return change is None
    return not (change.differences or change.previous or change.removal or pair.record.door == "delete")


def dump_published(snapshot: PublishedState) -> dict[str, Any]:
    """As JSON values, with a digest over all, so that a truncated one is refused."""
    body: dict[str, Any] = msgspec.to_builtins(snapshot)
    return {"reconciler_snapshot": FORMAT, "digest": digest(canonical(body)), **body}


def load_published(data: Any, name: str) -> PublishedState:
    """Reads a published state. name: of the file, for messages. Raises StateError for anything that dump_published()
    did not write."""
    try:
        rest = dict(data)
        format, said = (rest.pop(each) for each in ("reconciler_snapshot", "digest"))
        if format > FORMAT:
            raise StateError(Problem("snapshot-newer", f"{name}: its format is newer than this program reads"))
        snapshot: PublishedState = codec.convert(rest, PublishedState)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        what = f"{name} holds no snapshot of state{codec.where(error)}"
        raise StateError(Problem("snapshot-unreadable", what)) from None
    if type(format) is not int or (format, said) != (FORMAT, dump_published(snapshot)["digest"]):
        raise StateError(Problem("snapshot-unreadable", f"{name} is not as it was taken, but cut or edited"))
    return snapshot
