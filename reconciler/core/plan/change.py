"""A plan as data: it can be saved, read by people, compared and refused. No closures, no clock, nothing to run.

Each part is defined once: its type, its checks, and its JSON, by the types of its fields. The calls of a change are no
part of it: its kind's table derives them, and the digest covers them, so that another program's table is found out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from reconciler.core import fields
from reconciler.core.codec import encode
from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.basis import Basis
from reconciler.core.plan.route import PlannedCall, route
from reconciler.core.plan.settings import InForce
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.kinds.types import TypeName

Action = Literal["create", "update", "replace", "delete", "forget", "move"]
Elsewhere = tuple[str, fields.RecordId]
"""Space id, record id."""


class Removal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The old way out. door: the phase an operation removes it through; "" where removing is forgetting.

    left: what stays to be cleaned up by hand. after: (space id, record id) that must be ready first.
    refused: on_remove says so.
    """

    id: fields.RecordId
    address: fields.Address
    kind: fields.KindName
    key: fields.Key
    version: fields.Whole
    reason: str
    door: fields.MaybeWord = ""
    left: str = ""
    after: Elsewhere | None = None
    refused: bool = False


class Change(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """One resource's line in a plan.

    address: with the space's name. previous: where it stood, when it moved. door: the phase an
    update enters through; learned: what is to be learned anew then. carried: (space id, record id) of a record
    that moves between journals. phase, requested_at, in_doubt, parked, refusal: how far a resumed one has come.
    """

    address: fields.Address
    kind: fields.KindName
    key: fields.Key
    action: Action
    reason: str
    before: fields.Facts | None = None
    after: fields.Facts | None = None
    on_remove: fields.OnRemove = "refuse"
    differences: tuple[tuple[fields.Word, fields.Value, fields.Value], ...] = ()
    previous: fields.Address | None = None
    phase: fields.MaybeWord = ""
    requested_at: fields.MaybeTime = ""
    in_doubt: bool = False
    parked: bool = False
    refusal: LastRefusal | None = None
    door: fields.MaybeWord = ""
    learned: fields.Facts = {}
    version: fields.Whole = 0
    removal: Removal | None = None
    carried: Elsewhere | None = None

    @property
    def type(self) -> TypeName:
        return KINDS[self.kind].type

    @property
    def id(self) -> str:
        return f"{self.type}/{self.key}"

    @property
    def local(self) -> str:
        """Its address without the space's name."""
        return self.address.partition("/")[2]

    @cached_property
    def calls(self) -> tuple[PlannedCall, ...]:
        """From where it is, or from where an update enters, to the end of its kind's table."""
        if not (self.door or self.phase or self.action in ("create", "replace")):
            return ()
        return route(KINDS[self.kind], self.door or self.phase or START, {**(self.after or {}), **self.learned})

    @cached_property
    def all_calls(self) -> tuple[PlannedCall, ...]:
        """Those of a removal first."""
        if not (self.removal and self.removal.door):
            return self.calls
        return route(KINDS[self.removal.kind], self.removal.door, self.before or {}) + self.calls

    @property
    def waits(self) -> bool:
        """Whether there is nothing to it but to see if the cloud has finished."""
        if not self.phase or self.removal or self.previous or self.differences or self.door or self.carried:
            return False
        return bool(self.calls) and self.calls[0].ask == "time"

    @property
    def is_refused(self) -> bool:
        """Whether on_remove keeps what the file lets go."""
        return bool(self.removal and self.removal.refused)

    @property
    def is_kept(self) -> bool:
        """Whether that is all there is to it."""
        return self.is_refused and self.action in ("delete", "forget")


class SpacePlan(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """unchanged, recorded: counts. changed_at: when the record last changed, "" if there is none.

    serial, hash: how far the journal had come. No digest covers them: codes that are typed meanwhile move them on.
    """

    name: fields.Name
    space_id: str
    lineage: str
    config: str
    changes: tuple[Change, ...] = ()
    unchanged: fields.Whole = 0
    recorded: fields.Whole = 0
    changed_at: fields.MaybeTime = ""
    serial: fields.Whole = 0
    hash: fields.MaybeDigest = ""

    @property
    def shown(self) -> tuple[Change, ...]:
        """Without what only waits for the cloud."""
        return tuple(change for change in self.changes if not change.waits)


class Unchanged(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Since when, where no space changed and so none was looked at. since: a revision, as it was asked for.

    spaces: how many there are. waiting: how many of their resources wait for a human by recorded state.
    """

    since: str
    spaces: fields.Whole
    waiting: fields.Whole = 0


class Plan(Struct, frozen=True, dict=True):
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
    settings: InForce | None = None
    sent: Mapping[str, int] = {}
    left_out: tuple[Problem, ...] = ()

    @property
    def without_consent(self) -> Plan:
        return replace(self, refusals=(*self.refusals, *self.allowed), allowed=())

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple([change for change in self.all_changes if not change.waits])

    @property
    def waits(self) -> Iterator[Change]:
        """What the cloud still looks at: nothing is shown as changed, and apply sees whether it has finished."""
        return (change for change in self.all_changes if change.waits)

    @cached_property
    def all_changes(self) -> tuple[Change, ...]:
        return tuple([change for space in self.spaces for change in space.changes])

    @property
    def touched(self) -> dict[str, str]:
        """Space id -> name, of each space that changes or that a change looks into: a move's other end may be done."""
        seen = {change.removal.after[0] for change in self.changes if change.removal and change.removal.after}
        return {space.space_id: space.name for space in self.spaces if space.changes or space.space_id in seen}

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex over all that the plan covers, without anything that only time moves."""
        whole = hashlib.sha256(encode([self.endpoint, self.basis, self.since, self.settings or None]))
        for space in self.spaces:
            whole.update(encode([space.name, space.space_id, space.lineage, space.config]))
            for change in space.changes:
                whole.update(encode([change, change.all_calls]))
        return whole.hexdigest()
