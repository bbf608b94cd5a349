"""Faults on order: the next calls of an operation meet them, oldest order first. A reset removes them.

drop_before    the connection is closed; nothing is done
redirect       302 to elsewhere on loopback; nothing is done
throttle       Throttling.User; nothing is done
error:<Code>   that refusal; nothing is done (System.LimitControl: see Settings.limit_control_acts)
says:<status>:<JSON>   done, then answered with that HTTP status and object instead
delay:<s>      done and answered that much later
late:<s>       done at once, answered that much later
drop_after     done, then the connection is closed
garbage        done, then answered with truncated JSON; also garbage:html, garbage:empty, garbage:huge
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from reconciler.operations import OPERATIONS
from reconciler.sandbox.http.wire import Reply
from reconciler.sandbox.refusal import Refusal

ANY = "*"
DROPPED, REDIRECTED = "Sandbox.Dropped", "Sandbox.Redirected"
_FORM = re.compile(
    r"drop_before|drop_after|throttle|redirect|error:[A-Za-z0-9][A-Za-z0-9._-]*"
    r"|says:[2-5][0-9]{2}:\{.*\}"
    r"|(delay|late):[0-9]{1,4}(\.[0-9]{1,6})?|garbage(:(html|empty|huge))?"
)
_WITHHELD = ("drop_after", "garbage", "late", "says")
_HTML = b"<!doctype html><title>502</title><h1>Bad gateway</h1>"


@dataclass(slots=True)
class Fault:
    """One order.

    operation: its name, or `*` for any.
    times: how many calls still meet it.
    fault: as listed above.
    """

    operation: str
    times: int
    fault: str


class Faults:
    """The orders, in the order given. Not thread-safe: the gateway holds its lock."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, operation: str, times: int, fault: str) -> None:
        """Raises ValueError for an invalid order."""
        if operation != ANY and operation not in OPERATIONS:
            raise ValueError(f"no such operation: {operation}")
        if times < 1:
            raise ValueError("times must be 1 or more")
        if not _FORM.fullmatch(fault):
            raise ValueError(f"no such fault: {fault}")
        self._orders.append(Fault(operation, times, fault))

    def take(self, operation: str, lost_share: float) -> str:
        """The fault of this call; "" for none. Without an order, its answer may be lost at random."""
        for order in self._orders:
            if order.operation in (operation, ANY):
                order.times -= 1
                self._orders = [left for left in self._orders if left.times]
                return order.fault
        return "drop_after" if random.random() < lost_share else ""


def seconds(fault: str, kind: str) -> float:
    """The duration of `delay` or `late`; 0 for other faults."""
    name, _, length = fault.partition(":")
    return float(length) if name == kind else 0.0


def withheld(fault: str) -> bool:
    """Whether the caller may not see the answer, although the call was executed."""
    return fault.partition(":")[0] in _WITHHELD


def instead(fault: str) -> Refusal | None:
    """The refusal that replaces executing the call; None if it is executed."""
    name, _, code = fault.partition(":")
    codes = {"drop_before": DROPPED, "redirect": REDIRECTED, "throttle": "Throttling.User", "error": code}
    return Refusal(codes[name], retry_after=1000 if name == "throttle" else 0) if name in codes else None


def spoil(fault: str, reply: Reply, elsewhere: str) -> Reply:
    """The answer as sent."""
    if fault in ("drop_before", "drop_after"):
        return replace(reply, lost=True)
    if fault == "redirect":
        return Reply(302, b"", (("location", elsewhere),))
    if fault.startswith("late:"):
        return replace(reply, late=seconds(fault, "late"))
    if fault.startswith("says:"):
        _, status, body = fault.split(":", 2)
        return replace(reply, status=int(status), body=body.encode())
    return _garble(fault, reply) if fault.startswith("garbage") else reply


def _garble(fault: str, reply: Reply) -> Reply:
    if fault == "garbage:html":
        return Reply(200, _HTML, (("content-type", "text/html"),))
    bodies = {"garbage": reply.body[:-7], "garbage:empty": b"", "garbage:huge": b'{"Code":"OK","x":"' + b"x" * 2**25}
    return replace(reply, status=200, body=bodies[fault])
