"""Plays an edit of the files against recorded state and a cloud in memory: people run apply and answer, until it ends.

Real plan, apply, drive, decide and journals; the sandbox's region without HTTP. What is called is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from reconciler.core.code import Code
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Limits, Project
from reconciler.core.outcome import Challenge, Outcome
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.budget import Budget
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.times import stamp
from reconciler.executor.apply import Placed, apply
from reconciler.executor.drive import Hands
from reconciler.executor.submit import submit
from reconciler.kinds import KINDS
from reconciler.operations import Effect, Operation
from reconciler.rehearsal.memory_copy import ENDPOINT, Copy
from reconciler.rehearsal.seed import seed
from reconciler.sandbox.control import inbox
from reconciler.store.journal import Journal
from tests.matrix.starts import BEN, EMERGENCY, NAMES, NUMBERS
from tests.simulation.cloud import BEGINNING, Client, Clock, Cloud

LIMITS = Limits(calls_per_second=0, contact_messages_per_day=0)
ROUNDS = 9
DELETION_S = 10.0
# What was sent before is there; what is still to be sent is sent, whatever is there.
_SHOWN = {"UpCallbackUrl": "https://a.example/in", "About": "Hello", "CartEnable": True, "CatalogVisible": False}
_SHORT = {number: number[-4:] for number in NUMBERS.values()}


def in_order(work: Callable[[Placed], Outcome], changes: Sequence[Placed]) -> list[Outcome]:
    return [work(change) for change in changes]


@dataclass
class World:
    """A cloud, journals, and people.

    trail: calls that are no reads, and what people did, in order.
    left: what outcomes list as to be done by hand.
    """

    states: Mapping[str, State]
    bought: Sequence[str] = ()
    trail: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    typed: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cloud = Cloud(Random(1), Clock())
        self.client = Client(self.cloud, self._watch)
        self.backend = Copy(self.states)
        self.declared: set[str] = set()
        body = seed(self.states, Plan(ENDPOINT))
        bought = {"purchases": sorted({*body.pop("purchases"), *self.bought})}
        nothing: dict[str, list[Any]] = {name: [] for name in body}
        self.codes: dict[str, str] = self.cloud.tell("recorded", **body, purchases=[])["codes"]
        self.purchases: dict[str, str] = self.cloud.tell("recorded", **nothing, **bought)["codes"]
        for space in self.cloud.world.spaces.values():
            for number in space.numbers.values():
                number.settings = _SHOWN

    def state(self) -> dict[str, State]:
        return {id: self._journal(id).state for id in self.backend.spaces()}

    def planned(self, project: Project, scope: Scope | None = None) -> Plan:
        self.declared = {space.space_id for space in project.spaces if space.resources}
        return plan(project, self.state(), ENDPOINT, self.client.now(), scope=scope)

    def applied(self, made: Plan, adopt: bool = False) -> list[Outcome]:
        """One apply by somebody, without people who answer."""
        journals = {id: self._journal(id) for id in made.touched}
        for id, journal in journals.items():
            run, killed = BEN.run("apply", self.client.now(), 60.0, made.digest), journal.state.run
            journal.open_run(run, made.touched[id], ENDPOINT, killed.id if killed else "")
        outcomes = apply(made, journals, self._hands(adopt), in_order)
        for journal in journals.values():
            journal.close_run({})
        self.left |= {each.address: each.left for each in outcomes if each.left}
        return outcomes

    def answered(self, outcomes: Sequence[Outcome]) -> bool:
        """Everybody does what is waited for, once; whether anybody did."""
        done = [self._answer(each.challenge) for each in outcomes if each.challenge]
        return any(done)

    def messages(self) -> int:
        return len(self.cloud.world.messages)

    def violations(self) -> list[Any]:
        return list(self.cloud.world.watch.violations)

    def _journal(self, space_id: str) -> Journal:
        return Journal(self.backend, space_id, self.client.now, EMERGENCY)

    def _hands(self, adopt: bool = False) -> Hands:
        return Hands(self.client.call, self.client.now, self.client.cloud_time, Budget(LIMITS), adopt=adopt)

    def _answer(self, waits: Challenge) -> bool:
        match waits.kind:
            case "code":
                return not waits.parked and self._type(waits)
            case "confirmation":
                return self._follow(waits)
            case "time" if waits.reason == "signup":
                return self._sign_up(waits)
            case "time":
                self.cloud.tell("clock", advance_s=DELETION_S)
                self.trail.append("[time]")
                return True
        return False

    def _type(self, waits: Challenge) -> bool:
        code = self._code(waits).replace("-", "")
        if not code or (waits.number, code) in self.typed:
            return False
        self.typed.add((waits.number, code))
        self.trail.append(f"[code {_SHORT[waits.number]}]")
        journal = self._journal(self._where(waits)[0])
        journal.open_run(BEN.run("verify", self.client.now(), 60.0), journal.state.name, ENDPOINT)
        submit(waits, Code(code), journal, self._hands())
        journal.close_run({})
        return True

    def _code(self, waits: Challenge) -> str:
        """The code that it waits for: of the purchase, or of the message that was sent then."""
        if waits.operation == "GetPreValidatePhoneId":
            return self.purchases.get(waits.number, "")
        if waits.requested_at < stamp(datetime.fromtimestamp(BEGINNING, UTC)):
            return self.codes.get(waits.number, "")
        arrived = [
            each for each in inbox(list(self.cloud.world.messages), "")["messages"] if each["to"] == waits.number
        ]
        return str(arrived[-1]["code"]) if arrived else ""

    def _where(self, waits: Challenge) -> tuple[str, Record]:
        """The space's id and the record. Of two that wait alike, such as both ends of a move, the declared one."""
        found = ((id, state, state.records.get(waits.id)) for id, state in self.state().items())
        waiting = [
            (id, record)
            for id, state, record in found
            if record and record.message == waits.message and _operation(record) == waits.operation
            if state.name == waits.address.partition("/")[0]
        ]
        return max(waiting, key=lambda each: each[0] in self.declared)

    def _follow(self, waits: Challenge) -> bool:
        record, followed = self._where(waits)[1], False
        for to in filter(None, (record.facts.get("phone"), record.facts.get("email"))):
            try:
                self.cloud.tell("confirm", to=to)
            except ValueError:
                continue
            followed = True
        if followed:
            self.trail.append(f"[link {record.key}]")
        return followed

    def _sign_up(self, waits: Challenge) -> bool:
        try:
            self.cloud.tell("signups", number=waits.number, space=self._where(waits)[0])
        except ValueError:
            return False
        self.trail.append(f"[signup {_SHORT[waits.number]}]")
        return True

    def _watch(self, row: Operation, params: Mapping[str, Any]) -> None:
        if row.effect is Effect.READ:
            return
        digits = str(params.get("PhoneNumber") or params.get("MobileNumber") or "").replace("-", "")
        there = self.cloud.world.contacts.get(str(params.get("ContactId") or _first(params)))
        whom = there.fields["Name"] if there else params.get("Name") or digits[-4:]
        space = NAMES.get(str(params.get("CustSpaceId")), "acme")
        where = "" if space == "acme" else f" in {space}"
        sent = "!" if row.effect is Effect.NOTIFY else ""
        self.trail.append(f"{row.name}{sent}({whom}{where})")


def _operation(record: Record) -> str:
    kind = KINDS[record.kind]
    return "" if record.phase in kind.ends else kind.steps[record.phase].operation


def _first(params: Mapping[str, Any]) -> str:
    given = params.get("ContactIds")
    return str(given[0]) if isinstance(given, list | tuple) and given else ""


def how_far(record: Record) -> str:
    """Where a record is, for the end of a row."""
    key = _SHORT.get(record.key, record.key)
    kind = KINDS[record.kind]
    return f"{record.address.partition('/')[2]} {key} {record.kind} {record.phase}".replace(f" {kind.type}", "")
