"""The whole program in simulated worlds. The full size: `python -m tests.full simulation`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.heavy import mostly_heavy
from tests.simulation.broken import WithoutIntents, surely_not_sent
from tests.simulation.story import LENGTH, Script, play, script

STEPS, PARTS = 20_000, 10
WORLDS = STEPS // LENGTH // PARTS

# What once went wrong, in as few steps as it took.
STORIES: dict[str, Script] = {
    "An outcome that met a full disk told of the daily cap; brought home, it made the journal unreadable.": (
        ("edit_files", 3102470369),
        ("edit_files", 1988214959),
        ("edit_files", 3560126609),
        ("weather", 4273002621),
        ("apply", 3243461989),
        ("apply", 4176151320),
        ("apply", 1506223120),
    ),
    "Somebody else went on meanwhile; the outcome brought home moved the record back, and its step was repeated.": (
        ("edit_files", 2404553691),
        ("apply", 2138099509),
        ("verify", 3403035571),
        ("time_passes", 915371929),
    ),
    "Moved there and back again, and stopped on the way back: each move was to be finished before the other.": (
        ("edit_files", 3595509162),
        ("edit_files", 1395307010),
        ("apply", 3677957726),
        ("edit_files", 387980084),
        ("apply", 1562187991),
        ("edit_files", 1919756489),
        ("apply", 4143119885),
        ("apply", 860763088),
        ("edit_files", 3594065636),
        ("apply", 3014399157),
    ),
}


@pytest.mark.parametrize("part", mostly_heavy(range(PARTS), 1))
def test_whatever_happens_the_promises_hold(part: int) -> None:
    """Killed, put to sleep, out of disk, refused, throttled, capped, tampered with, restored, edited, moved:

    at every step the promises hold, and once all is well again everything becomes as declared, and stays so.
    """
    seeds = range(part * WORLDS, (part + 1) * WORLDS)
    told = {seed: play(script(seed)) for seed in seeds}
    assert {seed: each.wrong for seed, each in told.items() if each.wrong} == {}
    figures = sum((each.figures for each in told.values()), Counter[str]())
    assert figures["steps"] == WORLDS * LENGTH
    assert figures["kills"] > WORLDS and figures["messages"] > WORLDS  # else it would show little


@pytest.mark.parametrize("story", STORIES)
def test_what_once_went_wrong_stays_mended(story: str) -> None:
    """A failure that was found and mended never comes back."""
    assert play(STORIES[story]).wrong == []


def test_a_seed_replays() -> None:
    """The same seed gives the same world, to the last message."""
    assert play(script(7)) == play(script(7))


def found_out(*promises: str, **broken: object) -> bool:
    """Whether some world of a few sees one of these broken; no more of them are played than it takes."""
    worlds = (play(script(seed), **broken) for seed in range(40))
    return any(what.split(": ")[1] in promises for told in worlds for what in told.wrong)


def test_a_lost_message_taken_for_unsent_is_found_out() -> None:
    """A program that takes a lost answer for a message not sent is caught: unknown must be called unknown."""
    assert found_out("I20", believed=surely_not_sent)


def test_a_call_without_intent_is_found_out() -> None:
    """A program that records only what is done is caught at its first call."""
    assert found_out("I4", journals=WithoutIntents)


def test_a_missing_fence_is_found_out() -> None:
    """A backend that appends whatever comes is caught: two runs write over each other."""
    assert found_out("I5 I6", "I7", fenced=False)
