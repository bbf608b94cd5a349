"""Plays a scenario with the real parts: config files, SQLite journal, signed HTTP. Clock and people are scripted.

It joins the parts as reconciler/cli does. What came of each run is given back in the shape of the file's `then`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given as Credentials
from reconciler.cloud.credentials import Key
from reconciler.cloud.pace import Unlimited
from reconciler.config.project import load_project
from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.outcome import Challenge, Outcome, exit_code
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from reconciler.core.review import saved
from reconciler.core.review.staleness import staleness
from reconciler.errors import ConfigError
from reconciler.executor.apply import COUNTS, apply
from reconciler.executor.drive import Hands
from reconciler.executor.submit import open_challenge, resume, submit
from reconciler.operations import VERSIONS
from reconciler.render.text import problems
from reconciler.render.text.outcome import outcome_text
from reconciler.render.text.plan import plan_text
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.journal import Journal
from reconciler.store.safety.emergency import NAME, Emergency
from tests.scenarios import telling
from tests.scenarios.scenario import Apply, Files, Run, Scenario
from tests.scenarios.scripted import People, ScriptedCloud
from tests.stage.leased import ENDPOINT, leased
from tests.stage.recorded import AMY, record

HEAD = "space: {0}\nspace_id: cams-{0}\n"
SETTINGS = "reconciler.yaml"
Then = dict[str, Any]


@dataclass
class Player:
    """first: the plan of the first run, as it would stand in a file."""

    root: Path
    backend: Backend
    cloud: ScriptedCloud
    now: str = ""
    first: str = ""
    people: People = field(default_factory=lambda: People({}))

    def play(self, run: Run) -> Then:
        self.now, self.people = run.at + ":00.000Z", People(run.people)
        self.cloud.begin(run.cloud)
        if run.config is not None:
            write(self.root, run.config)
        then = self._apply(run.apply) if run.apply else self._verify(run)
        assert not self.cloud.unexpected, f"calls that nothing was scripted for: {self.cloud.unexpected}\n{then}"
        assert not self.cloud.unused, f"answers that no call asked for: {self.cloud.unused}\n{then}"
        assert not self.people.silent, f"codes that nobody asked for: {self.people.silent}"
        records = telling.records(self.states().values(), load_project(self.root))
        return {name: what for name, what in {**then, "journal": records}.items() if what}

    def states(self) -> dict[str, State]:
        return {id: self._journal(id).state for id in self.backend.spaces()}

    def _journal(self, space_id: str) -> Journal:
        return Journal(self.backend, space_id, lambda: self.now, Emergency(self.root / NAME))

    def _apply(self, said: Apply) -> Then:
        try:
            made = self._plan(said)
        except ConfigError as error:
            return {"plan": problems.problems(error.problems), "exit": error.exit_code}
        text = "" if said.saved else plan_text(made, self.now)
        if made.refusals:
            return {"plan": text, "exit": 6}
        if not made.all_changes:
            return {"plan": text}
        outcomes = [self._asked(outcome) for outcome in self._applied(made, said)]
        code = exit_code({outcome.result for outcome in outcomes})
        again = list(self._plan(Apply(only=said.only)).changes)
        assert code or not again, f"what is done is not planned again: {again}"
        calls = telling.calls(self.cloud.received, self.people.typed, len(outcomes) > 1)
        return {"plan": text, "calls": calls, "outcomes": outcome_text(outcomes, self.now), "exit": code}

    def _plan(self, said: Apply) -> Plan:
        if not said.saved:
            made = plan(load_project(self.root), self.states(), ENDPOINT, self.now, said.only)
            self.first = self.first or saved.dump_plan(made)
            return made
        made = saved.load_plan(self.first)
        declared = {space.space_id: space for space in load_project(self.root).spaces}
        assert not list(staleness(made, self.states(), declared, ENDPOINT)), "the saved plan is stale"
        return made

    def _applied(self, made: Plan, said: Apply) -> list[Outcome]:
        with self._run("apply", made.touched, made.digest, said.adopt) as (journals, hands):
            return apply(made, journals, hands)

    def _asked(self, outcome: Outcome) -> Outcome:
        """A person at the terminal answers each challenge by a verify of its own."""
        waits = outcome.challenge
        if waits is None or waits.kind != "code" or waits.parked or not self.people.is_near(outcome.address):
            return outcome
        answered = replace(self._typed(waits), action=outcome.action)
        counts = COUNTS[outcome.action] if answered.result == "done" else ()
        return replace(answered, counts=outcome.counts + counts)

    def _verify(self, run: Run) -> Then:
        state, record = self._recorded(run.verify)
        if self.people.is_near(run.verify) and not run.resend:
            waits = open_challenge(state, record)
            assert isinstance(waits, Challenge)
            outcome = self._typed(waits)
        else:
            with self._run("verify", {state.space_id: state.name}) as (journals, hands):
                outcome = resume(record.id, run.verify, journals[state.space_id], hands, resend=run.resend)
        told = outcome_text([outcome], self.now).rpartition("\n\n")[0] or f"{outcome.address}: done"
        return {"calls": telling.calls(self.cloud.received, self.people.typed, False), "outcomes": told}

    def _typed(self, waits: Challenge) -> Outcome:
        """One run for each code, until none is asked for or typed any more."""
        state, _ = self._recorded(waits.address)
        while code := self.people.code(waits):
            with self._run("verify", {state.space_id: state.name}) as (journals, hands):
                outcome = submit(waits, code, journals[state.space_id], hands)
            if outcome.challenge is None:
                break
            waits = outcome.challenge
        return outcome

    def _recorded(self, address: str) -> tuple[State, Record]:
        name, _, local = address.partition("/")
        state = next(state for state in self.states().values() if state.name == name)
        there = [record for record in state.records.values() if record.address == local]
        return state, max(there, key=lambda record: record.version)  # of two, the one that replaces the other

    @contextmanager
    def _run(
        self, verb: str, spaces: Mapping[str, str], digest: str = "", adopt: bool = False
    ) -> Iterator[tuple[dict[str, Journal], Hands]]:
        limits = load_project(self.root).limits
        key = Credentials(Key("id", "the-secret"))
        urls = dict.fromkeys(VERSIONS, self.cloud.url)
        journals = {space_id: self._journal(space_id) for space_id in spaces}
        cloud = Cloud(urls, key, limits, sleep=lambda seconds: None, pace=Unlimited())
        run = AMY.run(verb, self.now, 60.0, digest)
        with closing(cloud), leased(journals, spaces, run, AMY, self.states(), limits) as budget:
            yield journals, Hands(cloud.call, lambda: self.now, lambda: self.now, budget, adopt=adopt)


@contextmanager
def staged(scenario: Scenario, root: Path) -> Iterator[Player]:
    given = scenario.given
    if given.settings:
        (root / SETTINGS).write_text(given.settings, encoding="utf-8")
    with closing(open_backend("sqlite:.reconciler/state.db", root)) as backend, ScriptedCloud(given.answers) as cloud:
        write(root, given.config if given.was is None else given.was)
        recorded = dict(given.recorded)
        for space in load_project(root).spaces if recorded else ():
            pasts = {r.address: recorded.pop(r.address) for r in space.resources if r.address in recorded}
            if pasts:
                record(backend, Emergency(root / NAME), space, pasts)
        assert not recorded, f"recorded, but in no file: {list(recorded)}"
        write(root, given.config)
        yield Player(root, backend, cloud)


def write(root: Path, files: Files) -> None:
    """These space files and no others."""
    folder = root / "spaces"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, body in files.items():
        (folder / f"{name}.yaml").write_text(HEAD.format(name) + body, encoding="utf-8")
