"""What the cloud answered instead of doing what was asked: kept in the record until that moves on."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from reconciler.core import fields
from reconciler.core.answer import NOT_LET_IN
from reconciler.refusals import Meaning

# Of these the number or the contact knows nothing.
_NOT_ABOUT_IT = frozenset(each.value for each in (*NOT_LET_IN, Meaning.THROTTLED, Meaning.CAP))
_KEPT = 3  # times of refusals that are kept: as many as a day may have


class Refusal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the cloud last answered to an operation instead of doing it, for certain or not.

    code, message: its own words. status: of HTTP, 0 where an old journal does not say. often: how many times since
    the record moved on. meaning: of the list in reconciler/refusals.py, "" where no list has the code. times: the
    last of those that were about the thing asked for.
    """

    code: str
    status: fields.Whole
    message: str
    at: fields.Time
    often: fields.Whole
    meaning: fields.MaybeWord
    times: tuple[fields.Time, ...] = ()


class _Answered(Protocol):
    """An outcome entry, as far as it tells what the cloud answered."""

    @property
    def result(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def status(self) -> int | None: ...
    @property
    def message(self) -> str: ...
    @property
    def meaning(self) -> str: ...


def is_refusal(line: _Answered) -> bool:
    """A success that lacked what it should hold is none; one that contradicted itself is, and has its status."""
    return line.result != "ok" and bool(line.code) and (line.status is not None or line.code != "OK")


def refused(before: Refusal | None, line: _Answered) -> Refusal:
    """before: the one of the same operation, if any."""
    times = before.times if before else ()
    return Refusal(
        line.code,
        line.status or 0,
        line.message,
        line.at,
        before.often + 1 if before else 1,
        line.meaning,
        times if line.meaning in _NOT_ABOUT_IT else (*times, line.at)[-_KEPT:],
    )
