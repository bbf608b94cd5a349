"""Every call that reached the sandbox, refused ones too, oldest first. It must never hold a code or a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.contacts import confirmations
from reconciler.sandbox.world import World, moment

Row = dict[str, str]


class Ledger:
    def __init__(self) -> None:
        self.calls: list[Row] = []

    def write(self, operation: str, given: Mapping[str, str], to: str, result: str, nonce: str, at: float) -> None:
        """result: `OK` or the code of the refusal. at: world seconds."""
        space = given.get("CustSpaceId", "")
        row = {"operation": operation, "space": space, "to": to, "result": result, "nonce": nonce, "at": moment(at)}
        self.calls.append(row)

    def shown(self, world: World) -> dict[str, Any]:
        violations = list(world.watch.violations)
        return {"calls": list(self.calls), "messages": len(world.messages), "violations": violations}


def whom(world: World, operation: str, given: Mapping[str, str]) -> str:
    """The E.164 number or e-mail address a call is about, "" if none; a contact goes by its e-mail."""
    if operation == "AddChatappPhoneNumber":
        return f"+{given.get('Cc', '')}{given.get('PhoneNumber', '')}"
    if operation == "CreateChatappMigrationInitiate":
        return f"+{given.get('CountryCode', '')}{given.get('MobileNumber', '')}"
    if "MessageContact" not in operation or operation == "SendPhoneVerificationForMessageContact":
        return confirmations.address(given["PhoneNumber"]) if given.get("PhoneNumber") else ""
    contact = world.contacts.get(given.get("ContactId", ""))
    return given.get("EmailAddress") or (contact.fields["EmailAddress"] if contact else "")
