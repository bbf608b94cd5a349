"""Killed anywhere, run by anyone. The full sizes: `python -m tests.full crash`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.crash.full_deep import deep
from tests.crash.matrix import Bench, bench, cell, places_of
from tests.store.places import places

SEEDS = 5
DEEP = 100


def test_every_failpoint_is_reached(crash_bench: Bench) -> None:
    """The table of places is what an undisturbed story reaches: none is missing, none is idle."""
    report = crash_bench.tell(seed=0)
    counts = Counter(report.places)
    assert report.wrong == []
    assert set(places_of("sqlite")) == set(counts) - {"append.before:alive", "append.after:alive"}
    assert {place: nth for place, nth in places_of("sqlite").items() if counts[place] < nth} == {}


@pytest.mark.parametrize("place", places_of("sqlite"))
def test_killed_there(crash_bench: Bench, place: str) -> None:
    """Killed at this place, at any of the times it is reached, and resumed by another user on another host name:

    nobody gets a second message unasked, no finished step is repeated, the state is readable, no code is on disk,
    and of all that is asked of people less than one question a kill is about something unknown.
    """
    reports = [crash_bench.tell(seed, cell(place, seed)) for seed in range(SEEDS)]
    assert [what for report in reports for what in report.wrong] == []
    assert sum(report.kills for report in reports) == SEEDS


@pytest.mark.parametrize("seed", range(DEEP // 3 + 1))
def test_killed_during_recovery_three_deep(crash_bench: Bench, seed: int) -> None:
    """A process that takes over from a killed one may be killed as well, and the one after it."""
    report = crash_bench.tell(seed, *deep(seed))
    assert report.wrong == []
    assert report.kills > 0


ELSEWHERE = sorted(set(places()) - {"sqlite"})


def _here(backend: str, nth: int) -> bool:
    return (nth + ELSEWHERE.index(backend)) % 4 == 0


@pytest.mark.parametrize("backend", ELSEWHERE)
def test_the_same_wherever_the_state_is(backend: str) -> None:
    """Killed once, with the state elsewhere, on an engine of its own: the same promises hold.

    Each backend at a part of the places, each place on some backend, and all where entries are written.
    """
    with bench(backend) as made:
        places = [place for n, place in enumerate(places_of(backend)) if _here(backend, n) or "write" in place]
        reports = {place: made.tell(1, cell(place, 1, backend)) for place in places}
    assert {place: report.wrong for place, report in reports.items() if report.wrong} == {}
    assert {place for place, report in reports.items() if not report.kills} == set()
