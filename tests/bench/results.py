"""What a run of the benchmark knows so far, and the jobs that add to it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.bench.measuring import Taken, ratio
from tests.pace.journey import Journey
from tests.stage.distance import Passed

OURS, TENTH = "reconciler", "a tenth of the numbers"


class Sizes(NamedTuple):
    """numbers, files: of the plans. pairs: of runs, at least three. applied: numbers of each apply.

    beside: numbers of the apply whose processor time is taken, and numbers in state meanwhile. steps: numbers in the
    two states that are appended to; rounds: how often. starts: pairs of starts. stored: numbers and spaces
    that each store is read with. stored_applies: numbers of the applies on each store.
    """

    numbers: tuple[int, ...] = (1_000, 10_000, 100_000)
    files: tuple[int, ...] = (1, 10, 1_000)
    pairs: int = 3
    peers_up_to: int = 10_000
    applied: tuple[int, ...] = (50, 1_000)
    beside: tuple[int, int] = (200, 10_000)
    steps: tuple[int, int] = (1_000, 100_000)
    rounds: int = 15
    starts: int = 20
    stored: tuple[int, int] = (10_000, 200)
    stored_applies: tuple[int, ...] = (100, 400)


class Cost(NamedTuple):
    """Of one command on one store. wall, processor: seconds. passed: over its line. objects: that it left there."""

    wall: float
    processor: float
    passed: Passed
    objects: int


class Case(NamedTuple):
    numbers: int
    files: int
    workload: str


@dataclass
class Results:
    """plans: runs of each contender, in pairs. journeys: by the numbers applied. seconds, ratios: by name.

    review: runs of each step of a pull request, by whose program it is. sizes: bytes of a saved plan.
    stores: by store and step, then by the seconds there and back.
    machine: what it ran on. wrong: what made no sense.
    """

    machine: str = ""
    plans: dict[Case, dict[str, list[Taken]]] = field(default_factory=dict)
    journeys: dict[int, Journey] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    review: dict[str, dict[str, list[Taken]]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    stores: dict[tuple[str, str], dict[float, Cost]] = field(default_factory=dict)

    def add(self, step: str, who: str, run: Taken) -> None:
        self.review.setdefault(step, {}).setdefault(who, []).append(run)

    def reviewed(self, step: str, who: str, what: str = "wall") -> float | None:
        """The median of a step. what: a field of Taken."""
        runs = self.review.get(step, {}).get(who)
        return statistics.median(self._each(runs, what)) if runs else None

    def beside(self, what: str, *steps: str) -> float | None:
        """Of these steps together, ours against Terraform's; one that Terraform has not counts for us alone."""
        mine = [self.reviewed(step, OURS, what) for step in steps]
        theirs = [self.reviewed(step, "terraform", what) for step in steps]
        if None in mine or not any(theirs):
            return None
        return sum(each or 0.0 for each in mine) / sum(each or 0.0 for each in theirs)

    def against(self, other: str, what: str, numbers: int, *workloads: str) -> float | None:
        """The worst ratio over these workloads, in one file. what: a field of Taken."""
        found = [
            self.compared(case, other, what)
            for case, runs in self.plans.items()
            if case[:2] == (numbers, 1) and case.workload in workloads and other in runs
        ]
        return max(found, default=None)

    def compared(self, case: Case, other: str, what: str) -> float:
        runs = self.plans[case]
        return ratio(self._each(runs[OURS], what), self._each(runs[other], what))

    def worst(self, what: str, numbers: int, *workloads: str) -> float | None:
        """The largest median of our own plans of this size, in one file."""
        cases = [case for case in self.plans if case[:2] == (numbers, 1) and case.workload in workloads]
        return max((self.median(case, OURS, what) for case in cases), default=None)

    def median(self, case: Case, contender: str, what: str) -> float:
        return statistics.median(self._each(self.plans[case][contender], what))

    def _each(self, runs: list[Taken], what: str) -> Iterator[float]:
        return (getattr(run, what) for run in runs)


class Job(NamedTuple):
    """what: for people. seconds: what it is thought to take."""

    what: str
    seconds: float
    do: Callable[[Results], None]
