"""A plan as data: it can be saved, shown, compared and refused. It holds no closures and reads no clock.

Each part defines its type, checks and JSON at once. The calls of a change are derived from its kind's table, not
stored. The digest covers them, so a plan made with another table is detected.
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
from reconciler.core.plan.basis import Basis, Scope
from reconciler.core.plan.route import PlannedCall, route
from reconciler.core.plan.settings import InForce
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.kinds.types import TypeName
from reconciler.operations import Effect

Action = Literal["create", "update", "replace", "delete", "forget", "move", "import"]
Elsewhere = tuple[str, fields.RecordId]
"""Space id and record id."""


class Removal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a record goes away.

    id: of the record.
    address: with the space's name.
    kind: its lifecycle.
    key: its number or name.
    version: of the record.
    reason: for people.
    door: the phase that the record is put in, so that its next step removes the resource; "" if it is only forgotten.
    left: what remains to be cleaned up by hand.
    after: (space id, record id) of the resource that must have arrived before this record leaves: the same one in
        another space, or the one that takes its place.
    refused: on_remove forbids it.
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

    @property
    def moves(self) -> bool:
        """Whether the resource itself stays, in another space."""
        return self.after is not None and self.after[1] == self.id


class Change(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """One resource's line in a plan.

    address: with the space's name.
    kind: its lifecycle.
    key: its number or name.
    action: what happens.
    reason: for people.
    before: recorded facts, of the displaced record if there is one; None if there is nothing to compare with.
    after: the facts that it will have, declared and learned; None for a removal.
    on_remove: as declared.
    differences: (attribute, before, after).
    previous: the address before a rename or move.
    phase: of a resource that is resumed: how far it has come.
    requested_at: when its last message was requested.
    in_doubt: it is unknown whether that message was sent.
    parked: too many codes were tried.
    refusal: the last one on record.
    door: the phase that the record is put in when the change is declared: where an update begins, or the phase to
        return to; "" leaves it.
    learned: learned facts that this change sets, such as those that an update resets, or where a number moved from.
    version: of the record.
    removal: of the record that goes away.
    carried: (space id, record id) of the record to continue with: one of another space, or one set aside in this space.
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
        """The resource type."""
        return KINDS[self.kind].type

    @property
    def id(self) -> str:
        """The record's id."""
        return f"{self.type}/{self.key}"

    @property
    def local(self) -> str:
        """The address without the space's name."""
        return self.address.partition("/")[2]

    @cached_property
    def calls(self) -> tuple[PlannedCall, ...]:
        """The calls ahead: from its phase, or from `door`, to the end of its kind's table."""
        if not (self.door or self.phase or self.action in ("create", "replace")):
            return ()
        return route(KINDS[self.kind], self.door or self.phase or START, {**(self.after or {}), **self.learned})

    @property
    def new_first(self) -> bool:
        """Whether what it replaces stays until this one has arrived."""
        return self.action == "replace" and self.removal is not None and self.removal.after is not None

    @property
    def all_calls(self) -> tuple[PlannedCall, ...]:
        """The calls ahead in their order, with those of a removal."""
        return self._with_removal if self.removal and self.removal.door else self.calls

    @cached_property
    def _with_removal(self) -> tuple[PlannedCall, ...]:
        assert self.removal
        out = route(KINDS[self.removal.kind], self.removal.door, self.before or {})
        return self.calls + out if self.new_first else out + self.calls

    @property
    def waits(self) -> bool:
        """Whether it only waits for the cloud to finish, and nothing but reads follows."""
        if not self.phase or self.removal or self.previous or self.differences or self.door or self.carried:
            return False
        then = (call.effect for call in self.calls if not call.only_if)
        return bool(self.calls) and self.calls[0].ask == "time" and set(then) == {Effect.READ.value}

    @property
    def is_refused(self) -> bool:
        """Whether on_remove forbids the removal."""
        return bool(self.removal and self.removal.refused)

    @property
    def is_kept(self) -> bool:
        """Whether it consists of a forbidden removal only."""
        return self.is_refused and self.action in ("delete", "forget")


class SpacePlan(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One space of a plan.

    name: of the space.
    space_id: in the cloud.
    lineage: of its journal; "" if there is none.
    config: digest of what the space declares.
    changes: its lines.
    unchanged: how many records stay as they are.
    recorded: how many records there are.
    changed_at: when a record last changed; "" if there is none.
    serial: of the journal's last entry. Not covered by the digest, because codes typed meanwhile append entries.
    hash: of that entry; not covered either.
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
        """The changes, except those that only wait for the cloud."""
        return tuple(change for change in self.changes if not change.waits)


class Unchanged(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """No space changed since a revision, so none was planned.

    since: the revision, as given.
    spaces: how many spaces there are.
    waiting: how many of their resources wait for a person.
    """

    since: str
    spaces: fields.Whole
    waiting: fields.Whole = 0


class Plan(Struct, frozen=True, dict=True):
    """The difference between declared and recorded.

    endpoint: the cloud, as journals record it.
    spaces: in the order of the configuration.
    refusals: what a guard will refuse when it is applied.
    basis: what is used instead of recorded state; None for a plan that can be applied.
    since: why it is empty, if only changed spaces were asked for.
    warnings: possible mistakes in the configuration.
    allowed: what guards would refuse without the consent given for this run; never saved.
    settings: in force, by name; None if an older program made it.
    sent: daily limit -> messages of the last 24 hours, for the forecast.
    left_out: why some spaces are missing, each problem with its address.
    account: id of the account that it is for; "" for any.
    contacts_account: the same of message contacts, if it is another one; else "".
    environment: its name; "" without environments.
    scope: what it is limited to; None for a plan of everything.
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
    account: str = ""
    contacts_account: str = ""
    environment: str = ""
    scope: Scope | None = None

    @property
    def without_consent(self) -> Plan:
        """The plan as it would be without this run's consent: what only the consent allows is refused."""
        return replace(self, refusals=(*self.refusals, *self.allowed), allowed=()) if self.allowed else self

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, except those that only wait for the cloud."""
        return tuple([change for change in self.all_changes if not change.waits])

    @property
    def waits(self) -> Iterator[Change]:
        """Changes that only wait for the cloud. They are not shown as changes; apply reads whether they are
        finished."""
        return (change for change in self.all_changes if change.waits)

    @cached_property
    def all_changes(self) -> tuple[Change, ...]:
        """Of all spaces."""
        return tuple([change for space in self.spaces for change in space.changes])

    @property
    def touched(self) -> dict[str, str]:
        """Space id -> name of each space that changes or that a change reads, such as the other end of a finished
        move."""
        seen = {change.removal.after[0] for change in self.changes if change.removal and change.removal.after}
        return {space.space_id: space.name for space in self.spaces if space.changes or space.space_id in seen}

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of what the plan would do, and to what: endpoint, account, basis, `since`, settings, scope; of
        each space its name, id, lineage, config, and changes with their calls.

        Refusals, warnings, counts and serials are not covered.
        """
        whole = hashlib.sha256(encode([self.endpoint, self.basis, self.since, self.settings or None]))
        whole.update(self.account.encode() + self.contacts_account.encode())
        whole.update(encode(self.scope) if self.scope else b"")
        for space in self.spaces:
            whole.update(encode([space.name, space.space_id, space.lineage, space.config]))
            for change in space.changes:
                whole.update(encode([change, change.all_calls]))
        return whole.hexdigest()
