"""Calls a forge's API by the names in its table. Repeatable calls are retried, and every refusal says how to fix it.

It follows no redirect, reads no more than a limit, and never repeats a call that creates something.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_exponential

from reconciler.errors import CloudError, Problem
from reconciler.forge.site import Site
from reconciler.net.http import Auth, Lost, Reply, Transport

CAP = 48 << 20  # bytes: a full page of the longest comments that GitHub allows
TRIES = 4
LONGEST = 60.0  # seconds; a longer requested wait ends the attempts

Sleep = Callable[[float], None]

_backoff = wait_exponential(multiplier=0.5, max=8)


class Session:
    """Calls to one forge. sleep: waits so many seconds."""

    def __init__(self, site: Site, sleep: Sleep = time.sleep) -> None:
        self.site = site
        self.sleep = sleep
        parts = urlsplit(site.api)
        self._transport = Transport(proxies=parts.scheme == "https", tls=parts.scheme == "https", cap=CAP)

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def answer(
        self, name: str, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None, **place: str
    ) -> Reply | Lost:
        """The final result of a call. name: in the table. place: fills the rest of its path."""
        endpoint = self.site.endpoints[name]
        url = self.site.url(name, urlencode(query or {}), place)
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", **self.site.headers}

        def once() -> Reply | Lost:
            return self._transport.send(url, headers, data, Auth(), endpoint.method)

        def again(state: RetryCallState) -> bool:
            reply = _result(state)
            if _throttled(reply):
                return _wait(reply) <= LONGEST
            return (endpoint.repeatable and untold(reply)) or (isinstance(reply, Lost) and not reply.sent)

        def wait(state: RetryCallState) -> float:
            return max(_backoff(state), _wait(_result(state)))

        retrying = Retrying(
            retry=again, wait=wait, sleep=self.sleep, stop=stop_after_attempt(TRIES), retry_error_callback=_result
        )
        return retrying(once)

    def value(self, name: str, query: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """The JSON of a successful answer. Raises CloudError for any other."""
        return self.parsed(self.answer(name, query, **more))

    def parsed(self, reply: Reply | Lost) -> Any:
        """The JSON of a successful answer. Raises CloudError for any other."""
        if isinstance(reply, Reply) and 200 <= reply.status < 300:
            with contextlib.suppress(ValueError, RecursionError):
                return json.loads(reply.body)
            raise self._problem("forge-unreachable", "the answer is no JSON")
        raise self.refused(reply)

    def refused(self, reply: Reply | Lost) -> CloudError:
        """The error of any other answer."""
        if isinstance(reply, Lost):
            return self._problem("forge-unreachable", reply.reason)
        if _throttled(reply):
            return self._problem("forge-throttled", f"too many requests; continue in {_wait(reply):.0f} seconds")
        if 300 <= reply.status < 400:
            return self._problem("forge-moved", f"status {reply.status} leads elsewhere")
        if reply.status >= 500 or reply.status == 408:
            return self._problem("forge-unreachable", f"status {reply.status}")
        message = _message(reply)
        if "locked" in message:
            return self._problem("comment-locked", "the conversation is locked")
        if "too long" in message:
            return self._problem("comment-too-long", "the comment is too long for it")
        return self._problem("forge-refused", f"status {reply.status}", self.site.hints.get(reply.status, ""))

    def _problem(self, code: str, why: str, hint: str = "") -> CloudError:
        return CloudError(Problem(code, f"{self.site.forge}, {self.site.whose}: {why}", hint=hint))


def untold(reply: Reply | Lost) -> bool:
    """Whether it may have been done, or may still be: a timeout is often a gateway's own answer."""
    return reply.sent if isinstance(reply, Lost) else reply.status == 408 or reply.status >= 500


def _result(state: RetryCallState) -> Reply | Lost:
    assert state.outcome is not None
    result: Reply | Lost = state.outcome.result()
    return result


def _throttled(reply: Reply | Lost) -> bool:
    """A request that was certainly not executed, and may be repeated later."""
    if isinstance(reply, Lost) or reply.status not in (403, 429):
        return False
    asked = "retry-after" in reply.headers or reply.headers.get("x-ratelimit-remaining") == "0"
    return reply.status == 429 or asked or "rate limit" in _message(reply)


def _wait(reply: Reply | Lost) -> float:
    """Seconds that the forge asks to wait, by its own clock; 0 if it does not."""
    if not _throttled(reply) or isinstance(reply, Lost):
        return 0.0
    with contextlib.suppress(ValueError):
        return max(0.0, float(reply.headers["retry-after"])) if "retry-after" in reply.headers else _until_reset(reply)
    return LONGEST


def _until_reset(reply: Reply) -> float:
    resets = reply.headers.get("x-ratelimit-reset") or reply.headers.get("ratelimit-reset") or ""
    return max(1.0, float(resets) - parsedate_to_datetime(reply.headers.get("date", "")).timestamp())


def _message(reply: Reply) -> str:
    """The answer's text, only to look for known words; it is never shown."""
    return reply.body[:4096].decode("utf-8", "replace").lower()
