"""What an answer of a state server means: done, refused, held by another, or trouble of a moment.

Trouble is what may be asked again. Unsure is trouble after which the server may have done what it was asked, or may do
it yet: a timeout is often a gateway's own answer.
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
    return reply is not None and reply.status in DONE


def is_trouble(reply: Reply | Lost) -> bool:
    return not reply.lasting if isinstance(reply, Lost) else reply.status in (*NOT_DONE, *UNTOLD)


def is_untold(reply: Reply | Lost) -> bool:
    return reply.sent if isinstance(reply, Lost) else reply.status in UNTOLD


def said(reply: Reply | Lost) -> str:
    return reply.reason if isinstance(reply, Lost) else f"status {reply.status}"


def asks_for(reply: Reply | Lost) -> float:
    """Seconds for which the server wants to be left alone: `Retry-After`, as a number or as a time."""
    value = "" if isinstance(reply, Lost) else reply.headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return max(0.0, float(value)) if value.isdecimal() else _until(value)
    return 0.0


def least_spacing(reply: Reply | Lost, requests: int) -> float:
    """Seconds from one piece of work to the next, each of so many requests, so that a quota of requests a minute lasts.

    0 without a quota (`RateLimit-Limit`), and while over half of it is left (`RateLimit-Remaining`); then the other
    half lasts for the minute.
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
    """Of a lock, as the server tells it; empty where it does not."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(reply.body)
        return found if isinstance(found, dict) else {}
    return {}


def is_page(body: bytes) -> bool:
    """Whether it is for a browser: a page to sign in, or of a proxy."""
    return body.lstrip().lower().startswith(PAGE)
