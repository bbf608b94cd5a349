"""What the cloud may answer to each operation: every word a table listens for, and every way to fail.

The first answers of a row are those of a cloud in good health; the rest are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.core.answer import Answer, NotSent, Ok, Unknown, judged
from reconciler.core.journal.record import Record
from reconciler.kinds import KINDS
from reconciler.kinds.table import START
from reconciler.kinds.wire import dashed
from reconciler.operations import OPERATIONS, Effect
from reconciler.refusals import Meaning

ALREADY = {step.operation: step.already for kind in KINDS.values() for step in kind.steps.values()}
STATUSES = {"retired": ("CONNECTED", "OFFLINE"), "verified": ("CONNECTED",), "reviewing": ("PENDING", "CONNECTED")}
LEADS_ELSEWHERE = (Meaning.WRONG_CODE, Meaning.REVIEWING, Meaning.EXISTS)
CAP = "SendValidateCodeExceedsLimitForAccount"


@dataclass(frozen=True)
class Option:
    """healthy: what a cloud may say that is well and in which nothing was tampered with."""

    answer: Answer
    healthy: bool = True


def options(operation: str, record: Record) -> list[Option]:
    """record: what it is about."""
    said = [Option(Ok(data)) for data in _healthy(operation, record)]
    odd = [Option(Ok(data), False) for data in _odd(operation, record)]
    return said + odd + [Option(answer, False) for answer in _failures(operation)]


def _failures(operation: str) -> list[Answer]:
    """One of each class that something is made to depend on."""
    row = OPERATIONS[operation]
    gone = ALREADY.get(operation, ())
    if row.effect is Effect.READ:  # whichever it is, nothing is acted on, unless it says that a thing is gone
        return [NotSent("refused"), *(judged(row, code) for code in gone)]
    failures: list[Answer] = [Unknown("lost"), NotSent("refused")]
    codes = ["Anything.Else", "InvalidParameter.Anything", *gone]
    if row.effect in (Effect.CREATE, Effect.CONSUME):
        codes += ["NoPermission", "Throttling.User"]
    if row.daily:
        codes.append(CAP)
    own = {each.meaning: each.code for each in row.refusals if each.meaning in LEADS_ELSEWHERE}
    return [*failures, *(judged(row, code) for code in dict.fromkeys((*codes, *own.values())))]


def _healthy(operation: str, record: Record) -> list[dict[str, Any]]:
    facts = record.facts
    match operation:
        case "QueryChatappBindWaba":
            return [{"Data": {"AccountReviewStatus": "APPROVED"}}]
        case "GetPhoneNumberVerificationStatus":
            return [{"Data": {"CodeVerificationStatus": status}} for status in ("NOT_VERIFIED", "VERIFIED")]
        case "QueryChatappPhoneNumbers":
            rows = [[_row(facts, status)] for status in STATUSES.get(record.phase, ("PENDING", "CONNECTED"))]
            return [{"PhoneNumbers": found} for found in ([], *rows)]
        case "ListMessageContactVerifications":
            targets = [str(facts["email"]), *([dashed(facts["phone"])] if facts.get("phone") else [])]
            return [
                {"ContactVerifications": [{"Target": each} for each in some]} for some in ([], targets, targets[:1])
            ]
        case "ListMessageContacts":
            return [{"Contacts": []}, {"Contacts": [_contact(facts)]}]
        case "GetMessageContact":
            return [{"Contact": {**_contact(facts), "Status": status}} for status in ("Active", "Verifying")]
        case "AddMessageContact":
            return [{"Contact": {"ContactId": "id-1"}}]
        case "DeleteMessageContact":
            return [{"Status": "Deleted"}, {"Status": "Deleting"}]
        case "GetMessageContactDeletionStatus":
            return [{"ContactDeletionStatus": {"Status": status}} for status in ("Deleted", "Deleting")]
        case _:
            return [{}]


def _odd(operation: str, record: Record) -> list[dict[str, Any]]:
    facts = record.facts
    match operation:
        case "QueryChatappBindWaba" | "AddMessageContact":
            return [{}]
        case "QueryChatappPhoneNumbers" if record.phase == START:
            return [{"PhoneNumbers": [{**_row(facts, "PENDING"), "VerifiedName": "Another"}]}]
        case "ListMessageContacts":
            return [{"Contacts": [{**_contact(facts), "Title": "Other"}]}]
        case "GetMessageContact":
            return [{"Contact": {**_contact(facts), "Title": "Other", "Status": "Active"}}]
        case "GetMessageContactDeletionStatus":
            return [{"ContactDeletionStatus": {"Status": "Failed"}}]
        case _:
            return []


def _row(facts: Mapping[str, Any], status: str) -> dict[str, Any]:
    return {"PhoneNumber": facts["number"].removeprefix("+"), "Status": status, "VerifiedName": ""}


def _contact(facts: Mapping[str, Any]) -> dict[str, Any]:
    found = {"Name": facts["name"], "ContactId": "id-1", "EmailAddress": facts["email"], "Title": facts["title"]}
    found["PhoneNumber"] = dashed(facts["phone"]) if facts.get("phone") else ""
    return {**found, "MessageTypes": list(facts["message_types"])}
