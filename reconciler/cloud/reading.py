"""Reads what came back into an answer. Only a well-formed success or refusal is believed; all else is unknown.

It never touches the network and never guesses: a redirect, HTML, cut or garbled text, a 5xx say nothing about what
the cloud has done. The exception is throttling, which the gateway also reports with a 5xx.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from reconciler.core.answer import Answer, Error, Ok, Unknown
from reconciler.http import Reply
from reconciler.operations import Product

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,127}", re.ASCII)
# What half of a surrogate pair looks like, and whole pairs, too.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def read(product: Product, reply: Reply, now: datetime) -> Answer:
    """now: this machine's time when the reply came, to measure its clock against the cloud's."""
    document = _document(reply.body)
    if 300 <= reply.status < 400:
        return Unknown("a redirect, which is never followed")
    if document is None:
        return Unknown(f"HTTP {reply.status} without a JSON object")
    if reply.status < 300:
        return _of_success(product, reply, document)
    refusal = _refusal(reply, document)
    if refusal is None or (reply.status >= 500 and not refusal.throttled):
        return Unknown(f"HTTP {reply.status}" + (f", {refusal.code}" if refusal else " without a code"))
    if refusal.code == "SignatureNonceUsed":
        # Every attempt has a nonce of its own, so something on the way sent this one twice, and the first copy counted.
        return Unknown("a copy of this call came first")
    if refusal.code.startswith("InvalidTimeStamp"):
        return replace(refusal, message=f"{_skew(reply.headers, now)}: {refusal.message}")
    return refusal


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    if _HALF.search(body) and not _writable(document):
        return None
    return document if isinstance(document, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name nobody can say which was meant."""
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a name twice")
    return document


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _writable(document: Any) -> bool:
    """Whether every text in it is whole; half a character could be written down nowhere."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _of_success(product: Product, reply: Reply, document: dict[str, Any]) -> Answer:
    code, success = document.get("Code"), document.get("Success")
    success = success.lower() if isinstance(success, str) else success
    if code not in (None, "OK"):
        return _refusal(reply, document) or Unknown("HTTP 200 with a code that is none")
    if success is False or success == "false":
        return _error(reply, document, "Unsuccessful")
    if not (success is None or success is True or success == "true"):
        return Unknown("HTTP 200 whose success is neither yes nor no")
    # CAMS vouches with its code; the other product only with the id every answer carries.
    if code == "OK" or (product != "cams" and _text(document, "RequestId")):
        return Ok(document, _text(document, "RequestId"))
    return Unknown("HTTP 200 that says neither yes nor no")


def _refusal(reply: Reply, document: dict[str, Any]) -> Error | None:
    code = _text(document, "Code")
    return _error(reply, document, code) if _CODE.fullmatch(code) and code != "OK" else None


def _error(reply: Reply, document: dict[str, Any], code: str) -> Error:
    return Error(
        code, _text(document, "Message"), reply.status, _text(document, "RequestId"), _retry_after(reply.headers)
    )


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; the header counts milliseconds."""
    value = headers.get("x-acs-retry-after", "")
    return int(value) / 1000 if re.fullmatch("[0-9]{1,12}", value) else 0.0


def _skew(headers: Mapping[str, str], now: datetime) -> str:
    try:
        behind = (parsedate_to_datetime(headers["date"]) - now).total_seconds()
    except (KeyError, ValueError, TypeError):
        return "the cloud did not say what time it is"
    return f"this machine's clock is {abs(behind):.0f} seconds {'behind' if behind > 0 else 'ahead of'} the cloud's"
