"""What a call came to, as a value. Certain or not is the first thing an answer says; nothing here raises.

Ok        a well-formed success was read
Error     a well-formed refusal was read: the cloud says it did not do it
NotSent   certainly nothing left this machine: refused connection, failed name or TLS, our own refusal
Unknown   anything after the first byte until a well-formed answer was read: lost, cut, garbled, 5xx
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ok:
    data: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Error:
    """code, message: as the cloud sent them, unescaped. status: of HTTP. retry_after: seconds, 0 if unsaid."""

    code: str
    message: str = ""
    status: int = 400
    request_id: str = ""
    retry_after: float = 0.0

    @property
    def throttled(self) -> bool:
        return self.code.startswith("Throttling") or self.code == "System.LimitControl"

    @property
    def daily_cap(self) -> bool:
        return self.code == "SendValidateCodeExceedsLimitForAccount"

    @property
    def about_the_caller(self) -> bool:
        """Permission, parameters, authentication: nothing that the thing asked about has to do with."""
        return self.code.startswith(_CALLER) or self.not_let_in

    @property
    def not_let_in(self) -> bool:
        """Permission or authentication: refused before the thing asked about was looked at."""
        return (self.code.startswith(_CALLER) and not self.code.startswith(_ASKED)) or self.status in (401, 403)


@dataclass(frozen=True, slots=True)
class NotSent:
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    reason: str


Failure = Error | NotSent | Unknown
Answer = Ok | Failure

_ASKED = ("InvalidParameter", "Missing")
_CALLER = (
    "Authentication.",
    "Forbidden",
    "IncompleteSignature",
    "InvalidAccessKey",
    "InvalidAction",
    "InvalidParameter",
    "InvalidSecurityToken",
    "InvalidTimeStamp",
    "InvalidVersion",
    "Missing",
    "NoPermission",
    "Product.Unsubscript",
    "Ram.",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
    "Unknown.ResourceOwnerId",
)
