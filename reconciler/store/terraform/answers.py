"""Interprets the answers of a state server: done, refused, locked by another, or temporary trouble.

After Trouble the same request may be repeated. After Unsure, a kind of trouble, the server may have done what was
asked, or may still do it: a timeout is often a gateway's own answer.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from reconciler.net.http import Lost, Reply
from reconciler.store.trouble import Trouble

DONE, TAKEN = (200, 201, 204), (409, 423)
NOT_DONE = (425, 429)
UNTOLD = (408, *(status for status in range(500, 600) if status not in (501, 505)))
PAGE = (b"<!doctype html", b"<html")


class Unsure(Trouble):
    """Whether it was done is unknown."""


def is_done(reply: Reply | None) -> bool:
    """Whether the request succeeded."""
    return reply is not None and reply.status in DONE


def is_trouble(reply: Reply | Lost) -> bool:
    """Whether the same request may succeed later."""
    return not reply.lasting if isinstance(reply, Lost) else reply.status in (*NOT_DONE, *UNTOLD)


def is_untold(reply: Reply | Lost) -> bool:
    """Whether the request may have been carried out."""
    return reply.sent if isinstance(reply, Lost) else reply.status in UNTOLD


def said(reply: Reply | Lost) -> str:
    """The answer, for people."""
    return reply.reason if isinstance(reply, Lost) else f"status {reply.status}"


def asks_for(reply: Reply | Lost) -> float:
    """Seconds to wait, from `Retry-After`: a number or a time."""
    value = "" if isinstance(reply, Lost) else reply.headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return max(0.0, float(value)) if value.isdecimal() else _until(value)
    return 0.0


def least_spacing(reply: Reply | Lost, requests: int) -> float:
    """Seconds between appends, of so many requests each, to stay within a quota of requests per minute.

    0 without a quota (`RateLimit-Limit`), and while over half of it remains (`RateLimit-Remaining`). Below that, the
    other half must last for the minute.
    """
    headers = {} if isinstance(reply, Lost) else reply.headers
    limit, left = (headers.get(f"ratelimit-{name}", "") for name in ("limit", "remaining"))
    if not (limit.isdecimal() and left.isdecimal()) or 2 * int(left) > int(limit):
        return 0.0
    return 2 * 60.0 * requests / max(1, int(limit))


def _until(time: str) -> float:
    at = parsedate_to_datetime(time)
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def lock_in_force(reply: Reply) -> dict[str, Any]:
    """The lock that the server reports; empty if it reports none."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(reply.body)
        return found if isinstance(found, dict) else {}
    return {}


def is_page(body: bytes) -> bool:
    """Whether it is HTML: a sign-in page, or a proxy's error."""
    return body.lstrip().lower().startswith(PAGE)
