"""The crash matrix at its full size: every failpoint, many seeds."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

from tests.crash.matrix import PLACES, bench, cell
from tests.crash.story import Report

Case = tuple[int, tuple[tuple[str, int], ...]]


def cases(size: int) -> Iterator[Case]:
    """(seed, failpoints)"""
    return ((seed, (cell(place, seed),)) for seed in range(size) for place in PLACES)


class Worker:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._bench = self._stack.enter_context(bench())

    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        seed, failpoints = case
        report = self._bench.tell(seed, *failpoints)
        shutil.rmtree(self._bench.scratch / f"story{self._bench.told}")
        return figures(report), report.wrong


def figures(report: Report) -> Counter[str]:
    return Counter({"stories": 1, "kills": report.kills, "questions": report.questions})
