"""A plan as JSON in Terraform's format, version 1.2: its types, and its schema. docs/policy.md describes each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from reconciler.core.outcome import LastRefusal
from reconciler.core.plan.change import Removal
from reconciler.core.plan.route import PlannedCall
from reconciler.render.documents.change_document import PROVIDER, Marks, ResourceChange, Values


class PlannedValue(Struct, frozen=True):
    """A resource as it will be.

    address: such as `acme/phone_number/support`.
    type: phone_number, contact or account_callback.
    name: the key in the YAML.
    values: by attribute.
    sensitive_values: attribute -> true for personal data.
    mode: as in Terraform.
    provider_name: as in Terraform.
    schema_version: as in Terraform.
    """

    address: str
    type: str
    name: str
    values: Values
    sensitive_values: Marks
    mode: str = "managed"
    provider_name: str = PROVIDER
    schema_version: int = 0


class Declaration(Struct, frozen=True):
    """A resource as declared.

    address: such as `acme/phone_number/support`.
    type: phone_number, contact or account_callback.
    name: the key in the YAML.
    expressions: attribute -> its `constant_value`.
    mode: as in Terraform.
    provider_config_key: as in Terraform.
    schema_version: as in Terraform.
    """

    address: str
    type: str
    name: str
    expressions: Values
    mode: str = "managed"
    provider_config_key: str = "reconciler"
    schema_version: int = 0


class Deferred(Struct, frozen=True):
    """A change that waits for a person before it finishes.

    reason: what the person must give.
    resource_change: the change.
    """

    reason: Literal["code_needed", "confirmation_needed"]
    resource_change: ResourceChange


class Steps(Struct, frozen=True):
    """How a change is made.

    address: such as `acme/phone_number/support`.
    action: create, update, replace, delete, forget, move or import.
    reason: for people.
    onboarding: the kind; of a number, how it enters the space.
    phase: how far it has come; empty if it was not begun.
    requested_at: when the last message was requested; empty if none was.
    in_doubt: it is unknown whether that message was sent.
    parked: too many codes were tried.
    refusal: the last one on record.
    differences: [attribute, before, after] each.
    version: of the record.
    removal: of the record that goes away.
    calls: all calls, those of a removal first.
    ready_means: what is known once it is made, where no operation reads it.
    """

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
    ready_means: str | UnsetType = UNSET


class PlannedSpace(Struct, frozen=True):
    """A planned space.

    name: of the space.
    space_id: in the cloud.
    lineage: of its journal; empty without one.
    config: digest of what the space declares.
    unchanged: how many records stay as they are.
    recorded: how many records there are.
    changed_at: when a record last changed; empty if there is none.
    serial: of the journal's last entry.
    hash: of the journal's last entry.
    changes: how each change is made.
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
    """What the plan costs.

    messages: channel -> how many at most.
    seconds: the least time that rate limits allow.
    people: how many codes and confirmations are needed.
    days: what daily limits delay.
    """

    messages: dict[str, int]
    seconds: float
    people: int
    days: list[dict[str, Any]] | UnsetType = UNSET


class OpenChallenge(Struct, frozen=True):
    """A message that was sent before, and waits for its code or confirmation.

    address: such as `acme/phone_number/support`.
    challenge: what a person must give.
    operation: the call that consumes it.
    requested_at: when the message was requested.
    in_doubt: it is unknown whether the message was sent.
    parked: too many codes were tried.
    """

    address: str
    challenge: str
    operation: str
    requested_at: str
    in_doubt: bool
    parked: bool


class Wait(Struct, frozen=True):
    """A resource that only waits for the cloud.

    address: as above.
    phase: how far it has come.
    reason: what the cloud is working on.
    """

    address: str
    phase: str
    reason: str


class Ours(Struct, frozen=True):
    """The part that Terraform's format does not have.

    format: the version of this part.
    digest: of the plan, SHA-256.
    endpoint: the cloud, as journals record it.
    spaces: the planned ones.
    notes: sentences for people.
    challenges: open ones.
    waits: resources that only wait for the cloud.
    forecast: the costs.
    refusals: what guards refuse.
    warnings: possible mistakes in the configuration.
    left_out: why some spaces are missing.
    basis: what is used instead of recorded state.
    since: why it is empty, if only changed spaces were asked for.
    settings: in force, by name.
    sent: daily limit -> messages of the last 24 hours.
    account: id of the account that it is for.
    environment: its name.
    scope: what the plan is limited to.
    drift: the readings of a refresh, as `check --json` prints them.
    preflight: with `--preflight`, what is foreseen of each change, with numbers masked.
    """

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
    account: str | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    scope: Values | UnsetType = UNSET
    drift: Values | UnsetType = UNSET
    preflight: Values | UnsetType = UNSET


class PlanDocument(Struct, frozen=True):
    """A plan in Terraform's format, version 1.2. Everything outside `reconciler` is what tools for that format read.

    format_version: of the format.
    terraform_version: that the format follows.
    reconciler_version: of the program that wrote it.
    timestamp: when it was made.
    complete: no person is needed, and nothing is left out.
    applyable: there is something to do, and no guard refuses it.
    errored: spaces were left out.
    planned_values: the changed resources as they will be.
    resource_changes: the resources that change.
    resource_drift: what was changed outside, with `--refresh`; otherwise empty, because a plan observes nothing.
    deferred_changes: changes that wait for a person.
    configuration: the changed resources as declared.
    checks: refusals of guards.
    reconciler: our own part.
    """

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
