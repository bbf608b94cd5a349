"""The share of an account's pace that each run keeps to, with a clock of its own and a keeper that can be told."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest

from reconciler.cloud.credentials import Given, Key
from reconciler.cloud.pace import LocalPace
from reconciler.cloud.shared_pace import SharedPace
from reconciler.core.answer import Ok
from reconciler.core.model import Limits
from reconciler.errors import Problem, StateError
from tests.cloud.conftest import Client
from tests.cloud.loopback import OK, Server

SECOND = 1 - 1e-9
KEY, OPERATION = "LTAI-test", "GetChatappVerifyCode"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Keeper:
    """runs: what it answers; none where it cannot be asked."""

    def __init__(self, runs: int | None) -> None:
        self.runs, self.asked, self.left = runs, 0, 0

    def at_work(self, account: str, run: str) -> int:
        assert KEY not in account
        self.asked += 1
        if self.runs is None:
            raise StateError(Problem("state-unusable", "away"))
        return self.runs

    def leave(self, account: str, run: str) -> None:
        self.left += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


def starts(pace: SharedPace, clock: Clock, calls: int, before: Callable[[], object] = lambda: None) -> list[float]:
    """When each of so many calls is sent; each is answered at once. before: done before each of them."""
    found = []
    for _ in range(calls):
        before()
        with pace.take(KEY, OPERATION) as ready:
            ready()
            found.append(round(clock.now, 3))
    return found


def shared(keeper: Keeper, clock: Clock) -> SharedPace:
    return SharedPace(keeper, LocalPace(10, monotonic=clock, sleep=clock.sleep), clock, clock.sleep)


@pytest.mark.parametrize(("runs", "each"), [(1, 10), (2, 5), (3, 3), (5, 2), (10, 1), (40, 1)])
def test_each_run_keeps_to_its_share(runs: int, each: int, clock: Clock) -> None:
    """Of ten calls a second as many whole ones as there are for each of them, and one at the least."""
    found = starts(shared(Keeper(runs), clock), clock, 4 * each)
    assert [tenth - first for first, tenth in zip(found, found[each:], strict=False) if tenth - first < SECOND] == []
    assert found[-1] - found[0] < 4.1


def test_a_run_that_joins_others_waits_until_all_have_made_room(clock: Clock) -> None:
    """A second, which is as old as anybody's news may be; one that is alone waits for nothing."""
    assert starts(shared(Keeper(2), clock), clock, 1) == [1.0]
    alone = Clock()
    assert starts(shared(Keeper(1), alone), alone, 1) == [0.0]


def test_room_is_made_within_a_second(clock: Clock) -> None:
    """Whatever joined: no call is made on news that are older, and then at the lower share."""
    keeper = Keeper(1)
    found = starts(shared(keeper, clock), clock, 20, lambda: setattr(keeper, "runs", 2 if clock.now >= 0.3 else 1))
    late = [at for at in found if at >= 1.3]
    assert min(sixth - first for first, sixth in zip(late, late[5:], strict=False)) >= SECOND


def test_what_a_run_leaves_is_taken_a_second_later(clock: Clock) -> None:
    """Its last calls still count in the cloud's window."""
    keeper = Keeper(2)
    found = starts(shared(keeper, clock), clock, 30, lambda: setattr(keeper, "runs", 1 if clock.now >= 3 else 2))
    soon = [at for at in found if 3 <= at < 3.9]
    assert len(soon) <= 5
    assert found[-1] - found[-10] < 1


def test_a_keeper_that_cannot_be_asked_changes_nothing(clock: Clock) -> None:
    """Alone from the beginning it is the whole pace, later the share that was known; and it is not asked each time."""
    keeper = Keeper(None)
    found = starts(shared(keeper, clock), clock, 20)
    assert found[-1] == pytest.approx(1.9, abs=0.15)
    assert keeper.asked <= 6
    known = Keeper(2)
    later = starts(shared(known, clock), clock, 12, lambda: setattr(known, "runs", None if known.asked > 2 else 2))
    assert later[-1] - later[-6] >= 1


def test_whoever_ends_says_so(clock: Clock) -> None:
    """So that nobody keeps room for it; where it cannot be said, nothing comes of that."""
    keeper = Keeper(1)
    pace = shared(keeper, clock)
    starts(pace, clock, 1)
    pace.close()
    assert keeper.left == 1


def test_nothing_is_sent_on_old_news(clock: Clock) -> None:
    """Whoever waited long for its turn asks again before it sends."""
    keeper, asked = Keeper(1), list[float]()
    pace = shared(keeper, clock)
    for _ in range(20):
        pace.throttled(KEY, OPERATION)
        clock.sleep(1)
    known = keeper.asked

    def note() -> None:
        nonlocal known
        if keeper.asked > known:
            known = keeper.asked
            asked.append(clock.now)

    for _ in range(6):
        with pace.take(KEY, OPERATION) as ready:
            ready()
            note()
            assert clock.now - asked[-1] < 1.0
    assert clock.now - 20 > 6  # at a sixteenth of the pace


def test_what_is_written_before_a_call_costs_nothing_of_the_pace(clock: Clock) -> None:
    """A call that shares its pace starts early by that time as one that does not."""
    pace = shared(Keeper(1), clock)
    found = []
    for _ in range(100):
        with pace.take(KEY, OPERATION) as ready:
            clock.sleep(0.09)
            ready()
            found.append(clock.now)
    assert 99 / (found[-1] - found[0]) >= 9.5


def test_however_long_an_intent_takes_no_eleven_are_sent_within_a_second(clock: Clock) -> None:
    """When it is sent counts, not when it began."""
    pace, rng, found = shared(Keeper(1), clock), random.Random(3), list[float]()
    for _ in range(300):
        with pace.take(KEY, OPERATION) as ready:
            clock.sleep(rng.choice((0.0, 0.4)))
            ready()
            found.append(clock.now)
    assert min(later - earlier for earlier, later in zip(found, found[10:], strict=False)) >= SECOND


def test_three_answers_are_remembered(clock: Clock) -> None:
    """The calls of who has just left still count: until the third answer without it."""
    keeper = Keeper(2)
    pace, gaps = shared(keeper, clock), dict[int, set[float]]()
    starts(pace, clock, 10)
    keeper.runs, left = 1, keeper.asked
    before = starts(pace, clock, 1)[0]
    for _ in range(30):
        (at,) = starts(pace, clock, 1)
        gaps.setdefault(keeper.asked - left, set()).add(round(at - before, 1))
        before = at
    assert max(gaps[2]) == 0.2
    assert gaps[4] == {0.1}


def test_one_asks_and_the_others_go_on(clock: Clock) -> None:
    """As long as what is known is not a second old, nobody waits for an answer that another one waits for."""
    asking, answer = threading.Event(), threading.Event()

    class Slow(Keeper):
        def at_work(self, account: str, run: str) -> int:
            if clock.now > 0:
                asking.set()
                assert answer.wait(10)
            return super().at_work(account, run)

    pace = shared(Slow(1), clock)
    starts(pace, clock, 1)
    clock.now = 0.6
    threads = [threading.Thread(target=starts, args=(pace, clock, 1)) for _ in range(2)]
    threads[0].start()
    assert asking.wait(10)
    threads[1].start()
    threads[1].join(5)
    went_on = not threads[1].is_alive()
    answer.set()
    for thread in threads:
        thread.join(10)
    assert went_on


def test_an_end_that_cannot_be_said_soon_holds_nobody_up(clock: Clock) -> None:
    """What takes a moment is waited for; what takes longer goes on beside, and ends with the process."""
    heard = threading.Event()

    class Slow(Keeper):
        delay = 0.0

        def leave(self, account: str, run: str) -> None:
            heard.wait(self.delay)
            super().leave(account, run)

    for seconds, left in ((0.05, 1), (10, 0)):
        keeper = Slow(1)
        pace = shared(keeper, clock)
        starts(pace, clock, 1)
        keeper.delay = seconds
        began = time.monotonic()
        pace.close()
        assert (keeper.left, time.monotonic() - began < 5) == (left, True)
    (leaving,) = [thread for thread in threading.enumerate() if thread.name == "leaving"]
    assert leaving.daemon
    heard.set()
    leaving.join(10)


class Names(Keeper):
    """Notes whose runs it was asked for."""

    def __init__(self) -> None:
        super().__init__(1)
        self.names: set[str] = set()

    def at_work(self, account: str, run: str) -> int:
        self.names.add(account)
        return super().at_work(account, run)


@pytest.mark.parametrize(("account", "names"), [("1234567890123456", 1), ("", 2)])
def test_an_account_is_one_whatever_signs(client: Client, account: str, names: int) -> None:
    """A person's key, a pipeline's session and the one that renews it share a rate where the account is known."""
    keeper = Names()
    with Server(OK, OK) as server:
        for key in ("of-a-person", "of-a-session"):
            cloud = client(
                server.url, credentials=Given(Key(key, "s")), shared=keeper, accounts={"cams": account}, limits=Limits()
            )
            assert isinstance(cloud.call("QueryChatappBindWaba", {}), Ok)
    assert len(keeper.names) == names
