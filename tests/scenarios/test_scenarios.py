"""Each scenario file is a test: given this, when that is run, then exactly this is planned, called, said, recorded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.kinds import KINDS
from tests.scenarios.leaks import leaks
from tests.scenarios.player import Then, staged
from tests.scenarios.rewriting import rewrite
from tests.scenarios.scenario import Scenario, names, path, read


@pytest.mark.parametrize("name", names())
def test_scenario(name: str, tmp_path: Path) -> None:
    """What the scenario's first line says."""
    scenario = read(name)
    thens = played(scenario, tmp_path)
    if os.environ.get("UPDATE"):
        rewrite(path(name), thens)
    assert thens == [dict(run.then) for run in read(name).runs]


def played(scenario: Scenario, root: Path) -> list[Then]:
    with staged(scenario, root) as stage:
        thens = [stage.play(run) for run in scenario.runs]
    assert list(leaks(scenario, thens, root)) == []
    return thens


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("story", ["resume", "delete"])
def test_every_phase_has_its_scenario(story: str, kind: str) -> None:
    """Whatever phase a resource was left in, a scenario says how it is taken up again and how it is removed."""
    phases = {*KINDS[kind].steps, *([KINDS[kind].ready] if story == "delete" else [])}
    assert _phases_recorded(story, kind) == phases


def _phases_recorded(story: str, kind: str) -> set[str]:
    """Of the files whose name begins with story and kind, the phases that they really begin with."""
    scenarios = [(name, read(name)) for name in names() if name.startswith(f"{story}/{kind}-")]
    recorded = {
        name.partition("-")[2]: [past.phase for past in each.given.recorded.values()] for name, each in scenarios
    }
    return {phase for phase, pasts in recorded.items() if pasts == [phase]}
