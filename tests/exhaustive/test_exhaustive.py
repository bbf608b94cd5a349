"""Every situation of a small world, and every race in it. The full size: `python -m tests.full exhaustive`."""

from __future__ import annotations

import pytest

from reconciler.core.model import Resource
from tests.exhaustive.race import race, races
from tests.exhaustive.reach import reached
from tests.exhaustive.run import Broken
from tests.exhaustive.small import MIGRATE, REGISTER, TOM
from tests.heavy import heavy
from tests.simulation.broken import WithoutIntents, surely_not_sent

# How many situations there are; another figure means that a table, or what a record remembers, has changed.
SITUATIONS = {"tom": 335}
BLOCKS = {block.name: block for block in (TOM,)}
# Failpoints that the first run passes, and how many pairs of places that makes.
RACES = 608


@pytest.mark.parametrize("name", [*map(heavy, BLOCKS)])
def test_every_situation_keeps_the_promises_and_has_a_way_out(name: str) -> None:
    """Whatever the cloud answers, whoever types what, wherever it is killed: of all situations that this can lead to

    each keeps the promises, and from each there is a way to ready, and one to gone, once all is well again.
    """
    found = reached(BLOCKS[name])
    print(f"{name}: {len(found.situations)} situations, {found.plays} runs")
    assert found.wrong == []
    assert found.helpless() == set()
    assert len(found.situations) == SITUATIONS[name]


@pytest.mark.heavy
def test_two_runs_wherever_they_meet() -> None:
    """The first sleeps anywhere, the second takes its place and sleeps anywhere, the first wakes, the second wakes:

    no message goes out twice, nothing is called without an intent, and in the end everything is as declared.
    """
    met = list(races(REGISTER))
    assert [(first, second, each.wrong) for first, second, each in met if each.wrong] == []
    assert len(met) == RACES


@pytest.mark.parametrize("block", [MIGRATE, TOM], ids=lambda block: block.name)
@pytest.mark.parametrize("first", [5, 9, 13])
def test_two_runs_where_the_first_has_just_promised_a_call(block: Resource, first: int) -> None:
    """The same for the other kinds, around their first calls; the full size has every place."""
    assert [(second, each.wrong) for _, second, each in races(block, only=first) if each.wrong] == []


@pytest.mark.parametrize(
    ("broken", "promise"),
    [(Broken(believed=surely_not_sent), "I20"), (Broken(journal=WithoutIntents), "I4")],
    ids=["a lost message is taken for unsent", "no intent is written"],
)
def test_a_broken_program_is_found_out(broken: Broken, promise: str) -> None:
    """What breaks a promise in any situation is seen."""
    assert promise in "".join(reached(REGISTER, broken).wrong)


def test_a_missing_fence_is_found_out() -> None:
    """Where a backend appends whatever comes, the race is lost, and seen to be."""
    assert all(race((REGISTER,), first, 5, fenced=False).wrong for first in (5, 9, 13))
