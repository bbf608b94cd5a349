"""One number in a sandbox and a journal in memory, planned and applied as it is declared; people answer at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.cloud.client import Cloud as Client
from reconciler.cloud.credentials import Given, Key
from reconciler.core.code import Code
from reconciler.core.journal.state import State
from reconciler.core.model import Limits, Project, Resource, Space
from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.times import stamp
from reconciler.executor.apply import apply
from reconciler.executor.drive import Hands
from reconciler.executor.submit import submit
from reconciler.kinds import KINDS
from reconciler.operations import OPERATIONS, VERSIONS, Effect
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import NAME, Emergency
from tests.stage.cloud import Cloud, local
from tests.stage.leased import ENDPOINT, leased
from tests.stage.memory import Handle, Store
from tests.stage.recorded import AMY

SPACE, NUMBER, NOW = "cams-acme", "+8613800001234", "2026-11-20T10:31:00.000Z"
ADDRESS = "acme/phone_number/one"
BASE = {"number": NUMBER, "display_name": "Acme", "method": "sms", "locale": "en_US"}
LIMITS = Limits(calls_per_second=0)
Facts = Mapping[str, Any]


@dataclass
class Stage:
    """kind: the number's onboarding."""

    kind: str
    cloud: Cloud
    client: Client
    folder: Path
    store: Store = field(default_factory=Store)
    seen: int = 0

    def begin(self) -> None:
        """What has happened in the world before."""
        if KINDS[self.kind].bought:
            self.purchase = self.cloud.purchase(NUMBER)
        if self.kind == "embedded":
            self.cloud.tell("signups", number=NUMBER, space=SPACE)

    @property
    def journal(self) -> Journal:
        return Journal(Handle(self.store), SPACE, lambda: NOW, Emergency(self.folder / NAME))

    @property
    def state(self) -> State:
        return self.journal.state

    def planned(self, settings: Facts) -> Plan:
        attributes = {**BASE, **settings}
        block = Resource("acme", "phone_number", "one", self.kind, NUMBER, attributes)
        project = Project("", (Space("acme", SPACE, "acme.yaml", (block,)),))
        states = {SPACE: self.state} if self.store.entries else {}
        return plan(project, states, ENDPOINT, NOW)

    def applied(self, settings: Facts, answering: bool = True) -> Outcome:
        """One apply, and a code where it waits for one; then once more, as a number that was bought is signed up."""
        outcome = self._once(settings)
        if not answering:
            return outcome
        if outcome.challenge and outcome.challenge.kind == "code":
            code = self.cloud.code(NUMBER) or self.purchase
            with self._run() as (journal, hands):
                outcome = submit(outcome.challenge, Code(code.replace("-", "")), journal, hands)
        if outcome.challenge and outcome.challenge.reason == "signup":
            self.cloud.tell("signups", number=NUMBER, space=SPACE, display_name="Acme")
            outcome = self._once(settings)
        return outcome

    def _once(self, settings: Facts) -> Outcome:
        made = self.planned(settings)
        with self._run() as (journal, hands):
            outcomes = apply(made, {SPACE: journal}, hands)
        assert not hands.bugs
        return outcomes[0] if outcomes else Outcome(ADDRESS, "update", "done")

    def accept(self, entry: Mapping[str, Any] | None) -> None:
        """What was found is recorded."""
        assert entry
        with self._run("refresh") as (journal, _):
            journal.append(entry)

    @contextmanager
    def _run(self, verb: str = "apply") -> Iterator[tuple[Journal, Hands]]:
        journal, run = self.journal, AMY.run(verb, NOW, 60.0)
        with leased({SPACE: journal}, {SPACE: "acme"}, run, AMY, {}, LIMITS) as budget:
            yield journal, Hands(self.client.call, lambda: NOW, lambda: stamp(self.client.time()), budget)

    @property
    def phase(self) -> str:
        return self.state.records[f"phone_number/{NUMBER}"].phase

    def called(self) -> list[str]:
        """The operations that were called since the last look and have an effect."""
        calls = self.cloud.calls()
        fresh, self.seen = calls[self.seen :], len(calls)
        return [call["operation"] for call in fresh if OPERATIONS[call["operation"]].effect is not Effect.READ]

    def truth(self) -> Mapping[str, Any]:
        """What the cloud keeps of its settings, by their names on the wire."""
        numbers = self.cloud.see("world")["truth"]["numbers"]
        return next((row.get("settings", {}) for row in numbers if row["number"] == NUMBER), {})


@contextmanager
def stage(kind: str, folder: Path, **settings: Any) -> Iterator[Stage]:
    """settings: of the sandbox."""
    with local(calls_per_second=0) as cloud:
        cloud.tell("settings", watched_calls_per_second=0, **settings)
        key = Given(Key(cloud.environment["ALIBABA_CLOUD_ACCESS_KEY_ID"], cloud.secret))
        with closing(Client(dict.fromkeys(VERSIONS, cloud.url), key, LIMITS)) as client:
            found = Stage(kind, cloud, client, folder)
            found.begin()
            yield found
