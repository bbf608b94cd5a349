"""What the cloud answered instead of doing what was asked: kept in the record until that moves on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciler.core.answer import NOT_LET_IN
from reconciler.refusals import Meaning

Line = Mapping[str, Any]
# Of these the number or the contact knows nothing.
_NOT_ABOUT_IT = frozenset(each.value for each in (*NOT_LET_IN, Meaning.THROTTLED, Meaning.CAP))
_KEPT = 3  # times of refusals that are kept: as many as a day may have


class Refusal(NamedTuple):
    """What the cloud last answered to an operation instead of doing it, for certain or not.

    code, message: its own words. status: of HTTP, 0 where an old journal does not say. often: how many times since
    the record moved on. meaning: of the list in reconciler/refusals.py, "" where no list has the code. times: the
    last of those that were about the thing asked for.
    """

    code: str
    status: int
    message: str
    at: str
    often: int
    meaning: str
    times: tuple[str, ...] = ()


def is_refusal(line: Line) -> bool:
    """A success that lacked what it should hold is none; one that contradicted itself is, and has its status."""
    return line["result"] != "ok" and bool(line.get("code")) and ("status" in line or line["code"] != "OK")


def refused(before: Refusal | None, line: Line) -> Refusal:
    """before: the one of the same operation, if any."""
    meaning = line.get("meaning", "")
    times = before.times if before else ()
    return Refusal(
        line["code"],
        line.get("status", 0),
        line.get("message", ""),
        line["at"],
        before.often + 1 if before else 1,
        meaning,
        times if meaning in _NOT_ABOUT_IT else (*times, line["at"])[-_KEPT:],
    )
