"""Reads requests (signature, time, operation, parameters) and formats answers. It knows nothing of the world.

No request is acted on before its signature was checked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from reconciler.cloud.signing import authorization
from reconciler.operations import OPERATIONS
from reconciler.sandbox.http.wording import SUCCESS_FLAGS, worded
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.unknown import Unknown

Pairs = tuple[tuple[str, str], ...]

SKEW_S = 15 * 60
JSON: Pairs = (("content-type", "application/json; charset=utf-8"),)
_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=(\w+)")
_MUST_BE_SIGNED = frozenset(
    ("host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version")
)
_DENIALS = ("Ram.", "NoPermission", "Forbidden")
_WITHOUT_SUCCESS = frozenset(
    (
        "ChatappMigrationRegister",
        "ChatappMigrationVerified",
        "ChatappPhoneNumberDeregister",
        "CreateChatappMigrationInitiate",
        "GetMigrationVerifyCode",
        "GetPhoneNumberVerificationStatus",
        "GetPreValidatePhoneId",
        "UpdateAccountWebhook",
        "UpdatePhoneWebhook",
    )
)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    method: of HTTP.
    path: without the query.
    query: as sent.
    headers: names in lower case.
    body: as sent.
    arrived: when its first line was read, by the sandbox's clock.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    arrived: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer.

    status: of HTTP.
    body: as sent.
    headers: as sent.
    late: seconds to hold it back.
    lost: the connection is closed instead.
    """

    status: int
    body: bytes
    headers: Pairs = JSON
    late: float = 0.0
    lost: bool = False


def check_signature(request: Request, keys: Mapping[str, str], now: float) -> None:
    """Checks key, signature, payload hash and time. now: real UTC seconds. Raises Refusal."""
    headers = request.headers
    stated = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    signed = stated[2].split(";") if stated else []
    if stated is None or not _MUST_BE_SIGNED.issubset(signed) or not headers.keys() >= set(signed):
        raise Refusal("IncompleteSignature")
    if stated[1] not in keys:
        raise Refusal("InvalidAccessKeyId.NotFound")
    payload = hashlib.sha256(request.body).hexdigest()
    query = parse_qsl(request.query, keep_blank_values=True)
    arguments = (request.method, request.path, query, headers, signed, payload, stated[1], keys[stated[1]])
    expected = authorization(*arguments).rpartition("=")[2]
    if not (_same(expected, stated[3]) and _same(payload, headers["x-acs-content-sha256"])):
        raise Refusal("SignatureDoesNotMatch")
    if abs(_seconds(headers["x-acs-date"]) - now) > SKEW_S:
        raise Refusal("InvalidTimeStamp.Expired")


def parameters(request: Request) -> dict[str, str]:
    """From the query and a form body."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body = request.body.decode(errors="replace") if form else ""
    return dict(parse_qsl(request.query, keep_blank_values=True) + parse_qsl(body, keep_blank_values=True))


def check_parameters(name: str, version: str, given: Mapping[str, str]) -> None:
    """Raises Refusal if the operation does not exist in this version, or a required parameter is missing."""
    operation = OPERATIONS.get(name)
    if operation is None or operation.version != version:
        raise Refusal("InvalidAction.NotFound")
    for parameter in operation.required:
        if not (given.get(parameter) or given.get(f"{parameter}.1")):
            prefix = "Missing" if operation.product == "cams" else "MissingParameter."
            raise Refusal(f"{prefix}{parameter}")


def answered(name: str, fields: Mapping[str, Any], unknown: Unknown) -> Reply:
    """A success in the envelope of its product."""
    envelope: dict[str, Any] = {"RequestId": _request_id()}
    if OPERATIONS[name].product == "cams":
        flag = {} if name in _WITHOUT_SUCCESS else SUCCESS_FLAGS[unknown.success_flag]
        envelope |= {"Code": unknown.success_code, "Message": "OK", **flag}
    return Reply(200, encode(envelope | dict(fields)))


def refused(name: str, refusal: Refusal, unknown: Unknown) -> Reply:
    """A refusal as this world words it. A denied permission names the action in its detail."""
    cams = name in OPERATIONS and OPERATIONS[name].product == "cams"
    code, status = worded(refusal, unknown, cams)
    document: dict[str, Any] = {"RequestId": _request_id(), "Message": refusal.message}
    if code is not None:
        document["Code"] = code
    if refusal.code.startswith(_DENIALS):
        action = f"{OPERATIONS[name].product}:{name}" if name in OPERATIONS else name
        document["AccessDeniedDetail"] = {"AuthAction": action, "NoPermissionType": "ImplicitDeny"}
    retry: Pairs = (("x-acs-retry-after", str(refusal.retry_after)),) if refusal.retry_after else ()
    return Reply(status, encode(document), (*JSON, *retry))


def replied(status: int, name: str, fields: Mapping[str, Any]) -> Reply:
    """An answer of any form. name: the sandbox's own name for it."""
    return Reply(status, encode({"RequestId": _request_id(), "Message": f"The sandbox answers: {name}", **fields}))


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as JSON."""
    return json.dumps(document, ensure_ascii=False).encode()


def _request_id() -> str:
    return str(uuid4()).upper()


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _seconds(date: str) -> float:
    try:
        return datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusal("InvalidTimeStamp.Format") from None
