"""One long run. The size is its numbers, so there is one case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.badday.soak import Soak
from tests.stage.failing import Stage


def cases(size: int) -> Iterator[int]:
    return iter((size,))


class Worker:
    def __init__(self) -> None:
        self._stage = Stage()

    def __call__(self, case: int) -> tuple[Counter[str], list[str]]:
        with self._stage.failing() as failing:
            soak = Soak(failing.project, self._stage.cloud, case)
            wrong = soak()
        peak = max(run.memory for run in soak.runs) >> 20
        return Counter({"numbers": case, "runs": len(soak.runs), "MiB at most": peak}), wrong
