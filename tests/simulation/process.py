"""One run of the program by someone, somewhere, joined from the real parts as the command line joins them.

It may be killed, put to sleep or find the disk full at any place that a failpoint names. What is killed does nothing
more: not even its `finally` reaches the journal.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.core.answer import Answer
from reconciler.core.code import Code
from reconciler.core.journal.state import State
from reconciler.core.outcome import Outcome
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Plan
from reconciler.core.plan.guards import refusals
from reconciler.core.plan.make import plan
from reconciler.core.review.staleness import staleness
from reconciler.core.times import stamp
from reconciler.errors import Refused, Stale
from reconciler.executor.apply import Placed, Walk, apply
from reconciler.executor.drive import Hands
from reconciler.executor.submit import resume, submit
from reconciler.operations import Operation
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety import emergency, last_seen
from reconciler.store.safety.emergency import Emergency
from reconciler.store.safety.last_seen import Witness
from tests.simulation.cloud import Client
from tests.stage.leased import ENDPOINT, leased
from tests.stage.memory import Handle

if TYPE_CHECKING:
    from tests.simulation.world import World

TERM = 60.0
WAIT = 3 * TERM


class Killed(BaseException):
    """No `except Exception` stops it, as nothing stops SIGKILL."""


@dataclass
class Fate:
    """What befalls a process when it has passed so many failpoints: `kill`, `nap`, a full `disk`; or nothing."""

    what: str = ""
    after: int = 0


@dataclass
class Process:
    """checkout: the folder of whoever runs this. calls: (space id or "", operation) of each call that left."""

    world: World
    who: str
    checkout: Path
    fate: Fate = field(default_factory=Fate)
    dead: bool = False
    run: str = ""
    found: dict[str, State] | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = Client(self.world.cloud, self._left, self.world.skew, self.world.trusting)
        self.handle = Handle(self.world.store, self.world.promises.line, self._disk)
        self.emergency = Emergency(self.checkout / emergency.NAME)
        self.witness = Witness(self.checkout / last_seen.NAME, self.handle.url)
        self.began = stamp(datetime.fromtimestamp(self.world.cloud.clock.seconds, UTC))
        self.me = Holder(self.who, f"host-of-{self.who}", 1, "", "")

    def reached(self, place: str) -> None:
        """Every failpoint on the way comes by here."""
        if self.dead:
            raise Killed
        self.fate.after -= 1
        if self.fate.after == 0 and self.fate.what == "kill":
            self.dead = True
            raise Killed
        if self.fate.after == 0 and self.fate.what == "nap":
            self.world.meanwhile(self.world)

    def plan(self) -> Plan:
        project = self.world.files.project(self.world.limits)
        return plan(project, self._recorded(), ENDPOINT, self.client.now())

    def apply(self, saved: Plan | None = None, adopt: bool = False, wait: float = 0.0) -> list[Outcome]:
        self.emergency.check()
        made = saved or self.plan()
        self._check(made, adopt)
        if not made.all_changes:
            return []
        with self._leased("apply", made.touched, wait, made.digest, adopt) as (journals, hands):
            self._check_fresh(made, {**self._recorded(), **{id: journal.state for id, journal in journals.items()}})
            outcomes = apply(made, journals, hands, self._walk())
        self.world.promises.planned(self.calls, _allowed(made))
        return outcomes

    def verify(self, space_id: str, id: str, codes: Iterable[str] = (), resend: bool = False) -> Outcome:
        """First without a code; then a run for each one, for as long as one is waited for."""
        self.emergency.check()
        state = self._recorded()[space_id]
        address = f"{state.name}/{state.records[id].address}"
        with self._leased("verify", {space_id: state.name}, WAIT) as (journals, hands):
            outcome = resume(id, address, journals[space_id], hands, resend=resend)
        for code in codes:
            if (waits := outcome.challenge) is None or waits.kind != "code":
                break
            self.reached(f"ask.after:{waits.operation}")
            self.found = None
            with self._leased("verify", {space_id: state.name}, WAIT) as (journals, hands):
                outcome = submit(waits, Code(code), journals[space_id], hands)
        return outcome

    def recover(self) -> None:
        """As `state recover` does: only where the call is still unanswered, and nothing where there is no journal."""
        for kept in [kept for kept in self.emergency.waiting() if kept.space_id in self.handle.spaces()]:
            name = self._journal(kept.space_id).state.name
            with self._leased("recover", {kept.space_id: name}, 3 * TERM) as (journals, _):
                for record in list(emergency.unanswered(journals[kept.space_id].state.records.values(), kept)):
                    journals[kept.space_id].append({**kept.entry, "id": record.id})
        self.emergency.clear()

    def accept(self) -> None:
        self.witness.accept(self._found())

    def _check(self, made: Plan, metered: bool) -> None:
        states = self._recorded()
        self._check_fresh(made, states)
        project = self.world.files.project(self.world.limits)
        planned = {space.space_id for space in made.spaces}
        spaces = [space for space in project.spaces if space.space_id in planned]
        found = list(refusals(made, spaces, project.guards, states, self.client.now()))
        refused = [problem for problem in found if not (metered and problem.code == "metered-out")]
        if refused:
            raise Refused(*refused)

    def _check_fresh(self, made: Plan, states: Mapping[str, State]) -> None:
        declared = {space.space_id: space for space in self.world.files.project(self.world.limits).spaces}
        stale = list(staleness(made, states, declared, ENDPOINT))
        if stale:
            raise Stale(*stale)

    @contextlib.contextmanager
    def _leased(
        self, verb: str, spaces: Mapping[str, str], wait: float, digest: str = "", adopt: bool = False
    ) -> Iterator[tuple[dict[str, Journal], Hands]]:
        found = self._recorded()
        journals = {space_id: self._journal(space_id) for space_id in spaces}
        opened = self.me.run(verb, self.client.now(), TERM, digest)
        self.run = opened.id
        clock = self.world.cloud.clock
        limits = self.world.limits
        with leased(journals, spaces, opened, self.me, found, limits, wait, clock, clock.sleep) as budget:
            yield journals, self._hands(budget, adopt)
        self.witness.note({space_id: journal.state for space_id, journal in journals.items()})

    def _hands(self, budget: Budget, adopt: bool) -> Hands:
        time = self.client.now, self.client.cloud_time
        return Hands(self._call, *time, budget, adopt=adopt, allow_metered=adopt)

    def _call(self, operation: str, params: Mapping[str, Any], first: Callable[[], None] | None) -> Answer:
        with self.world.excused(self, operation):
            answer = self.client.call(operation, params, first)
        self.world.promises.answers[self.run] = answer
        return self.world.believed(operation, answer)

    def _walk(self) -> Walk:
        """One change after the other, in an order that the world draws."""

        def walk(work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
            order = self.world.random.sample(range(len(changes)), len(changes))
            found = {place: work(changes[place]) for place in order}
            return [found[place] for place in range(len(changes))]

        return walk

    def _journal(self, space_id: str) -> Journal:
        return self.world.journals(self.handle, space_id, self.client.now, self.emergency)

    def _found(self) -> dict[str, State]:
        return {space_id: self._journal(space_id).state for space_id in self.handle.spaces()}

    def _recorded(self) -> dict[str, State]:
        """As this process found it."""
        if self.found is None:
            self.found = self._found()
            self.witness.check(self.found)
        return self.found

    def _left(self, row: Operation, params: Mapping[str, Any]) -> None:
        self.calls.append((params.get("CustSpaceId", ""), row.name))
        self.world.promises.called(self.run, row, params)

    def _disk(self) -> str:
        full = self.fate.what == "disk" and self.fate.after <= 0
        return self.world.random.choice(("before", "after")) if full else ""


def _allowed(made: Plan) -> dict[str, set[str]]:
    """Space id -> what may be called there; "" -> what names no space."""
    found: dict[str, set[str]] = {"": set()}
    for space in made.spaces:
        calls = [call for change in space.changes for call in change.all_calls]
        found[space.space_id] = {name for call in calls for name in (call.operation, *call.looks)}
        found[""] |= found[space.space_id]
    return found


_ACTIONS: dict[str, Any] = {"create": "create", "update": "update", "delete": "delete"}
