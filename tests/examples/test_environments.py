"""The example of environments: planned, applied, promoted and taken down, a customer in three lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.examples.test_examples import ROOT
from tests.stage.cloud import Cloud, serving
from tests.stage.project import APPLY, Project

ACCOUNTS = {"trial": "1000000000000001", "staging": "1000000000000002", "production": "1000000000000003"}
INITECH = """  initech:
    values: {{customer: initech, support: "+861380000{}003", owner: initech@example.com}}
    space_id: cams-{}-initech
"""


class Desk:
    """One environment, its account, which is a cloud of its own, and its people."""

    def __init__(self, project: Project, cloud: Cloud, name: str) -> None:
        self.project, self.cloud, self.name = project, cloud, name
        self.file = project.root / f"environments/{name}/shops.yaml"

    def run(self, *words: str, given: str = "") -> tuple[int, str]:
        done = self.project.run(*words, "--environment", self.name, given=given, **self.cloud.environment)
        return done.code, done.out

    def settle(self, *customers: str) -> None:
        """Everybody answers: each number's code is typed, each contact's link followed."""
        assert self.run(*APPLY)[0] == 3
        for customer in customers:
            number = self.file.read_text().partition(f"customer: {customer}")[2].partition('"')[2].partition('"')[0]
            assert self.run("verify", f"{customer}/phone_number/support", given=self.cloud.code(number))[0] == 0
            self.cloud.tell("confirm", to=f"{customer}@example.com")
        assert self.run(*APPLY)[0] == 0
        assert self.run("plan", "--detailed-exitcode")[0] == 0


@pytest.fixture
def desks(project: Project, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    project.copy(ROOT / "environments")
    with ExitStack() as stack:
        desks = {}
        for name, account in ACCOUNTS.items():
            (tmp_path / name).mkdir()
            cloud = stack.enter_context(serving(tmp_path / name, "--account", account))
            desks[name] = Desk(project, cloud, name)
        yield desks


def test_a_customer_is_promoted(desks: dict[str, Desk], project: Project) -> None:
    """Added to staging and applied there, found by `diff`, added to production: three lines each, no message twice."""
    staging, production = desks["staging"], desks["production"]
    for desk in (staging, production):
        desk.settle("acme", "globex")
    assert project.run("diff", "staging", "production").out == "No differences.\n"
    staging.file.write_text(staging.file.read_text() + INITECH.format(2, "staging"))
    staging.settle("initech")
    found = project.run("diff", "staging", "production", "--exit-code")
    assert (found.code, "initech" in found.out, "acme" in found.out) == (1, True, False)
    production.file.write_text(production.file.read_text() + INITECH.format(3, "production"))
    assert project.run("diff", "staging", "production", "--exit-code").code == 0
    production.settle("initech")
    assert [len(desk.cloud.messages()) for desk in desks.values()] == [0, 6, 6]
    listed = {name: desk.run("output", "--json")[1] for name, desk in desks.items()}
    assert [text.count("registered") for text in listed.values()] == [0, 3, 3]


def test_an_environment_is_taken_down(desks: dict[str, Desk]) -> None:
    """What is removed from one environment is removed from its account alone."""
    trial, staging = desks["trial"], desks["staging"]
    for desk in (trial, staging):
        desk.settle("acme", "globex")
    trial.file.unlink()
    for customer in ("acme", "globex"):
        removed = f"removed: {{support: deregister, {customer}: delete}}\n"
        text = f"space: {customer}\nspace_id: cams-trial-{customer}\n{removed}"
        trial.project.write(f"environments/trial/{customer}.yaml", text)
    code, shown = trial.run("plan")
    assert (code, "Plan: 0 to add, 0 to change, 4 to destroy." in shown) == (0, True)
    assert trial.run(*APPLY)[0] == 0
    assert trial.run("state", "list")[1].splitlines()[1:] == []
    assert staging.run("plan", "--detailed-exitcode")[0] == 0
    assert [len(desk.cloud.messages()) for desk in desks.values()] == [4, 4, 0]
