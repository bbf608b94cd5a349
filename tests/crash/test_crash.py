"""Killed anywhere, run by anyone. The full sizes: `python -m tests.full crash`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle

import pytest

from tests.crash.full_deep import deep
from tests.crash.matrix import OWN, Bench, cell, places_of
from tests.heavy import heavy, mostly_heavy
from tests.stage.places import places

MARKS = (pytest.param, heavy, heavy)  # a commit kills at every third place
DEEP = 34


def test_every_failpoint_is_reached(crash_bench: Bench) -> None:
    """The table of places is what an undisturbed story reaches: none is missing, none is idle."""
    report = crash_bench.tell(seed=0)
    counts = Counter(report.places)
    assert report.wrong == []
    assert set(places_of("sqlite")) == set(counts) - {"append.before:alive", "append.after:alive"}
    assert {place: nth for place, nth in places_of("sqlite").items() if counts[place] < nth} == {}


@pytest.mark.parametrize(
    ("place", "seeds"),
    [
        *(
            mark(place, range(1), id=f"{place}-few")
            for mark, place in zip(cycle(MARKS), places_of("sqlite"), strict=False)
        ),
        *(heavy(place, range(1, 6), id=f"{place}-more") for place in places_of("sqlite")),
    ],
)
def test_killed_there(crash_bench: Bench, place: str, seeds: Sequence[int]) -> None:
    """Killed at this place, at any of the times it is reached, and resumed by another user on another host name:

    nobody gets a second message unasked, no finished step is repeated, the state is readable, no code is on disk,
    and of all that is asked of people less than one question a kill is about something unknown.
    """
    reports = [crash_bench.tell(seed, cell(place, seed)) for seed in seeds]
    assert [what for report in reports for what in report.wrong] == []
    assert sum(report.kills for report in reports) == len(seeds)


@pytest.mark.parametrize("seed", mostly_heavy(range(DEEP), 2))
def test_killed_during_recovery_three_deep(crash_bench: Bench, seed: int) -> None:
    """A process that takes over from a killed one may be killed as well, and the one after it."""
    report = crash_bench.tell(seed, *deep(seed))
    assert report.wrong == []
    assert report.kills > 0


ELSEWHERE = sorted(set(places()) - {"sqlite"})
# These differ from one of the others only in who they speak to; a story over Terraform takes four times as long.
SELDOM = {"gitlab", "oss", "s3", "encrypted", "terraform"}
PARTS = 4


def few(backend: str) -> list[str]:
    """Where the backend itself may be killed."""
    return [*OWN[backend], "write.before"]


def more(backend: str, part: int) -> list[str]:
    return [place for place in places_of(backend) if place not in few(backend)][part::PARTS]


@pytest.mark.parametrize(
    ("backend", "places"),
    [
        *(
            heavy(each, few(each), id=each) if each in SELDOM else pytest.param(each, few(each), id=each)
            for each in ELSEWHERE
        ),
        *(heavy(name, more(name, part), id=f"{name}-{part}") for name in ELSEWHERE for part in range(PARTS)),
    ],
)
def test_the_same_wherever_the_state_is(backend: str, places: Sequence[str]) -> None:
    """Killed once, with the state elsewhere, on an engine of its own: the same promises hold, at every place."""
    with closing(Bench(backend)) as bench:
        reports = {place: bench.tell(1, cell(place, 1, backend)) for place in places}
    assert {place: report.wrong for place, report in reports.items() if report.wrong} == {}
    assert {place for place, report in reports.items() if not report.kills} == set()
