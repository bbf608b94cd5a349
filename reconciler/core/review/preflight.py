"""What `plan --preflight` foresees: whether each change can make its next call, by what can be read before it. Pure.

Like the readings of `check`, it is in no digest, no saved plan and no state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from msgspec import Struct
from msgspec.structs import replace

from reconciler.core import fields
from reconciler.core.outcome import Awaits, Outcome, Result
from reconciler.core.plan.change import Change
from reconciler.errors import Problem
from reconciler.kinds.table import Awaited

PREFLIGHT_FORMAT = 1
PreflightVerdict = Literal["will_fail", "unknown", "will_succeed"]
PREFLIGHT_VERDICTS: tuple[PreflightVerdict, ...] = get_args(PreflightVerdict)
UNSURE = frozenset({"status-unclear", "business-not-verified", "sms-to-landline"})
"""Error codes that rest on a status that no document lists, or on a numbering plan that may be newer than ours."""


class Foreseen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is foreseen of one change.

    address: with the space's name.
    action: of the change.
    verdict: what its next call will meet, as far as it can be read.
    call: the first call of the next apply that has an effect; "" for none.
    awaits: without such a call, what it waits for; "" for nothing.
    reason: what the cloud is working on, or a person in a browser, if only time is needed.
    code: of the error that it will meet, or may; "" for none.
    because: that error in words, with what the cloud reports.
    hint: what to do.
    """

    address: fields.Address
    action: fields.Word
    verdict: PreflightVerdict
    call: str = ""
    awaits: Literal["", Awaits] = ""
    reason: Awaited = ""
    code: str = ""
    because: str = ""
    hint: str = ""


class PreflightReport(Struct, frozen=True, forbid_unknown_fields=True):
    """What `plan --preflight` foresees.

    at: when it began, UTC.
    calls: reads that were made.
    changes: in the plan's order.
    refused: apply refuses the plan as a whole, for a guard's reason that the plan names.
    """

    at: fields.Time
    calls: fields.Whole
    changes: tuple[Foreseen, ...]
    refused: bool = False

    @property
    def tally(self) -> Counter[str]:
        """How many changes have each verdict."""
        return Counter(each.verdict for each in self.changes)


class Walked(NamedTuple):
    """How far a change comes by reads alone.

    outcome: how it ended.
    call: the first call with an effect that it came to; "" for none. Nothing was sent.
    unread: a read failed.
    """

    outcome: Outcome
    call: str
    unread: bool


def foreseen(change: Change, walked: Walked, more: Iterable[Problem] = ()) -> Foreseen:
    """The verdict of a change. more: what else is known to be in its way, although its first call can be made."""
    found = Foreseen(change.address, change.action, "will_succeed", walked.call)
    if walked.call and _removes_first(change):
        return replace(found, verdict="unknown", because=f"what follows can be read only after {walked.call}")
    outcome = walked.outcome
    problem = _first(more) if walked.call else outcome.problem
    if outcome.challenge and not walked.call:
        found = replace(found, awaits=outcome.challenge.kind, reason=outcome.challenge.reason)
    if problem:
        what = problem.what.removeprefix(f"{change.address}: ")
        said = f"{what}: {problem.found}" if problem.found else what
        found = replace(found, code=problem.code, because=said, hint=problem.mend)
    return replace(found, verdict=_verdict(found, walked))


def _first(problems: Iterable[Problem]) -> Problem | None:
    """What is certain comes before what may not be so."""
    return min(problems, key=lambda problem: problem.code in UNSURE, default=None)


def _removes_first(change: Change) -> bool:
    """A removal without a call only forgets, and hides nothing from the reads."""
    return change.action == "replace" and not change.new_first and bool(change.removal and change.removal.door)


def _verdict(found: Foreseen, walked: Walked) -> PreflightVerdict:
    result = walked.outcome.result
    if not found.code and (walked.call or result != "unknown"):
        return "unknown" if found.awaits in ("time", "refusal") else "will_succeed"
    settled = (walked.call and not walked.unread) or (not walked.call and _settled(result, walked.unread))
    return "will_fail" if settled and found.code not in UNSURE else "unknown"


def _settled(result: Result, unread: bool) -> bool:
    """Whether apply would end so whatever it reads next time. A pause is no failure."""
    return result == "blocked" or (result == "failed" and not unread)
