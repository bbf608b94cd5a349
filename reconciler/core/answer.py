"""The result of a call, as a value. Its type tells whether the result is certain. Nothing here raises.

Ok        a well-formed success
Error     a refusal whose code is listed (reconciler/refusals.py): the cloud refused before acting, nothing was done
NotSent   the request did not leave this machine: connection refused, no such host, no TLS, or refused by ourselves
Unknown   anything else after the first byte: lost, cut off, garbled, 5xx, an unlisted code, a contradiction
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from reconciler.operations import Effect, Operation
from reconciler.refusals import GATEWAY, PRODUCTS, Listed, Meaning


class Ok(Struct, frozen=True):
    """A well-formed success.

    data: the answer's JSON object.
    request_id: as the cloud sent it.
    """

    data: Mapping[str, Any] = {}
    request_id: str = ""


class Error(Struct, frozen=True):
    """A refusal whose code is listed.

    code: as the cloud sent it.
    meaning: from the list.
    message: as the cloud sent it, unescaped.
    status: the HTTP status.
    request_id: as the cloud sent it.
    retry_after: seconds, 0 if the answer has none.
    """

    code: str
    meaning: Meaning
    message: str = ""
    status: int = 400
    request_id: str = ""
    retry_after: float = 0.0

    @property
    def throttled(self) -> bool:
        """Too many calls per second; not a daily cap."""
        return self.meaning is Meaning.THROTTLED

    @property
    def not_let_in(self) -> bool:
        """Clock, credentials, permission or product: refused before the cloud looked at the resource."""
        return self.meaning in NOT_LET_IN

    @property
    def about_the_caller(self) -> bool:
        """Access, parameters or rate: the refusal says nothing about the resource."""
        return self.not_let_in or self.meaning in (Meaning.PARAMETER, Meaning.THROTTLED, Meaning.CAP)


class NotSent(Struct, frozen=True):
    """The request did not leave this machine.

    reason: for people.
    stopped: refused by ourselves, because the operation is stopped for this run.
    """

    reason: str
    stopped: bool = False


class Unknown(Struct, frozen=True):
    """Whether the cloud acted is unknown.

    reason: for people.
    code: of an answer that was read but cannot be trusted; "" if there is none.
    message: likewise.
    status: the HTTP status, 0 if no answer was read.
    request_id: likewise "".
    retry_after: seconds, 0 if the answer has none.
    stops: this answer stopped the operation for the run, because too many of its answers were unlisted.
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
        """HTTP 429, too many requests: an operation that may be repeated is called again shortly."""
        return self.status == 429


Failure = Error | NotSent | Unknown
Answer = Ok | Failure

NOT_LET_IN = frozenset(
    (Meaning.CLOCK, Meaning.CREDENTIALS, Meaning.PERMISSION, Meaning.PRODUCT, Meaning.ACTION),
)


def judged(
    operation: Operation, code: str, message: str = "", status: int = 400, request_id: str = "", retry_after: float = 0
) -> Error | Unknown:
    """Interprets a well-formed answer that is not a success. It is a refusal only if its code is known to come
    before acting."""
    row = listed(operation, code)
    if row and (status < 500 or (row.meaning is Meaning.THROTTLED and _harmless(operation))):
        return Error(code, row.meaning, message, status, request_id, retry_after)
    return Unknown(answered(status, code), code, message, status, request_id, retry_after)


def listed(operation: Operation, code: str) -> Listed | None:
    """The first row for this code among the operation's, its product's, and the gateway's."""
    rows = (*operation.refusals, *PRODUCTS[operation.product], *GATEWAY)
    return next((row for row in rows if _fits(row.code, code)), None)


def answered(status: int, code: str) -> str:
    """An answer's name for people: ``400 `X` ``. The code is shown whatever it looks like."""
    return f"{status} `{code.replace('`', chr(39))}`" if code else f"HTTP {status} without a code"


def _fits(row: str, code: str) -> bool:
    return code.startswith(row[:-1]) if row.endswith("*") else code == row


def _harmless(operation: Operation) -> bool:
    return operation.effect in (Effect.READ, Effect.IDEMPOTENT) and not operation.metered
