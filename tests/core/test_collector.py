"""The collector paused: what was made meanwhile is looked through later, and garbage does not pile up."""

from __future__ import annotations

import gc

import pytest

from reconciler.runtime.gc_pause import paused


class Cycle:
    """Garbage that only the collector finds."""

    alive = 0

    def __init__(self) -> None:
        self.self = self
        Cycle.alive += 1

    def __del__(self) -> None:
        Cycle.alive -= 1


def test_pausing_again_and_again_leaves_little_garbage() -> None:
    """However often: a run that reads state with each turn keeps nothing of the turns before."""
    for _ in range(20_000):
        with paused():
            Cycle()
        assert gc.isenabled()
    assert Cycle.alive < 10_000


@pytest.mark.parametrize("once", [False, True])
def test_within_a_pause_nothing_ends_it(once: bool) -> None:
    """The outer one does, whatever happened."""
    with pytest.raises(KeyError), paused(once):
        with paused():
            pass
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
