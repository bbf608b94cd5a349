"""Two processes on one state: whatever the one stands at, the other's verbs do no harm, and the first one goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stage.places import Where, places
from tests.stage.project import SALES, Done
from tests.together.locks import opened, unlocked
from tests.together.positions import POSITIONS, Scene, Standing
from tests.together.verbs import TARGET, VERBS

TABLE = {0, 1, 2, 3, 4, 5, 6, 64}
HARM = re.compile(
    "state-(corrupt|edited|gap|unreadable|vanished|rolled-back|unusable|foreign)|error\\[bug\\]|Traceback"
)
# A verify waits for another run by itself; what holds the space here does not go on meanwhile.
BRIEFLY = {"RECONCILER_LOCK_WAIT": "1s"}
Placed = Callable[[Where], Scene]


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize(
    "backend", [pytest.param(name, marks=pytest.mark.heavy if name != "sqlite" else ()) for name in places()]
)
def test_every_verb_beside_a_first_process(scene: Placed, tmp_path: Path, backend: str, position: str) -> None:
    """No exit outside the table, no entry or lock lost, the state whole; a prompt holds nothing, and goes on."""
    with places()[backend](tmp_path / "place") as where:
        there = scene(where)
        first = POSITIONS[position](there)
        for verb in VERBS:
            _check_locks(first)
            done = _beside(there, verb)
            assert done.code in TABLE, (verb, done)
            assert not HARM.search(done.out + done.err), (verb, done)
            assert done.code != 4 or not first.prompt or verb[0] == "force-unlock", (verb, done)
        assert first.go_on() in ({0, 1, 3, 5} if first.prompt else {0, 3}), position
        moved = {"RECONCILER_STATE": "sqlite:elsewhere.db"} if first.prompt else {}
        _check_whole(there, **moved)


def _beside(scene: Scene, verb: tuple[str, ...]) -> Done:
    code = scene.cloud.code(SALES) if verb[0] == "verify" and scene.cloud.messages(SALES) else "000-000"
    typed = {("verify", TARGET): code, ("verify", "-"): f"{TARGET} {code}\n"}
    if verb == ("state", "push", "backup.json"):
        scene.failing.project.write("backup.json", scene.failing("state", "pull").out)
    return scene.failing(*verb, stdin=typed.get(verb, ""), **(BRIEFLY if verb[0] == "verify" else {}))


def _check_locks(first: Standing) -> None:
    assert unlocked(first.pid) == []
    assert not first.prompt or opened(first.pid) == []


def _check_whole(scene: Scene, **env: str) -> None:
    """Every call that reached the cloud is in a journal that can be read, entry for entry."""
    assert scene.failing("state", "check", **env).code == 0
    entries: list[dict[str, Any]] = scene.failing.entries(**env)
    intended = Counter(entry["operation"] for entry in entries if entry["type"] == "intent")
    assert not Counter(scene.cloud.changes()) - intended
