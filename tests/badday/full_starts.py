"""Fifty starts at once, round after round, on an empty state and on one that a killed run left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.badday.starts import MANY, round_of_starts
from tests.stage.failing import Stage
from tests.stage.project import APPLY


def cases(size: int) -> Iterator[tuple[int, bool]]:
    """(round, whether there is a state already)"""
    return ((number, kept) for number in range(size) for kept in (False, True))


class Worker:
    def __init__(self) -> None:
        self._stage = Stage()

    def __call__(self, case: tuple[int, bool]) -> tuple[Counter[str], list[str]]:
        with self._stage.failing() as failing:
            if case[1]:
                failing.project.declare("support")
                failing(*APPLY, at="append.before:declared 1 kill")
            return Counter({"rounds": 1, "starts": MANY}), list(round_of_starts(failing.project, self._stage.cloud))
