"""One run in the small world, one way of many. Real plan, apply, drive, decide, settle, fold and journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reconciler.core.answer import Answer, Error, NotSent, Ok, Unknown
from reconciler.core.code import Code
from reconciler.core.journal.entries import Run
from reconciler.core.lifecycle.decide import LOST_ANSWERS
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.make import plan
from reconciler.core.plan.route import route
from reconciler.errors import ConfigError
from reconciler.executor.apply import Placed, apply
from reconciler.executor.drive import Hands, SharedReads
from reconciler.executor.submit import resume, submit
from reconciler.kinds import KINDS
from reconciler.kinds.table import Kind
from reconciler.runtime import failpoints
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import Emergency
from tests.exhaustive.answers import options
from tests.exhaustive.promises import Promises
from tests.exhaustive.small import LIMITS, SPACE, Situation, Wish, seen
from tests.stage.memory import Handle

NOW = "2026-11-20T10:00:00.000Z"
NOWHERE = Emergency(Path("/dev/null/nowhere"))
KILLS = ("append.after:", "call.after:")
OPENING = (":opened", ":run_opened", ":run_closed")
_LOOKS = [look for kind in KINDS.values() for step in kind.steps.values() for look in step.looks]
SHARED = {each.operation for look in _LOOKS for each in look.reads if each.shared}


class Cut(BaseException):
    """Things went this far, and just so, before."""


class Killed(BaseException):
    pass


def as_it_is(operation: str, answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Broken:
    """What is broken on purpose. believed: what the program is told of an answer."""

    believed: Callable[[str, Answer], Answer] = as_it_is
    journal: Callable[..., Journal] = Journal


SOUND = Broken()


@dataclass
class Played:
    """taken: which way each time; widths: of how many. healthy: nothing failed just now, and nobody was killed.

    since: what was read since the last call; refused, lost: what calls came to. Together the run's memory.
    """

    situation: Situation
    wish: Wish
    chosen: tuple[int, ...]
    been: set[Any]
    broken: Broken = SOUND
    taken: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    since: list[Any] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    refused: Any = None
    calls: set[str] = field(default_factory=set)
    shared: dict[str, Any] = field(default_factory=dict)
    typed: bool = False
    trail: list[tuple[Any, Any]] = field(default_factory=list)
    at: Any = None
    healthy: bool = True
    cut: bool = False

    def play(self) -> Played:
        self.at, before = self.situation.key(), dict(self.situation.due)
        self.promises = Promises(self.situation.due)
        handle = Handle(self.situation.store, self._line)
        self.journal = self.broken.journal(handle, SPACE, lambda: NOW, NOWHERE)
        failpoints.arm(self._reached)
        try:
            self._run()
        except Cut:
            self.cut = True
        except (Killed, ConfigError):
            pass
        finally:
            failpoints.arm(None)
        if self.wish.verb == "resend":  # what was asked for and not sent is asked for no more
            self.situation.due = {to: min(due, before.get(to, 0)) for to, due in self.situation.due.items()}
        if not self.cut:
            self._arrive(self.situation.key())
        return self

    def _run(self) -> None:
        made = plan(self.wish.project(), {SPACE: self.journal.state} if self.journal.state.serial else {}, "here", NOW)
        if self.wish.verb == "apply":
            self.calls = {call.operation for change in made.changes for call in change.all_calls}
        run = Run("r", self.wish.verb, "ann", "far", 1, "", "", 60.0, NOW, made.digest)
        self.journal.open_run(run, "acme", "here", "r" if self.journal.state.run else "")
        hands = Hands(
            self._call, lambda: NOW, lambda: NOW, Budget(LIMITS), adopt=self.wish.adopt, allow_metered=self.wish.adopt
        )
        if self.wish.verb == "apply":
            apply(made, {SPACE: self.journal}, hands, in_order)
        else:
            self._verify(hands)
        self.journal.close_run({})

    def _verify(self, hands: Hands) -> None:
        for record in list(self.journal.state.records.values()):
            kind = KINDS[record.kind]
            if record.phase in kind.ends or not kind.steps[record.phase].ask:
                return
            resend, address = self.wish.verb == "resend", f"acme/{record.address}"
            if resend:
                self.promises.asked_for(record)
            outcome = resume(record.id, address, self.journal, hands, resend=resend)
            if (waits := outcome.challenge) and waits.kind == "code" and (code := self._code()):
                self.since, self.refused, self.shared = [], None, {}
                self.lost.clear()
                hands = replace(hands, shared=SharedReads())
                submit(waits, Code(code), self.journal, hands)

    def _choose(self, place: str, width: int) -> int:
        """Which way now: as told, or the first one, unless it was taken from here before."""
        number = len(self.taken)
        here = repr((place, self._records(), self._memory(), self.situation.due))
        self._arrive(here)
        if number >= len(self.chosen):
            if here in self.been:
                raise Cut
            self.been.add(here)
        self.taken.append(self.chosen[number] if number < len(self.chosen) else 0)
        self.widths.append(width)
        return self.taken[-1]

    def _arrive(self, here: Any) -> None:
        """trail: the steps that a well cloud and a person may make happen."""
        if self.healthy:
            self.trail.append((self.at, here))
        self.at, self.healthy = here, True

    def _records(self) -> list[Any]:
        state = self.journal.state
        return [seen(record) for records in (state.records, state.aside) for record in records.values()]

    def _memory(self) -> tuple[Any, ...]:
        """What the run can still make use of, where it stands now."""
        for record in self.journal.state.records.values():
            kind = KINDS[record.kind]
            if record.phase in kind.ends:
                continue
            step, ahead = kind.steps[record.phase], {call.operation for call in route(kind, record.phase, record.facts)}
            steps = [kind.steps[phase] for phase in ahead_of(kind, record.phase)]
            looks = {each.operation for step in steps for look in step.looks for each in look.reads}
            shared = [(name, answer) for name, answer in sorted(self.shared.items()) if name in looks]
            outside = sorted(ahead - self.calls)
            return self.since, self.refused, self.lost[step.operation], shared, outside, self.typed, self.wish.brief()
        return self.wish.brief(), self.typed

    def _reached(self, place: str) -> None:
        if not place.startswith(KILLS) or place.endswith(OPENING):
            return
        if place.startswith("call.after:") and not isinstance(self.since[-1][1], Ok):
            return  # what was not done, or may have been, leaves the same behind as a kill before the call
        if self._choose(place, 2):
            self.healthy = False
            raise Killed

    def _code(self) -> str | None:
        """A person who has a code types it, once."""
        code, self.typed = "" if self.typed else self.wish.code, True
        return code or None

    def _line(self, space_id: str, text: str) -> None:
        answer = self.since[-1][1] if self.since else None
        entry = self.promises.line(text, self.journal.state.records, answer)
        if entry["type"] == "settled":
            self.since, self.refused = [], None
        elif entry["type"] == "outcome" and answer:
            self._remember(entry["operation"], answer)

    def _remember(self, operation: str, answer: Answer) -> None:
        self.since, self.refused = [], (operation, answer) if isinstance(answer, Error | NotSent) else None
        if isinstance(answer, Unknown):
            self.lost[operation] = min(self.lost[operation] + 1, LOST_ANSWERS)

    def _call(self, operation: str, params: Mapping[str, Any], first: Callable[[], None] | None) -> Answer:
        if first:
            first()
        record = next(iter(self.journal.state.records.values()))
        found = options(operation, record)
        option = found[self._choose(operation, len(found))]
        self.healthy = option.healthy
        self.promises.called(operation, params, option.answer)
        if first:
            self.since.clear()  # what was read before a call is no more known after it
        if operation in SHARED:
            self.shared[operation] = option.answer
        else:
            self.since.append((operation, option.answer))
        return self.broken.believed(operation, option.answer)


def ahead_of(kind: Kind, phase: str) -> set[str]:
    """Phases whose steps this run may yet come to, another message's included."""
    found, ahead = set[str](), [phase, *kind.resend.get(phase, ())]
    while ahead:
        here = ahead.pop()
        if here not in found and here not in kind.ends:
            found.add(here)
            ahead += kind.steps[here].leads.values()
    return found


def in_order(work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
    return [work(change) for change in changes]
