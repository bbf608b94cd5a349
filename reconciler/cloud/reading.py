"""Turns a reply into an answer: Ok for a well-formed success, Error for a listed refusal, Unknown for everything else.

It never guesses. A redirect, HTML, truncated or garbled text, a 5xx, an unlisted code, or a contradiction says nothing
about what the cloud has done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec.structs import replace

from reconciler.core.answer import Answer, Error, Ok, Unknown, answered, judged
from reconciler.net.http import Reply
from reconciler.operations import Operation
from reconciler.refusals import Meaning

SUCCESSES = ("OK", "0000")
LONGEST = 200  # characters of a code or request id
# An escaped surrogate, alone or in a pair.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def judged_reply(operation: Operation, reply: Reply, now: datetime, hidden: Callable[[str], str] = str) -> Answer:
    """Interprets a reply. now: this machine's time when it arrived, to compare the clocks.

    hidden: removes secrets from the cloud's text, above all a submitted code.
    """
    document = _document(reply.body)
    if 300 <= reply.status < 400:
        return Unknown("a redirect, which is never followed")
    if document is None:
        why = f"HTTP {reply.status} without a JSON object"
        return Unknown(why, status=reply.status, retry_after=_retry_after(reply.headers))
    # Secrets are removed before truncation: half a code would not be found.
    code, request_id = (hidden(said)[:LONGEST] for said in (_code(document), _text(document, "RequestId")))
    says_so = _success(document)
    good = reply.status < 300 and code in ("", *SUCCESSES) and says_so in (None, True)
    # CAMS confirms a success by its code; the other product only by the request id.
    if good and (code or (operation.product != "cams" and request_id)):
        return Ok(document, request_id)
    message, wait = hidden(_text(document, "Message")), _retry_after(reply.headers)
    if not code or code in SUCCESSES or says_so not in (None, False):
        said = f"{answered(reply.status, code)}{'' if says_so is None else f', success {says_so}'}"
        return Unknown(f"{said}, which is neither yes nor no", code, message, reply.status, request_id, wait)
    answer = judged(operation, code, message, reply.status, request_id, wait)
    if isinstance(answer, Error) and answer.meaning is Meaning.CLOCK:
        return replace(answer, message=f"{_skew(reply.headers, now)}: {message}")
    return answer


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    if _HALF.search(body) and not _writable(document):
        return None
    return document if isinstance(document, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses an object that has a name twice: nobody knows which value counts."""
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a name twice")
    return document


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _writable(document: Any) -> bool:
    """Whether every string is valid Unicode: a lone surrogate could not be written anywhere."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _code(document: dict[str, Any]) -> str:
    """The code as text. Codes are words, digits or JSON numbers."""
    code = document.get("Code")
    return "" if code is None else code if isinstance(code, str) else json.dumps(code, ensure_ascii=False)


def _success(document: dict[str, Any]) -> bool | str | None:
    """The value of `Success`: None if absent, "unclear" if it is neither true nor false."""
    said = document.get("Success")
    return None if said is None else {"true": True, "false": False}.get(str(said).lower(), "unclear")


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; the header is in milliseconds."""
    value = headers.get("x-acs-retry-after", "")
    return int(value) / 1000 if re.fullmatch("[0-9]{1,12}", value) else 0.0


def _skew(headers: Mapping[str, str], now: datetime) -> str:
    try:
        behind = (parsedate_to_datetime(headers["date"]) - now).total_seconds()
    except (KeyError, ValueError, TypeError):
        return "the cloud did not say what time it is"
    return f"this machine's clock is {abs(behind):.0f} seconds {'behind' if behind > 0 else 'ahead of'} the cloud's"
