"""What a call came to, as a value. Certain or not is the first thing an answer says; nothing here raises.

Ok        a well-formed success was read
Error     a refusal whose code is listed (reconciler/refusals.py): it came before acting, so nothing was done
NotSent   certainly nothing left this machine: refused connection, failed name or TLS, our own refusal
Unknown   all else after the first byte: lost, cut, garbled, 5xx, a code that is not listed, a contradiction
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from reconciler.operations import Effect, Operation
from reconciler.refusals import GATEWAY, PRODUCTS, Listed, Meaning


class Ok(Struct, frozen=True):
    data: Mapping[str, Any] = {}
    request_id: str = ""


class Error(Struct, frozen=True):
    """code, message: as the cloud sent them, unescaped. status: of HTTP. retry_after: seconds, 0 if unsaid."""

    code: str
    meaning: Meaning
    message: str = ""
    status: int = 400
    request_id: str = ""
    retry_after: float = 0.0

    @property
    def throttled(self) -> bool:
        return self.meaning is Meaning.THROTTLED

    @property
    def not_let_in(self) -> bool:
        """Permission or authentication: refused before the thing asked about was looked at."""
        return self.meaning in NOT_LET_IN

    @property
    def about_the_caller(self) -> bool:
        """Permission, authentication, parameters, pace: nothing that the thing asked about has to do with."""
        return self.not_let_in or self.meaning in (Meaning.PARAMETER, Meaning.THROTTLED, Meaning.CAP)


class NotSent(Struct, frozen=True):
    """stopped: not for want of a way there, but because the operation is not called any more in this run."""

    reason: str
    stopped: bool = False


class Unknown(Struct, frozen=True):
    """code, message, status, request_id, retry_after: of an answer that was read and is not believed; "" and 0 if none.

    stops: the last of this operation in this run, as too many of its answers were such.
    """

    reason: str
    code: str = ""
    message: str = ""
    status: int = 0
    request_id: str = ""
    retry_after: float = 0.0
    stops: bool = False

    @property
    def busy(self) -> bool:
        """HTTP says "too many requests": again in a moment, for what may be called twice."""
        return self.status == 429


Failure = Error | NotSent | Unknown
Answer = Ok | Failure

NOT_LET_IN = frozenset(
    (Meaning.CLOCK, Meaning.CREDENTIALS, Meaning.PERMISSION, Meaning.PRODUCT, Meaning.ACTION),
)


def judged(
    operation: Operation, code: str, message: str = "", status: int = 400, request_id: str = "", retry_after: float = 0
) -> Error | Unknown:
    """A well-formed answer that is no success: a refusal only where its code is known to come before acting."""
    row = listed(operation, code)
    if row and (status < 500 or (row.meaning is Meaning.THROTTLED and _harmless(operation))):
        return Error(code, row.meaning, message, status, request_id, retry_after)
    return Unknown(answered(status, code), code, message, status, request_id, retry_after)


def listed(operation: Operation, code: str) -> Listed | None:
    """The first row that fits, of the operation's own, its product's and the gateway's."""
    rows = (*operation.refusals, *PRODUCTS[operation.product], *GATEWAY)
    return next((row for row in rows if _fits(row.code, code)), None)


def answered(status: int, code: str) -> str:
    """How an answer is named to people: ``400 `X` ``. A code is shown whatever it looks like."""
    return f"{status} `{code.replace('`', chr(39))}`" if code else f"HTTP {status} without a code"


def _fits(row: str, code: str) -> bool:
    return code.startswith(row[:-1]) if row.endswith("*") else code == row


def _harmless(operation: Operation) -> bool:
    return operation.effect in (Effect.READ, Effect.IDEMPOTENT) and not operation.metered
