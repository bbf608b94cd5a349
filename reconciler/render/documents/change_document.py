"""A resource that changes, as plan JSON has it: the types of Terraform's format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

PROVIDER = "terraform.local/number-reconciler/reconciler"
Values = Mapping[str, Any]
Marks = Mapping[str, bool] | Literal[False]


class ChangeShape(Struct, frozen=True):
    """What happens to a resource.

    actions: as in Terraform.
    before: recorded values; null if there are none.
    after: declared values; null if there are none.
    before_sensitive: attribute -> true for personal data; false without values.
    after_sensitive: attribute -> true for personal data; false without values.
    after_unknown: always empty.
    importing: `id` of what an import looks for: the number, or the contact's name.
    """

    actions: list[str]
    before: Values | None
    after: Values | None
    before_sensitive: Marks
    after_sensitive: Marks
    after_unknown: Values = {}
    importing: dict[str, str] | UnsetType = UNSET


class ResourceChange(Struct, frozen=True):
    """A resource that changes.

    address: such as `acme/phone_number/support`.
    type: phone_number, contact or account_callback.
    name: the key in the YAML.
    change: what happens.
    mode: as in Terraform.
    provider_name: as in Terraform.
    previous_address: before a rename or move.
    action_reason: one of Terraform's reasons.
    """

    address: str
    type: str
    name: str
    change: ChangeShape
    mode: str = "managed"
    provider_name: str = PROVIDER
    previous_address: str | UnsetType = UNSET
    action_reason: str | UnsetType = UNSET
