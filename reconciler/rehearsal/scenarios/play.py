"""Plays one scenario: seeds a sandbox, and for each step makes the plan, applies it, lets people answer, and compares.

Changes are applied one after the other, so that the same scenario makes the same calls in the same order.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.cloud.client import Cloud
from reconciler.config.scenarios import ScenarioFile
from reconciler.core.consent import Consent
from reconciler.core.journal.state import State
from reconciler.core.model import Project
from reconciler.core.outcome import Outcome
from reconciler.core.plan.change import Plan
from reconciler.core.plan.guards import remaining_refusals
from reconciler.core.plan.make import plan as make_plan
from reconciler.core.rehearsal.expectations import mismatches
from reconciler.core.rehearsal.scenario import Mismatch, ScenarioStep, Verdict
from reconciler.core.times import stamp
from reconciler.errors import ReconcilerError, Refused
from reconciler.rehearsal import ROUNDS, UNPACED, Stage, local_client, local_cloud, recipients, seeded
from reconciler.rehearsal.memory_copy import ENDPOINT
from reconciler.rehearsal.people import A_MOMENT
from reconciler.rehearsal.scenarios.cast import Cast
from reconciler.rehearsal.scenarios.found import Earlier, StepRun, found
from reconciler.rehearsal.scenarios.given import project_of, recorded_project, recorded_states, typed_setting
from reconciler.rehearsal.seed import seed as world_of
from reconciler.runtime.scratch import scratch
from reconciler.sandbox.people.visitor import Visitor

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Phones(Visitor):
    """The people's part of the sandbox, with the time that was passed there.

    ahead: of the real time.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.ahead = timedelta()

    def advance(self, seconds: float) -> None:
        """Advances the world's clock."""
        super().advance(seconds)
        self.ahead += timedelta(seconds=seconds)

    def now(self) -> str:
        """The time there."""
        return stamp(datetime.now(UTC) + self.ahead)


def play(root: Path, read: ScenarioFile, environment: str = "", contrary: int | None = None) -> Verdict:
    """The verdict in one sandbox. environment: for a scenario that names none. contrary: a seed; None for a kind one.

    Raises ConfigError and UsageError for what given.wrong() finds.
    """
    begun = time.monotonic()
    name = read.content.environment or environment
    was = recorded_project(root, read, environment)
    with (
        scratch("reconciler-test-") as folder,
        local_cloud(was.limits, contrary) as sandbox,
        contextlib.closing(local_client(sandbox, was.limits)) as cloud,
    ):
        phones = Phones(sandbox.url)
        phones.settings(UNPACED)
        world = str(phones.world().get("line", ""))
        states = recorded_states(was, read, folder, datetime.now(UTC))
        stage = Stage(Plan(ENDPOINT), "", was.limits, states, folder, phones.now, at_once=1)
        played = _Scenario(root, read, environment, cloud, phones, stage, seeded(phones, stage), contrary is not None)
        found = tuple(each for number in range(len(read.content.steps)) for each in played.step(number))
    seconds = round(time.monotonic() - begun, 3)
    return Verdict(read.file, read.content.scenario, seconds, found, name, contrary, world)


class _Scenario:
    """A scenario at work.

    codes: number -> code that was received.
    """

    def __init__(
        self,
        root: Path,
        read: ScenarioFile,
        environment: str,
        cloud: Cloud,
        phones: Phones,
        stage: Stage,
        codes: dict[str, str],
        contrary: bool,
    ) -> None:
        self._root, self._read, self._environment = root, read, environment
        self._cloud, self._phones, self._stage, self._codes = cloud, phones, stage, codes
        self._contrary, self._bought = contrary, set[str]()

    def step(self, number: int) -> Iterator[Mismatch]:
        """Plays one step, and yields where it came out differently."""
        step = self._read.content.steps[number]
        project = project_of(self._root, self._read, self._environment, number)
        seen = Earlier.now(self._phones)
        self._prepare(step, project)
        result = self._result(step, project)
        came = found(result, seen, self._phones, project, self._states)
        placed = (
            (self._read.at("steps", number, "expect", each.key), each)
            for each in mismatches(number + 1, step.expect, came)
        )
        for here, each in sorted(placed, key=lambda pair: pair[0]):
            yield Mismatch(each.step, each.key, each.expected, each.found, str(here))

    @property
    def _states(self) -> dict[str, State]:
        return {id: journal.state for id, journal in self._stage.journals.items() if journal.state.serial}

    def _prepare(self, step: ScenarioStep, project: Project) -> None:
        """Time passes, the cloud is changed, messages are asked for again."""
        if step.after:
            self._phones.advance(int(step.after[:-1]) * _UNITS[step.after[-1]])
        ids = {space.name: space.space_id for space in project.spaces}
        numbers = {each.address: (each.key, ids[each.space]) for space in project.spaces for each in space.resources}
        changed = {name: typed_setting(name, value) for name, value in step.cloud.settings.items()}
        self._phones.settings(changed)
        for name, account in step.cloud.accounts.items():
            self._phones.account(ids[name], account)
        for address, state in step.cloud.numbers.items():
            self._phones.number(*numbers[address], state)
        for fault in step.cloud.faults:
            self._phones.fault(fault.operation, fault.fault, fault.times)
        for address in step.resend:
            self._resend(address)

    def _resend(self, address: str) -> None:
        """Nothing if it is not recorded: then there is nothing to ask for."""
        for id, state in self._states.items():
            for record in state.records.values():
                if f"{state.name}/{record.address}" == address:
                    for to in filter(None, (record.facts.get(name) for name in ("number", "phone", "email"))):
                        self._phones.allow(str(to), 1)
                    self._stage.resent(self._cloud, id, record)

    def _result(self, step: ScenarioStep, project: Project) -> StepRun:
        consent = Consent(step.adopt, step.allow_messages, step.allow_deletes, step.allow_country, step.allow_metered)
        try:
            plan = make_plan(project, self._states, ENDPOINT, self._stage.now())
        except ReconcilerError as error:
            return StepRun(Plan(ENDPOINT), tuple(each.code for each in error.problems), error.exit_code)
        problems = remaining_refusals(plan, project, project.guards, consent, self._states, self._stage.now())
        refused = tuple(each.code for each in problems)
        if refused or not step.apply:
            return StepRun(plan, refused, Refused.exit_code if refused else int(bool(plan.left_out)))
        self._codes |= self._buy(plan)
        return StepRun(plan, (), None, self._applied(step, plan, consent))

    def _buy(self, plan: Plan) -> dict[str, str]:
        """Number -> purchase code of numbers that must be bought before."""
        new = [number for number in world_of({}, plan)["purchases"] if number not in self._bought]
        self._bought.update(new)
        body = {"numbers": [], "contacts": [], "purchases": new, "sent": []}
        return self._phones.recorded(body) if new else {}

    def _applied(self, step: ScenarioStep, plan: Plan, consent: Consent) -> list[Outcome]:
        if not plan.all_changes:
            return []
        self._stage = replace(self._stage, plan=plan, digest=plan.digest, consent=consent)
        spaces = {name: id for id, name in plan.touched.items()}
        cast = Cast(self._phones, spaces, dict(self._codes), recipients(plan), self._contrary, step.people)
        outcomes = self._stage.applied(self._cloud)
        for _ in range(ROUNDS):
            typed, followed = cast.typed(outcomes), cast.followed(outcomes)
            if not (typed or followed) and not (step.wait and self._waited(cast, outcomes)):
                break
            if typed:
                self._stage.answered(self._cloud, typed)
            outcomes = self._stage.applied(self._cloud)
        self._codes = cast.codes
        return outcomes

    def _waited(self, cast: Cast, outcomes: list[Outcome]) -> bool:
        """Whether time was passed that something waits for."""
        before = self._phones.ahead
        cast.pass_time(outcomes, stamp(self._cloud.time()))
        return self._phones.ahead - before > A_MOMENT
