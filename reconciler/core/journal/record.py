"""What is recorded of one resource, and its open calls. Values only; fold.py changes them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from reconciler.core import fields
from reconciler.core.refusal import Refusal

ABSENT = "absent"
"""`seen` of a creation's intent: a read did not find the resource."""


class Intent(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A call without a certain outcome: its intent is recorded, and its effect is unknown.

    at: when the intent was written.
    cloud_time: the cloud's time then.
    tries: how many calls of this operation have no certain outcome.
    phase: of the record before the call, like all fields up to `message`; they restore it if the call certainly was not
        made.
    facts: before the call.
    requested_at: before the call.
    messages_sent: before the call.
    attempts: before the call.
    metered: before the call.
    message: before the call.
    seen: of a creation: what the read before the last call found; "" if not recorded.
    """

    at: fields.Time
    cloud_time: fields.Time
    tries: fields.Whole
    phase: fields.Word
    facts: fields.Facts
    requested_at: fields.MaybeTime
    messages_sent: fields.Whole
    attempts: fields.Whole
    metered: tuple[fields.Time, ...] = ()
    message: fields.Whole = 0
    seen: Literal["", "absent"] = ""


class Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is recorded of one resource.

    id: `phone_number/+86…`, `contact/<name>` or `account_callback/<space id>`.
    address: `phone_number/support`, without the space's name.
    kind: its lifecycle.
    key: its number, its name, or its space's id.
    phase: how far it has come.
    facts: declared and learned values, by name.
    on_remove: as declared when it was last applied.
    intents: operation -> calls without a certain outcome.
    requested_at: when the last message was requested; "" if none was.
    messages_sent: how many messages were, or may have been, sent.
    attempts: codes tried since the last message that was certainly sent.
    metered: times of calls that the cloud counts against a limit.
    door: what is being done: create, update or delete.
    version: serial of the last entry that changed it; entries of `verify` and `recover` do not count.
    base: its version before `plan` changed it first.
    plan: the digest of the plan that changed it last.
    changed_at: when it last changed.
    changed_by: user@host of the run that changed it last.
    message: serial of the intent of the last message that was, or may have been, sent; 0 for none.
    refusals: operation -> the last refusal, since the record last entered another phase.
    ends: its on_remove was declared when `delete` already meant that members stop messaging the contact.
    """

    id: fields.RecordId
    address: fields.Local
    kind: fields.KindName
    key: fields.Key
    phase: fields.Word
    facts: fields.Facts
    on_remove: fields.OnRemove = "refuse"
    intents: dict[fields.OperationName, Intent] = {}
    requested_at: fields.MaybeTime = ""
    messages_sent: fields.Whole = 0
    attempts: fields.Whole = 0
    metered: tuple[fields.Time, ...] = ()
    door: fields.Door = "create"
    version: fields.Whole = 0
    base: fields.Whole = 0
    plan: str = ""
    changed_at: fields.MaybeTime = ""
    changed_by: str = ""
    message: fields.Whole = 0
    refusals: dict[fields.OperationName, Refusal] = {}
    ends: bool = False

    @property
    def type(self) -> str:
        """The resource type, from the address."""
        return self.address.partition("/")[0]
