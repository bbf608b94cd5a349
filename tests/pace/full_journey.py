"""A thousand numbers from declared to ready: no call refused, never eleven in a second, 2 % over the least at most."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.pace.journey import PACE, journey
from tests.stage.places import places

OVER = 1.02


def cases(size: int) -> Iterator[int]:
    return iter((size,))


class Worker:
    def __call__(self, case: int) -> tuple[Counter[str], list[str]]:
        with tempfile.TemporaryDirectory(prefix="journey-") as folder, places()["sqlite"](Path(folder)) as where:
            done = journey(Path(folder) / "project", where, case)
        over = done.whole / done.least
        told = f"{done.whole:.1f} s of {done.least:.1f} s, {done.refused} refused, {done.most} within a second at most"
        wrong = [told] if done.refused or done.most > PACE or over > OVER else []
        figures = {"calls": done.calls.total(), "refused": done.refused, "in one second": done.most}
        return Counter(figures | {"thousandths of the least time": round(1000 * over)}), wrong
