"""The simulation at its full size: a million steps, in worlds of forty."""

from __future__ import annotations

from collections import Counter

from tests.simulation.story import LENGTH, play, script


def cases(size: int) -> range:
    """Seeds. size: how many steps in all."""
    return range(-(-size // LENGTH))


class Worker:
    def __call__(self, seed: int) -> tuple[Counter[str], list[str]]:
        told = play(script(seed))
        return told.figures, told.wrong
