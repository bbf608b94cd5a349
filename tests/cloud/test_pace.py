from __future__ import annotations

import heapq
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from reconciler.cloud.fair_lock import FairLock
from reconciler.cloud.pace import LocalPace
from reconciler.core.model import Limits
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server


class World:
    """A clock that moves when somebody sleeps, and does what was planned for the time slept through."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._planned: list[tuple[float, int, Callable[[], object]]] = []

    def at(self, when: float, what: Callable[[], object]) -> None:
        heapq.heappush(self._planned, (when, len(self._planned), what))

    def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while self._planned and self._planned[0][0] <= end:
            self.now, _, what = heapq.heappop(self._planned)
            what()
        self.now = end


def run(world: World, pace: LocalPace, calls: int, trip: Callable[[], tuple[float, float]]) -> list[float]:
    """Calls side by side; the server's stamps. trip: the way there, and the whole round trip."""
    stamps = []
    for _ in range(calls):
        call = pace.take("id", "GetChatappVerifyCode")
        call.__enter__()
        there, whole = trip()
        stamps.append(world.now + there)
        world.at(world.now + whole, lambda call=call: call.__exit__(None, None, None))  # type: ignore[misc]
    return sorted(stamps)


def tightest(stamps: list[float], limit: int = 10) -> float:
    """The shortest time that holds one call more than the limit."""
    return min(later - earlier for earlier, later in zip(stamps, stamps[limit:], strict=False))


def near(rng: random.Random) -> tuple[float, float]:
    """A near server that stamps whenever it likes between the request and the answer."""
    whole = rng.choice((0.0005, 0.003, 0.03, 0.3)) * rng.random()
    return whole * rng.random(), whole


def far(rng: random.Random) -> tuple[float, float]:
    """A far server: fifty milliseconds each way at least, with long tails."""
    there, back = (0.05 + rng.expovariate(100) for _ in range(2))
    return there, there + back


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("trip", [near, far])
def test_no_window_holds_eleven(trip: Callable[[random.Random], tuple[float, float]], seed: int) -> None:
    """However the way there and back varies, eleven stamps of the server never lie within a second."""
    world, rng = World(), random.Random(seed)
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    assert tightest(run(world, pace, 1000, lambda: trip(rng))) > 1.0


def test_the_first_trips_say_little_of_the_next() -> None:
    """Ten calls that are slow on their way there, and then fast ones: still no eleven within a second."""
    world, trips = World(), [(0.5, 0.501)] * 10
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    assert tightest(run(world, pace, 60, lambda: trips.pop() if trips else (0.0, 0.001))) > 1.0


@pytest.mark.parametrize(("there", "whole"), [(0.0, 0.001), (0.01, 0.03), (0.1, 0.2), (0.4, 0.8)])
def test_the_rate_is_used(there: float, whole: float) -> None:
    """Over a long run, at least 95 % of the limit is used, near or far."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps = run(world, pace, 1000, lambda: (there, whole))
    assert 999 / (stamps[-1] - stamps[0]) >= 9.5


def test_an_unanswered_call_holds_the_rest_up_but_briefly() -> None:
    """The next but nine waits a tenth of a second longer for an answer that is missing, not for ever."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps = run(world, pace, 21, lambda: (0.0, 60.0))
    assert [round(stamps[n] - stamps[n - 10], 6) for n in (10, 20)] == [1.1, 1.1]


def test_calls_are_spread_evenly() -> None:
    """Ten waiting calls do not start in one burst: they lie a tenth of a second apart."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps = run(world, pace, 10, lambda: (0.0, 0.0))
    assert [round(b - a, 6) for a, b in pairwise(stamps)] == [0.1] * 9


def test_each_operation_and_key_has_a_bucket_of_its_own() -> None:
    """Another operation, or the same one of another account, starts at once."""
    world = World()
    pace = LocalPace(1, monotonic=lambda: world.now, sleep=world.sleep)
    for key, operation in (("a", "X"), ("a", "Y"), ("b", "X")):
        with pace.take(key, operation):
            pass
    assert world.now == 1000.0


def test_throttling_halves_the_rate_for_a_while() -> None:
    """Throttled, an operation goes at half its rate, comes back slowly, and never goes above its limit."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    for _ in range(10):  # the answers of one burst
        pace.throttled("id", "GetChatappVerifyCode")
    stamps = run(world, pace, 400, lambda: (0.0, 0.0))
    gaps = [round(later - earlier, 6) for earlier, later in pairwise(stamps)]
    assert gaps[:25] == [0.2] * 25
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-200:] == [0.1] * 200
    assert len(set(gaps)) > 50


def test_first_come_first_served() -> None:
    """Whoever asked first is let through first, however many wait."""
    turn, order, threads = FairLock(), list[int](), []

    def enter(number: int) -> None:
        with turn:
            order.append(number)

    with turn:
        for number in range(10):
            threads.append(threading.Thread(target=enter, args=(number,)))
            threads[-1].start()
            time.sleep(0.02)
    for thread in threads:
        thread.join(10)
    assert order == list(range(10))


def test_real_threads_against_a_real_server(client: Client) -> None:
    """Thirty-two threads, sixty calls: no eleven within a second at the server, and the rate is used."""
    with Server(OK) as server:
        cloud = client(server.url, Limits(calls_per_second=10), sleep=time.sleep)
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda _: cloud.call("QueryChatappPhoneNumbers", {}), range(60)))
    stamps = sorted(received.at for received in server.received)
    assert len(stamps) == 60
    assert tightest(stamps) > 1.0
    assert 59 / (stamps[-1] - stamps[0]) >= 7  # 95 % with a clock of the test's own, above
