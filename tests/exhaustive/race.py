"""Two runs on one space, one after the other stopped and woken at every place that a failpoint names.

The first sleeps beyond its lease, the second takes its place and sleeps, too; then the first wakes, and the second.
Each has a thread of its own, and only one of them moves at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.core.model import Resource
from reconciler.errors import ReconcilerError
from reconciler.runtime import failpoints
from tests.simulation.closing import close
from tests.simulation.process import TERM, Process
from tests.simulation.world import World, simulated


@dataclass
class Runner:
    """until: which failpoint, counted from 1, it sleeps at. Whatever it raises besides a refusal is a bug."""

    process: Process
    until: int
    places: int = 0
    ended: bool = False
    bug: str = ""
    mine: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    theirs: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def go(self) -> None:
        """On, until it sleeps or ends."""
        if not self.ended:
            self.mine.release()
            self.theirs.acquire()

    def reached(self) -> None:
        self.places += 1
        if self.places == self.until:
            self.theirs.release()
            self.mine.acquire()

    def _run(self) -> None:
        self.mine.acquire()
        try:
            self.process.apply(wait=3 * TERM)
        except ReconcilerError:
            pass  # it lost its place, or found the space held
        except Exception as error:  # noqa: BLE001 - to be told by whoever waits
            self.bug = repr(error)
        self.ended = True
        self.theirs.release()


@dataclass
class Race:
    """slept: whether each of the two came to where it was to sleep."""

    wrong: list[str]
    slept: tuple[bool, bool]


def race(blocks: tuple[Resource, ...], first: int, second: int, fenced: bool = True) -> Race:
    with simulated(0, fenced=fenced) as world:
        for block in blocks:
            world.files.put(block)
        runners = [Runner(world.process(where=where), until) for where, until in (("a", first), ("b", second))]
        failpoints.arm(lambda place: _hear(runners))
        for runner in (*runners, *runners):
            runner.go()
        for runner in runners:
            runner.thread.join()
        failpoints.arm(world.reached)
        slept = (runners[0].places >= first, runners[1].places >= second)
        return Race([*(each.bug for each in runners if each.bug), *_end(world)], slept)


def _hear(runners: list[Runner]) -> None:
    for runner in runners:
        if runner.thread is threading.current_thread():
            runner.reached()


def _end(world: World) -> list[str]:
    if not world.breaches():
        close(world)
    return world.breaches()


def races(*blocks: Resource, only: int = 0) -> Iterator[tuple[int, int, Race]]:
    """Every pair of places. only: the first run sleeps there, and nowhere else."""
    first, slept = max(only, 1), True
    while slept:
        second, both = 1, True
        while both:
            result = race(blocks, first, second)
            yield first, second, result
            slept, both = result.slept[0] and not only, result.slept[1]
            second += 1
        first += 1
