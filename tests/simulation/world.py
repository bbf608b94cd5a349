"""A whole world: the cloud, the journals, the files, the people and their machines, on one clock and one thread.

The same seed gives the same world. It is made worse by steps (steps.py) and put right again (closing.py).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from reconciler.core.answer import Answer
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.plan.change import Plan
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS
from reconciler.runtime import failpoints
from reconciler.sandbox.invariants import Watch
from reconciler.sandbox.world import Contact, Number
from reconciler.store.journal import Journal
from tests.simulation.cloud import Clock, Cloud
from tests.simulation.files import BOUGHT, NUMBERS, PEOPLE, Files
from tests.simulation.process import Fate, Killed, Process
from tests.simulation.promises import Promises
from tests.stage.memory import Store

CHECKOUTS = ("here", "there")
MOST_FAILPOINTS = 45
# No operation tells whether a lost purchase code was taken, so it is asked for and sent again.
BY_DESIGN = "GetPreValidatePhoneId had succeeded already"
Run = Callable[[Process], object]


def as_it_is(operation: str, answer: Answer) -> Answer:
    return answer


@dataclass
class World:
    """believed, journals, fenced: broken ones may be given, to show that what they break is found out.

    meanwhile: what happens while a process sleeps. trusting: throttled_means_not_sent. told: why it goes on.
    """

    folder: Path
    seed: int
    believed: Callable[[str, Answer], Answer] = as_it_is
    journals: Callable[..., Journal] = Journal
    fenced: bool = True
    meanwhile: Callable[[World], None] = lambda world: None
    skew: float = 0.0
    trusting: bool = True
    runs: int = 0
    kills: int = 0
    saved: Plan | None = None
    backup: Store | None = None
    restored: bool = False
    stack: list[Process] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.store = Store(fenced=self.fenced)
        self.cloud = Cloud(self.random, Clock())
        self.files, self.promises = Files(), Promises(born=self._born)
        self.limits = Limits(calls_per_second=0, contact_messages_per_day=0)
        self.purchase_code = self.cloud.tell("numbers", number=BOUGHT, state="prevalidated")["purchase_code"]
        self.mistyped = 0
        self.had: Counter[str] = Counter()
        self.lost_numbers: list[tuple[str, Number]] = []
        self.lost_contacts: list[Contact] = []

    def reached(self, place: str) -> None:
        if self.stack:
            self.stack[-1].reached(place)

    def process(self, fate: Fate | None = None, where: str = "") -> Process:
        self.runs += 1
        checkout = self.folder / (where or self.random.choice(CHECKOUTS))
        checkout.mkdir(exist_ok=True)
        return Process(self, f"person{self.runs}", checkout, fate or Fate())

    def go(self, run: Run, process: Process) -> bool:
        """Whether it came to an end by itself. A refusal that names its problems is one; anything else is a bug."""
        self.stack.append(process)
        try:
            run(process)
        except Killed:
            self.kills += 1
            return False
        except ReconcilerError as error:
            self.refusals += [problem.code for problem in error.problems]
            return False
        except Exception as error:  # noqa: BLE001 - whatever else comes through is what is looked for
            self.promises.breach(f"I14: a traceback: {error!r}")
            return False
        finally:
            self.stack.pop()
        return True

    def fate(self) -> Fate:
        """Of three processes one ends well, the others not so."""
        draw = self.random.randrange(12)
        what = "kill" if draw < 6 else "nap" if draw < 8 and len(self.stack) < 2 else "disk" if draw < 9 else ""
        return Fate(what, 1 + int(MOST_FAILPOINTS * self.random.random() ** 2))

    def states(self) -> dict[str, State]:
        """What is recorded, by space id: as the journals say, folded as they grew."""
        return {space_id: journal.state for space_id, journal in self.promises.journals.items()}

    def waiting(self) -> list[tuple[str, Record]]:
        """What waits for a person, by space id."""
        return [
            (space_id, record)
            for space_id, state in self.states().items()
            for record in state.records.values()
            if record.phase not in KINDS[record.kind].ends and KINDS[record.kind].steps[record.phase].ask
        ]

    def codes(self, number: str) -> list[str]:
        """What a person at this number has received, oldest first."""
        if number == BOUGHT:
            return [self.purchase_code.replace("-", "")]
        messages = self.cloud.region.world.messages
        return [message.code.replace("-", "") for message in messages if message.to == number and message.code]

    def restore(self, backup: Store) -> None:
        """Nobody knows any more what was sent since, so nobody can promise anything about that."""
        self.store.entries, self.store.snapshots, self.restored = backup.entries, backup.snapshots, True
        self.promises.restored(self.store)
        watch = Watch(self.cloud.region.world.watch.violations)
        for to in {message.to for message in self.cloud.region.world.messages}:
            watch.message("", to)
            watch.allow(to, 5)
        self.cloud.region.world.watch = watch

    @contextmanager
    def excused(self, process: Process, operation: str) -> Iterator[None]:
        """What the cloud cannot know: a call under way when a place is lost counts as unanswered, so it may be made

        once more (I3), though never sent (I1); and of a cap that no journal told of when it began nobody knows (I12).
        """
        watch, day = self.cloud.region.world.watch, self._day()
        daily = OPERATIONS[operation].daily
        told = any(
            at[:10] == day and (at < process.began or each.writer == process.run)
            for each in self.promises.journals.values()
            for at in [each.state.capped.get(daily, "")]
        )
        known = len(watch.violations)
        yield
        late = self.promises.is_late(process.run)
        excused = {"I3"} if late else set()
        excused |= set() if told else {"I12"}
        watch.violations[known:] = [each for each in watch.violations[known:] if each["invariant"] not in excused]
        if late:
            for key in (*NUMBERS, *PEOPLE):
                watch.forget(key)

    def _day(self) -> str:
        return f"{datetime.fromtimestamp(self.cloud.clock.seconds, UTC):%Y-%m-%d}"

    def _born(self, declared: Mapping[str, Any]) -> None:
        """A new life or address, as its plan says: one more message is due to those who had one, all may be redone."""
        watch, facts = self.cloud.region.world.watch, declared["facts"]
        watch.forget(declared["key"])
        names = facts["to_ask"] if declared["phase"] == "changed" else ("number", "phone", "email")
        for target in {str(facts.get(name) or "") for name in names}:
            had = sum(message.to == target for message in self.cloud.region.world.messages)
            if had > self.had[target]:
                watch.allow(target, 1)
                self.had[target] = had

    def breaches(self) -> list[str]:
        seen = self.cloud.region.world.watch.violations
        told = [f"{each['invariant']}: {each['about']} {each['what']}" for each in seen]
        return [*self.promises.wrong, *(what for what in told if BY_DESIGN not in what)]


@contextmanager
def simulated(seed: int, **given: object) -> Iterator[World]:
    """A world of its own folder, whose processes hear every failpoint."""
    with tempfile.TemporaryDirectory(prefix="world-") as folder:
        world = World(Path(folder), seed, **given)  # type: ignore[arg-type]
        failpoints.arm(world.reached)
        try:
            yield world
        finally:
            failpoints.arm(None)
