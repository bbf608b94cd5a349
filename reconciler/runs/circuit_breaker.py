"""The circuit breaker: a call that would fail again for every resource is not repeated a thousand times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from reconciler.core.answer import Answer, Error, NotSent, Unknown
from reconciler.core.explain import explain, why_stopped
from reconciler.executor.drive import Caller

EVERYTHING, UNREACHED, UNLISTED = "*", 3, 3
_REFUSES = ("permission-denied", "credentials-refused", "clock-skew", "not-activated")

BeforeSend = Callable[[], None] | None


def circuit_breaker(call: Caller) -> Caller:
    """Stops one operation, or all, for the run; everything else continues.

    A missing permission or three unlisted codes stop their operation. Credentials, the clock, a product that is not
    activated, or three calls in a row that were not sent stop all. Calls that wait for the rate limit at that moment
    are not sent.
    """
    refused: dict[str, Error | NotSent] = {}
    unreached, unlisted = Counter[str](), Counter[str]()

    def begin(operation: str, first: BeforeSend) -> None:
        if operation in refused:
            raise _Stopped
        if first:
            first()

    def once(operation: str, params: Mapping[str, Any], first: BeforeSend) -> Answer:
        known = refused.get(operation) or refused.get(EVERYTHING)
        if known:
            return known
        try:
            answer = call(operation, params, lambda: begin(operation, first))
        except _Stopped:
            return refused[operation]
        if isinstance(answer, Unknown) and answer.code:
            unlisted[operation] += 1
            if unlisted[operation] >= UNLISTED:
                refused[operation] = NotSent(why_stopped(answer), stopped=True)
                return replace(answer, stops=True)
        unreached[EVERYTHING] = unreached[EVERYTHING] + 1 if isinstance(answer, NotSent) else 0
        if isinstance(answer, NotSent) and unreached[EVERYTHING] >= UNREACHED:
            refused[EVERYTHING] = answer
        elif isinstance(answer, Error) and (code := explain(operation, answer).code) in _REFUSES:
            refused[operation if code == "permission-denied" else EVERYTHING] = answer
        return answer

    return once


class _Stopped(Exception):
    """The operation was stopped while this call waited."""
