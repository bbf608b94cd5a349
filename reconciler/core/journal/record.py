"""What is recorded of one resource, and what is open about it. Values; how entries move them is in fold.py."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from reconciler.core import fields
from reconciler.core.refusal import Refusal

ABSENT = "absent"
"""What was seen before a creation, as its intent says it."""


class Intent(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A call that was about to be made and of which no certain answer is recorded.

    tries: how many such calls are open. seen: of a creation, what was seen before the last one, "" where nothing tells.
    The rest is what the record was before, for when the call is certain not to have happened.
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
    """id: `phone_number/+86…` or `contact/<name>`; address: `phone_number/support`, the space's name left out.

    facts: what was declared and what calls taught. attempts: codes tried since the last message that was sent for
    certain. metered: when registering or deregistering was tried. refusals: by operation, since it last moved on.
    door: create, update or delete, whichever way it is on. version: serial of the last entry that changed it outside
    a `verify`; plan and base: the plan that did so, and the version it started from. message: serial of the intent of
    the last message that was or may have been sent, 0 for none.
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

    @property
    def type(self) -> str:
        return self.address.split("/", 1)[0]
