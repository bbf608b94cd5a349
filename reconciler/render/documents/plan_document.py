"""The types of a plan as JSON: Terraform's format, version 1.2, with our own data under one key.

schemas/plan.schema.json is generated from these types; docs/policy.md describes every field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.change import Removal
from reconciler.core.plan.route import PlannedCall

PROVIDER = "terraform.local/number-reconciler/reconciler"
Values = Mapping[str, Any]
Marks = Mapping[str, bool] | Literal[False]


class ChangeShape(Struct, frozen=True):
    """before, after: what is recorded and declared, by attribute; None where there is none. sensitive: who is who."""

    actions: list[str]
    before: Values | None
    after: Values | None
    before_sensitive: Marks
    after_sensitive: Marks
    after_unknown: Values = {}


class ResourceChange(Struct, frozen=True):
    address: str
    type: str
    name: str
    change: ChangeShape
    mode: str = "managed"
    provider_name: str = PROVIDER
    previous_address: str | UnsetType = UNSET
    action_reason: str | UnsetType = UNSET


class PlannedValue(Struct, frozen=True):
    """A resource as it will be."""

    address: str
    type: str
    name: str
    values: Values
    sensitive_values: Marks
    mode: str = "managed"
    provider_name: str = PROVIDER
    schema_version: int = 0


class Declaration(Struct, frozen=True):
    """A resource as its file declares it."""

    address: str
    type: str
    name: str
    expressions: Values
    mode: str = "managed"
    provider_config_key: str = "reconciler"
    schema_version: int = 0


class Deferred(Struct, frozen=True):
    """A change that waits for a person before it ends."""

    reason: Literal["code_needed", "confirmation_needed"]
    resource_change: ResourceChange


class Steps(Struct, frozen=True):
    """How a change is made: its reason, how far it has come, and every call, those of a removal first."""

    address: str
    action: str
    reason: str
    onboarding: str
    phase: str
    requested_at: str
    in_doubt: bool
    parked: bool
    refusal: LastRefusal | None
    differences: tuple[tuple[str, Any, Any], ...]
    version: int
    removal: Removal | None
    calls: tuple[PlannedCall, ...]


class PlannedSpace(Struct, frozen=True):
    """A space that was planned. lineage: which journal, "" for one not begun. config: digest of what its file says.

    serial, hash: how far the journal had come.
    """

    name: str
    space_id: str
    lineage: str
    config: str
    unchanged: int
    recorded: int
    changed_at: str
    serial: int
    hash: str
    changes: list[Steps]


class Costs(Struct, frozen=True):
    """messages: by channel, at most. seconds: the least that the pace allows. days: what daily limits put off."""

    messages: dict[str, int]
    seconds: float
    people: int
    days: list[dict[str, Any]] | UnsetType = UNSET


class OpenChallenge(Struct, frozen=True):
    """What was sent already, and waits for its answer."""

    address: str
    challenge: str
    operation: str
    requested_at: str
    in_doubt: bool
    parked: bool


class Wait(Struct, frozen=True):
    """What only the cloud's time is needed for."""

    address: str
    phase: str
    reason: str


class Ours(Struct, frozen=True):
    """What is reconciler's own. digest: the plan's, SHA-256. endpoint: which cloud, as journals remember it."""

    format: int
    digest: str
    endpoint: str
    spaces: list[PlannedSpace]
    notes: list[str]
    challenges: list[OpenChallenge]
    waits: list[Wait]
    forecast: Costs
    refusals: Sequence[Values]
    warnings: Sequence[Values] | UnsetType = UNSET
    left_out: Sequence[Values] | UnsetType = UNSET
    basis: Values | UnsetType = UNSET
    since: Values | UnsetType = UNSET
    settings: Values | UnsetType = UNSET
    sent: Mapping[str, int] | UnsetType = UNSET


class PlanDocument(Struct, frozen=True):
    """A plan in the shape of Terraform's, version 1.2. Everything outside `reconciler` is what tools for that read."""

    format_version: Literal["1.2"]
    terraform_version: str
    reconciler_version: str
    timestamp: str
    complete: bool
    applyable: bool
    errored: bool
    planned_values: dict[Literal["root_module"], dict[Literal["resources"], list[PlannedValue]]]
    resource_changes: list[ResourceChange]
    resource_drift: list[ResourceChange]
    deferred_changes: list[Deferred]
    configuration: dict[str, Values]
    checks: list[Values]
    reconciler: Ours
