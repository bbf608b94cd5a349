"""An edit that is applied and put back before anybody answered: what becomes of the challenge that was open before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.model import Resource
from reconciler.core.outcome import Challenge
from reconciler.core.plan.challenge import challenge
from reconciler.core.plan.match import identity
from reconciler.errors import ConfigError
from reconciler.kinds import KINDS
from reconciler.runtime import failpoints
from tests.matrix.edits import EDITS, Case, Edit, acme, files
from tests.matrix.play import ROUNDS, World
from tests.matrix.rows import planned, world
from tests.matrix.starts import ACME, Start, starts

KILLS = ("append.after:", "call.after:")
BACK: Mapping[str, Edit] = {
    name: edit
    for name, edit in EDITS.items()
    if name.startswith(("moved", "onboarding", "replaced", "another-email", "another-phone"))
}
"""A number moved, its onboarding changed, its SIM replaced; a contact moved, replaced, its address changed."""


class Killed(BaseException):
    """The process is gone."""


def waiting() -> Iterator[Start]:
    """Every place where somebody is waited for."""
    for at in starts():
        kind = KINDS[at.kind]
        if at.phase not in kind.ends and not at.review and (kind.steps[at.phase].ask or is_asked(at)):
            yield at


def is_asked(at: Start) -> bool:
    """Whether a message was sent, or may have been, that is to be answered."""
    kind = KINDS[at.kind]
    return at.phase in kind.resend or (at.lost and kind.steps[at.phase].leads["ok"] in kind.resend)


def apply_killed(played: World, case: Case, nth: int) -> bool:
    """One apply of the edit, killed at the nth place, if there are so many; whether it was."""
    places = 0

    def reached(place: str) -> None:
        nonlocal places
        places += place.startswith(KILLS)
        if nth and places == nth:
            raise Killed

    failpoints.arm(reached)
    try:
        played.applied(played.planned(case.after))
    except Killed:
        return True
    finally:
        failpoints.arm(None)
    return False


class PutBack(NamedTuple):
    """What came of it.

    calls: until the files were put back, and people's deeds.
    planned: then.
    again: calls of the next apply.
    same: whether the challenge was found as it was.
    messages: sent by the next apply.
    end: the phase when everybody had answered.
    killed: whether there was such a place.
    """

    calls: str
    planned: str
    again: str
    same: bool
    messages: int
    end: str
    killed: bool

    @property
    def text(self) -> str:
        found = "the challenge is as it was" if self.same else "not as it was"
        return (
            f"{self.calls} | back: {self.planned} | {self.again} | {found}, {self.messages} messages; then {self.end}"
        )


def put_back(case: Case, nth: int = 0) -> PutBack | str:
    """An apply of the edit, killed at the nth place, and one of the files as they were; or why it cannot be applied."""
    (_, one), *rest = case.before
    played, back = world(case), files(acme(one, *(each for _, each in rest)))
    before = _challenge(played, one)
    try:
        made = played.planned(case.after)
    except ConfigError as error:
        return f"error: {', '.join(sorted({each.code for each in error.problems}))}"
    if made.refusals:
        return f"refused: {', '.join(sorted({each.code for each in made.refusals}))}"
    killed = apply_killed(played, case, nth)
    sent, calls = played.messages(), _told(played)
    made = played.planned(back)
    outcomes = played.applied(made)
    same, messages, again = _challenge(played, one) == before, played.messages() - sent, _told(played)
    for _ in range(ROUNDS):
        if not played.answered(outcomes):
            break
        outcomes = played.applied(played.planned(back))
    assert played.violations() == []
    record = _record(played, one)
    return PutBack(calls, planned(made), again, same, messages, record.phase if record else "nothing", killed)


def _told(played: World) -> str:
    calls = " ".join(played.trail) or "nothing"
    played.trail.clear()
    return calls


def _record(played: World, one: Resource) -> Record | None:
    return played.state()[ACME].records.get(identity(one))


def _challenge(played: World, one: Resource) -> Challenge | None:
    record = _record(played, one)
    kind = KINDS[record.kind] if record else None
    return challenge(kind, record, "acme") if record and kind and record.phase not in kind.ends else None
