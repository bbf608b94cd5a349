"""The ledger: every call that reached the sandbox, also refused ones, oldest first. It holds no codes and no
signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.contacts import confirmations
from reconciler.sandbox.world import World, moment

Row = dict[str, str]


class Ledger:
    """All calls."""

    def __init__(self) -> None:
        self.calls: list[Row] = []

    def write(
        self, operation: str, given: Mapping[str, str], to: str, result: str, nonce: str, arrived: float, at: float
    ) -> None:
        """Records a call. result: `OK` or the code of the refusal. arrived: by which the rate limit counts; at: when it
        was executed. Both are world seconds."""
        space = given.get("CustSpaceId", "")
        row = {"operation": operation, "space": space, "to": to, "result": result, "nonce": nonce}
        self.calls.append({**row, "arrived": moment(arrived), "at": moment(at)})

    def shown(self, world: World) -> dict[str, Any]:
        """As JSON values, with the violations."""
        violations = list(world.watch.violations)
        return {"calls": list(self.calls), "messages": len(world.messages), "violations": violations}


def whom(world: World, operation: str, given: Mapping[str, str]) -> str:
    """The E.164 number or e-mail address that a call is about; "" if none. A contact is named by its e-mail address."""
    if operation == "AddChatappPhoneNumber":
        return f"+{given.get('Cc', '')}{given.get('PhoneNumber', '')}"
    if operation == "CreateChatappMigrationInitiate":
        return f"+{given.get('CountryCode', '')}{given.get('MobileNumber', '')}"
    contacts = "MessageContact" in operation or "ContactId" in given
    if not contacts or operation == "SendPhoneVerificationForMessageContact":
        return confirmations.address(given["PhoneNumber"]) if given.get("PhoneNumber") else ""
    contact = world.contacts.get(given.get("ContactId", ""))
    return given.get("EmailAddress") or (contact.fields["EmailAddress"] if contact else "")
