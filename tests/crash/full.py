"""The crash matrix at its full size: every failpoint, many seeds, state in SQLite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.crash.matrix import Bench, cell, places_of
from tests.crash.story import Report

Case = tuple[str, int, tuple[tuple[str, int], ...]]


def cases(size: int) -> Iterator[Case]:
    """(backend, seed, failpoints)"""
    return matrix("sqlite", size)


def matrix(backend: str, seeds: int) -> Iterator[Case]:
    return ((backend, seed, (cell(place, seed, backend),)) for seed in range(seeds) for place in places_of(backend))


class Worker:
    def __init__(self) -> None:
        self._benches: dict[str, Bench] = {}

    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        backend, seed, failpoints = case
        if backend not in self._benches:
            self._benches[backend] = Bench(backend)
        report = self._benches[backend].tell(seed, *failpoints)
        return figures(report), report.wrong


def figures(report: Report) -> Counter[str]:
    return Counter({"stories": 1, "kills": report.kills, "questions": report.questions})
