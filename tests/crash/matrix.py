"""Every named failpoint, and what a cell of the matrix is: a place, and which time it is reached."""

from __future__ import annotations

import random

from tests.crash.story import Report, Story
from tests.stage.failing import Stage
from tests.stage.places import places

# Place -> how often a story without a kill reaches it at least.
PLACES: dict[str, int] = {
    "append.after:declared": 6,
    "append.after:entered": 2,
    "append.after:forgotten": 3,
    "append.after:intent": 15,
    "append.after:opened": 1,
    "append.after:outcome": 15,
    "append.after:run_closed": 7,
    "append.after:run_opened": 7,
    "append.after:settled": 3,
    "append.before:declared": 6,
    "append.before:entered": 2,
    "append.before:forgotten": 3,
    "append.before:intent": 15,
    "append.before:opened": 1,
    "append.before:outcome": 15,
    "append.before:run_closed": 7,
    "append.before:run_opened": 7,
    "append.before:settled": 3,
    "ask.after:ChatappMigrationVerified": 1,
    "ask.after:ChatappVerifyAndRegister": 1,
    "ask.after:GetPreValidatePhoneId": 1,
    "ask.before:ChatappMigrationVerified": 1,
    "ask.before:ChatappVerifyAndRegister": 1,
    "ask.before:GetPreValidatePhoneId": 1,
    "call.after:AddChatappPhoneNumber": 1,
    "call.after:AddMessageContact": 1,
    "call.after:AssociateMembers": 2,
    "call.after:ChatappMigrationRegister": 1,
    "call.after:ChatappMigrationVerified": 1,
    "call.after:ChatappPhoneNumberDeregister": 1,
    "call.after:ChatappPhoneNumberRegister": 1,
    "call.after:ChatappVerifyAndRegister": 1,
    "call.after:CreateChatappMigrationInitiate": 1,
    "call.after:DeleteMessageContact": 1,
    "call.after:DisassociateMembers": 1,
    "call.after:GetChatappVerifyCode": 1,
    "call.after:GetMigrationVerifyCode": 1,
    "call.after:GetPreValidatePhoneId": 1,
    "call.after:SendEmailVerificationForMessageContact": 1,
    "call.after:SendPhoneVerificationForMessageContact": 2,
    "call.after:ModifyPhoneBusinessProfile": 2,
    "call.after:UpdateAccountWebhook": 2,
    "call.after:UpdateCommerceSetting": 1,
    "call.after:UpdateMessageContact": 1,
    "call.after:UpdatePhoneWebhook": 1,
    "call.before:AddChatappPhoneNumber": 1,
    "call.before:AddMessageContact": 1,
    "call.before:AssociateMembers": 2,
    "call.before:ChatappMigrationRegister": 1,
    "call.before:ChatappMigrationVerified": 1,
    "call.before:ChatappPhoneNumberDeregister": 1,
    "call.before:ChatappPhoneNumberRegister": 1,
    "call.before:ChatappVerifyAndRegister": 1,
    "call.before:CreateChatappMigrationInitiate": 1,
    "call.before:DeleteMessageContact": 1,
    "call.before:DisassociateMembers": 1,
    "call.before:GetChatappVerifyCode": 1,
    "call.before:GetMigrationVerifyCode": 1,
    "call.before:GetPreValidatePhoneId": 1,
    "call.before:SendEmailVerificationForMessageContact": 1,
    "call.before:SendPhoneVerificationForMessageContact": 2,
    "call.before:ModifyPhoneBusinessProfile": 2,
    "call.before:UpdateAccountWebhook": 2,
    "call.before:UpdateCommerceSetting": 1,
    "call.before:UpdateMessageContact": 1,
    "call.before:UpdatePhoneWebhook": 1,
    "read.before:ChatappSyncPhoneNumber": 5,
    "read.before:GetCommerceSetting": 1,
    "read.before:GetMessageContact": 2,
    "read.before:GetMessageContactDeletionStatus": 1,
    "read.before:GetPhoneNumberVerificationStatus": 4,
    "read.before:ListMessageContactVerifications": 7,
    "read.before:ListMessageContacts": 1,
    "read.before:QueryChatappBindWaba": 1,
    "read.before:QueryChatappPhoneNumbers": 5,
    "read.before:QueryPhoneBusinessProfile": 2,
    "snapshot.before": 1,
    "write.before": 40,
}
# Backend -> its own places.
_SQLITE = {"sqlite.before": 40, "sqlite.inserted": 40}
_OBJECTS = {"objects.before": 40, "objects.created": 40}
_TERRAFORM = {"terraform.listed": 1, "terraform.locked": 40, "terraform.stored": 40}
OWN: dict[str, dict[str, int]] = {
    "sqlite": _SQLITE,
    "encrypted": _SQLITE,
    "dir": _OBJECTS | {"dir.before": 40, "dir.linked": 40},
    "s3": _OBJECTS,
    "oss": _OBJECTS,
    "postgres": {"postgres.before": 40, "postgres.after": 40},
    "terraform": _TERRAFORM,
    "gitlab": _TERRAFORM,
}


def places_of(backend: str) -> dict[str, int]:
    return PLACES | OWN[backend]


class Bench(Stage):
    """Where stories are told, one after the other, with their state in one kind of place."""

    def __init__(self, backend: str = "sqlite") -> None:
        super().__init__(contact_messages_per_day=0)
        self._place = places()[backend]

    def tell(self, seed: int, *failpoints: tuple[str, int]) -> Report:
        with self.failing() as run, self._place(run.project.scratch) as where:
            return Story(run, self.cloud, where, seed).tell(*failpoints)


def cell(place: str, seed: int, backend: str = "sqlite") -> tuple[str, int]:
    """The seed says which of the times that the place is reached this is."""
    return place, random.Random(f"{place} {seed}").randint(1, places_of(backend)[place])
