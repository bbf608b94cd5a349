"""Recorded refusals: kept in the record until it enters another phase."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from reconciler.core import fields
from reconciler.core.answer import NOT_LET_IN
from reconciler.refusals import Meaning

# Refusals that are not about the number or contact.
_NOT_ABOUT_IT = frozenset(each.value for each in (*NOT_LET_IN, Meaning.THROTTLED, Meaning.CAP))
_KEPT = 3  # times kept: the daily limit of refusals


class Refusal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The cloud's last answer to an operation that was not a success, whether certain or not.

    code: as the cloud sent it.
    status: the HTTP status, 0 in old journals.
    message: as the cloud sent it.
    at: when.
    often: how many times since the record last entered another phase.
    meaning: from reconciler/refusals.py; "" if the code is not listed.
    times: of the last refusals that were about the resource itself.
    """

    code: str
    status: fields.Whole
    message: str
    at: fields.Time
    often: fields.Whole
    meaning: fields.MaybeWord
    times: tuple[fields.Time, ...] = ()


class _Answered(Protocol):
    """The fields of an outcome entry that matter for refusals."""

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
    """Whether an outcome is a refusal. A contradictory success counts (it has a status), an incomplete one does not."""
    return line.result != "ok" and bool(line.code) and (line.status is not None or line.code != "OK")


def refused(before: Refusal | None, line: _Answered) -> Refusal:
    """The refusal to record. before: the previous one of the same operation, if any."""
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
