"""How successes and refusals are worded where no document says. It never decides whether something was done.

UNDOCUMENTED: refusals whose code this sandbox invented -> Meta's number for them. Other codes are documented, and no
world changes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.unknown import RefusalForm, Unknown

UNDOCUMENTED: dict[str, int] = {
    "VerifyCode.Invalid": 136025,
    "VerifyCode.Expired": 136026,
    "PhoneNumber.AlreadyExists": 2388103,
    "Contact.AlreadyExists": 2388110,
    "PhoneNumber.NotVerified": 133006,
    "PhoneNumber.NotMigrating": 2388012,
    "PhoneNumber.RegisterLimit": 133016,
    "DisplayName.NotApproved": 2388001,
}
_PLACE = {code: place for place, code in enumerate(UNDOCUMENTED, start=1)}
FORMS: dict[RefusalForm, Callable[[str], str | int | None]] = {
    "named": lambda code: code,
    "meta": lambda code: str(UNDOCUMENTED[code]),
    "meta_number": lambda code: UNDOCUMENTED[code],
    "numbered": lambda code: f"ERR-FB-{_PLACE[code]:03}",
    "operation": lambda code: f"ERR-OPERATION-MAAP-{_PLACE[code] + 80:04}",
    "chat": lambda code: "CHAT.APIError",
    "isp": lambda code: "isp.SYSTEM_ERROR",
    "system": lambda code: "999999",
    "lacking": lambda code: None,
}
SUCCESS_FLAGS: dict[str, dict[str, Any]] = {"true": {"Success": True}, "text": {"Success": "true"}, "absent": {}}


def worded(refusal: Refusal, unknown: Unknown, cams: bool) -> tuple[str | int | None, int]:
    """The code as this world writes it, None for no code, and its HTTP status."""
    status = refusal.status
    if cams and unknown.refusal_status:
        status = unknown.refusal_status
    if refusal.code not in UNDOCUMENTED:
        return refusal.code, status
    return FORMS[unknown.refusal_form](refusal.code), unknown.undocumented_status or status
