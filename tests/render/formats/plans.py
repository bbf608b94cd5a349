"""Representative plans, made by the real parts: config files, a recorded journal, plan()."""

from __future__ import annotations

from pathlib import Path

from reconciler.config.project import load_project
from reconciler.core.plan.change import Plan
from reconciler.core.plan.make import plan
from tests.scenarios.player import staged
from tests.scenarios.scenario import NOW as MINUTE
from tests.scenarios.scenario import parse
from tests.stage.leased import ENDPOINT

NOW = f"{MINUTE}:00.000Z"
STORIES = Path(__file__).parent / "stories"
NAMES = sorted(path.stem for path in STORIES.iterdir())


def made(name: str, root: Path) -> Plan:
    """The plan of a story, in a scratch folder of its own."""
    root.mkdir(exist_ok=True)
    with staged(parse((STORIES / f"{name}.yaml").read_text("utf-8")), root) as stage:
        return plan(load_project(root), stage.states(), ENDPOINT, NOW)
