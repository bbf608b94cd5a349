"""Applies a plan to a sandbox and a copy of recorded state, with all people answering at once.

Executor, client and kinds are the real ones. Rate limits are computed instead of kept, so that a large plan takes only
as long as its calls do on this machine. It never reaches a real cloud or a real journal.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given, Key
from reconciler.core.code import Code
from reconciler.core.consent import NONE, Consent
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.plan.budget import Budget, OwnCount
from reconciler.core.plan.change import Plan
from reconciler.core.rehearsal.report import Report
from reconciler.core.times import stamp
from reconciler.errors import Problem
from reconciler.executor.apply import WORKERS, Placed, apply
from reconciler.executor.drive import Hands
from reconciler.executor.submit import resume, submit
from reconciler.kinds.types import TYPES
from reconciler.operations import VERSIONS
from reconciler.rehearsal.memory_copy import ENDPOINT, Copy, moved_here
from reconciler.rehearsal.people import People
from reconciler.rehearsal.reporting import CallLedger, report
from reconciler.rehearsal.seed import seed
from reconciler.sandbox import Sandbox
from reconciler.sandbox.people.visitor import Visitor
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder, held
from reconciler.store.safety.emergency import NAME, Emergency

ROUNDS = 60
"""The maximum of rounds in which people answer and the plan is applied again: daily limits may take that many days."""
STILL = 7
"""How many rounds without progress are played: no review of a contrary cloud takes so many days."""
TERM = 60.0
ME = Holder("rehearsal", "rehearsal", 0, "", "")
SEEDED_AT_ONCE = 1000
# Codes do not expire here, and the rate is computed.
UNPACED = {"watched_calls_per_second": 0}
SETTINGS = {**UNPACED, "code_lifetime_s": 1e9}


@dataclass
class Stage:
    """One rehearsal. It changes nothing that it is given.

    plan: what is left of the reviewed plan.
    digest: of the reviewed plan.
    limits: as configured.
    states: of all spaces in the backend, by id, as recorded.
    folder: an empty one, for the emergency file.
    now: the time.
    consent: as for an apply.
    journals: the copies, by space id; those of an earlier stage are continued.
    at_once: how many changes are applied concurrently.
    """

    plan: Plan
    digest: str
    limits: Limits
    states: Mapping[str, State]
    folder: Path
    now: Callable[[], str]
    consent: Consent = NONE
    journals: dict[str, Journal] = field(default_factory=dict)
    at_once: int = WORKERS

    def __post_init__(self) -> None:
        self.states = {id: moved_here(state) for id, state in self.states.items()}
        backend, kept = Copy(self.states), Emergency(self.folder / NAME)
        ids = {*self.plan.touched, *self.states} - self.journals.keys()
        more = {id: Journal(backend, id, self.now, kept) for id in sorted(ids)}
        self.journals = {**self.journals, **more}

    def applied(self, cloud: Cloud) -> list[Outcome]:
        """Applies the plan once, in a run of its own."""
        with self._run(cloud, "apply", self.digest) as hands:
            outcomes = apply(self.plan, {id: self.journals[id] for id in self.plan.touched}, hands, self._walk)
        if hands.bugs:
            raise hands.bugs[0]
        return outcomes

    def answered(self, cloud: Cloud, codes: Sequence[tuple[Challenge, str]]) -> None:
        """Submits the codes concurrently, in a run of their own."""
        spaces = {name: self.journals[id] for id, name in self.plan.touched.items()}

        def work(typed: tuple[Challenge, str]) -> Outcome:
            waits, code = typed
            return submit(waits, Code(code), spaces[waits.address.partition("/")[0]], hands)

        with self._run(cloud, "verify", "") as hands, ThreadPoolExecutor(self.at_once) as pool:
            list(pool.map(work, codes))

    def resent(self, cloud: Cloud, space_id: str, record: Record) -> Outcome:
        """Asks for another message, in a run of its own."""
        journal = self.journals[space_id]
        with self._run(cloud, "verify", "", {space_id: journal.state.name}) as hands:
            return resume(record.id, f"{journal.state.name}/{record.address}", journal, hands, resend=True)

    def _walk(self, work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
        with ThreadPoolExecutor(self.at_once) as pool:
            return list(pool.map(work, changes))

    @contextlib.contextmanager
    def _run(self, cloud: Cloud, verb: str, digest: str, spaces: Mapping[str, str] | None = None) -> Iterator[Hands]:
        """spaces: id -> name of those that are leased; None for those of the plan."""
        leases = {id: (self.journals[id], name) for id, name in (spaces or self.plan.touched).items()}
        with held(leases, ME.run(verb, self.now(), TERM, digest), ENDPOINT, ME, 0.0):
            yield Hands(
                cloud.call,
                self.now,
                lambda: stamp(cloud.time()),
                self._budget(),
                adopt=self.consent.adopt,
                allow_metered=self.consent.allow_metered,
            )

    def _budget(self) -> Budget:
        states = [journal.state for journal in self.journals.values()]
        sent = [message for state in states for message in state.messages]
        capped = [(at, daily) for state in states for daily, at in state.capped.items()]
        return Budget(self.limits._replace(calls_per_second=0), OwnCount(sent, capped))

    def progress(self) -> object:
        """What must change in a round to justify another one."""
        states = [journal.state for journal in self.journals.values()]
        return [(state.space_id, id, r.phase, r.facts, r.door) for state in states for id, r in state.records.items()]


def rehearse(stage: Stage, guards: Sequence[Problem], contrary: int | None = None) -> tuple[Report, CallLedger]:
    """Returns the report, and the ledger of what reached the sandbox.

    guards: what would stop apply; reported, but ignored. contrary: the seed of a contrary sandbox; None for a kind one.
    """
    limits = stage.limits
    with local_cloud(limits, contrary) as sandbox, contextlib.closing(local_client(sandbox, limits)) as cloud:
        visitor = Visitor(sandbox.url)
        visitor.settings(SETTINGS if contrary is None else UNPACED)
        spaces = {name: id for id, name in stage.plan.touched.items()}
        people = People(visitor, spaces, seeded(visitor, stage), recipients(stage.plan), contrary is not None)
        world = str(visitor.world().get("line", ""))
        ledger = CallLedger(limits.calls_per_second)
        outcomes = _played(stage, cloud, people, ledger, visitor)
        ledger.close(visitor)
    return report(stage.plan, stage.digest, limits, guards, ledger, people, outcomes, world), ledger


def _played(stage: Stage, cloud: Cloud, people: People, ledger: CallLedger, visitor: Visitor) -> list[Outcome]:
    """Applies once without people, as a pipeline does, then again with everybody answering, until nothing changes."""
    outcomes, before, still = stage.applied(cloud), None, 0
    ledger.turn(visitor)
    for _ in range(ROUNDS):
        waited = people.answer(outcomes, stamp(cloud.time()))
        still = still + 1 if before == stage.progress() else 0
        if all(outcome.result == "done" for outcome in outcomes) or still > (STILL if waited else 0):
            break
        ledger.wait(waited)
        before = stage.progress()
        if typed := people.typed(outcomes):
            stage.answered(cloud, typed)
        outcomes = stage.applied(cloud)
        ledger.turn(visitor)
    return outcomes


def local_cloud(limits: Limits, contrary: int | None) -> Sandbox:
    """A sandbox that does not wait. A contrary one, drawn from this seed, has its own caps."""
    if contrary is not None:
        return Sandbox(calls_per_second=0, contrary=contrary)
    return Sandbox(0, None, 0, limits.contact_messages_per_day, limits.code_messages_per_day)


def local_client(sandbox: Sandbox, limits: Limits) -> Cloud:
    """Signs with the sandbox's key, whatever the environment contains."""
    key = Given(Key(sandbox.access_key_id, sandbox.access_key_secret))
    return Cloud(dict.fromkeys(VERSIONS, sandbox.url), key, limits._replace(calls_per_second=0))


def seeded(visitor: Visitor, stage: Stage) -> dict[str, str]:
    """Fills the sandbox from a stage. Returns number -> code that is waited for."""
    codes: dict[str, str] = {}
    for part in _parts(seed(stage.states, stage.plan)):
        codes |= visitor.recorded(part)
    return codes


def _parts(body: dict[str, list[object]]) -> Iterator[dict[str, list[object]]]:
    """In parts, because the sandbox limits the size of a body."""
    most = max(len(rows) for rows in body.values())
    for start in range(0, most, SEEDED_AT_ONCE):
        yield {name: rows[start : start + SEEDED_AT_ONCE] for name, rows in body.items()}


def recipients(plan: Plan) -> dict[str, list[str]]:
    """Contact's address in the plan -> recipients of its links."""
    linked = (change for change in plan.changes if TYPES[change.type].proof == "link")
    facts = {change.address: change.after or change.before or {} for change in linked}
    return {address: [said[what] for what in ("phone", "email") if said.get(what)] for address, said in facts.items()}
