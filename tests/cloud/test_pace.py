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


def written(world: World, pace: LocalPace, writes: Callable[[], float], calls: int = 400) -> tuple[list[float], float]:
    """Calls before each of which an intent is written, answered at once; the server's stamps, and how long those calls
    waited in all once their intent was written."""
    stamps, held = [], 0.0
    for _ in range(calls):
        with pace.take("id", "GetChatappVerifyCode") as ready:
            world.sleep(writes())
            before = world.now
            ready()
            held += world.now - before
            stamps.append(world.now)
            world.sleep(0.001)
    return stamps, held


def tightest(stamps: list[float]) -> float:
    """The shortest time that holds eleven calls."""
    return min(later - earlier for earlier, later in zip(stamps, stamps[10:], strict=False))


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


@pytest.mark.parametrize("slow", [10, 20])
def test_the_first_trips_say_little_of_the_next(slow: int) -> None:
    """A few calls that are slow on their way there, and then fast ones: still no eleven within a second."""
    world, trips = World(), [(0.5, 0.501)] * slow
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    assert tightest(run(world, pace, 60, lambda: trips.pop() if trips else (0.0, 0.001))) > 1.0


@pytest.mark.parametrize(("there", "whole"), [(0.0, 0.001), (0.01, 0.03), (0.1, 0.2), (0.4, 0.8)])
def test_the_rate_is_used(there: float, whole: float) -> None:
    """Over a long run, at least 95 % of the limit is used, near or far."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps = run(world, pace, 1000, lambda: (there, whole))
    assert 999 / (stamps[-1] - stamps[0]) >= 9.5


@pytest.mark.parametrize("seed", range(3))
def test_an_intent_takes_its_time(seed: int) -> None:
    """However long each is written: no eleven are sent within a second, and what is sent soon is not held up for it."""
    world, rng = World(), random.Random(seed)
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps, _ = written(world, pace, lambda: rng.choice((0.0, 0.01, 0.05, 0.4)) * rng.random())
    assert tightest(stamps) > 1.0


@pytest.mark.parametrize("writes", [[0.09], [0.0] * 30 + [0.09] * 370, [0.04, 0.06] * 200])
def test_the_rate_is_used_though_intents_are_written(writes: list[float]) -> None:
    """A call starts as much earlier as the last ones were quickly written, and none waits once its intent is there."""
    world, left = World(), list(writes)
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    stamps, held = written(world, pace, lambda: left.pop(0) if len(left) > 1 else left[0])
    assert 399 / (stamps[-1] - stamps[0]) >= 9.5
    assert held < 1.0


def test_a_start_that_is_late_delays_no_other() -> None:
    """Sleeps that are up to a fifth of a spacing too long cost next to nothing of the rate."""
    world, rng = World(), random.Random(7)
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=lambda s: world.sleep(s + 0.02 * rng.random()))
    stamps = run(world, pace, 300, lambda: (0.0, 0.0))
    assert 299 / (stamps[-1] - stamps[0]) >= 9.7


def test_a_quiet_minute_saves_nothing_up() -> None:
    """Whoever comes after it finds the same even pace."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    run(world, pace, 3, lambda: (0.0, 0.0))
    world.sleep(60)
    stamps = run(world, pace, 10, lambda: (0.0, 0.0))
    assert [round(b - a, 6) for a, b in pairwise(stamps)] == [0.1] * 9


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


def test_throttling_stops_nothing_for_good() -> None:
    """However often it is throttled, an operation goes at a sixteenth of its limit."""
    world = World()
    pace = LocalPace(10, monotonic=lambda: world.now, sleep=world.sleep)
    for _ in range(20):
        pace.throttled("id", "GetChatappVerifyCode")
        world.sleep(1.0)
    pace.throttled("id", "GetChatappVerifyCode")
    first, second, third = run(world, pace, 3, lambda: (0.0, 0.0))
    assert (round(second - first, 6), round(third - second, 6)) == (1.6, 1.6)


@pytest.mark.parametrize(("runs", "each"), [(1, 4), (2, 2), (3, 1), (9, 1)])
def test_a_share_is_a_whole_number_of_calls(runs: int, each: int) -> None:
    """Rounded down, and at least one a second; of one account only, and the same once more for another operation."""
    world = World()
    pace = LocalPace(4, monotonic=lambda: world.now, sleep=world.sleep)
    pace.shared_among("id", runs)
    stamps = run(world, pace, 9, lambda: (0.0, 0.0))
    assert round(stamps[-1] - stamps[0], 6) == round(8 / each, 6)


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
