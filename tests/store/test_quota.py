"""What the runs of one account share, on every place that can: one pace, and one count of the day's messages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

import pytest

from reconciler.store.quota import Quota
from tests.stage.places import Where, places

SPACING = 0.101
NOON, NEXT_NOON = "2026-05-01T12:00:00.000Z", "2026-05-02T12:00:00.000Z"
LATER = "2026-05-01T18:00:00.000Z"
Open = Callable[[], Quota]

# Starts by this machine's monotonic clock, which its processes share.
TAKER = """
import sys, time
from pathlib import Path
from reconciler.store import open_backend

backend = open_backend(sys.argv[1], Path(sys.argv[2]))
quota = backend.quota()
for _ in range(int(sys.argv[3])):
    wait = quota.turn("key", float(sys.argv[4]))
    print(time.monotonic() + wait)
quota.close()
backend.close()
"""


@pytest.fixture(params=["postgres", "sqlite"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    with places()[request.param](tmp_path) as where:
        yield where


@pytest.fixture
def again(where: Where) -> Iterator[Open]:
    """A quota once more, as another process would have it."""
    with ExitStack() as stack:

        def opened() -> Quota:
            backend = stack.enter_context(closing(where.open()))
            return stack.enter_context(closing(backend.quota()))

        yield opened


@pytest.mark.parametrize("runs", [2, 5])
def test_starts_keep_their_distance_whoever_takes_them(where: Where, runs: int) -> None:
    """Processes that take turns as fast as they can never get more than ten starts in a second."""
    each = 60 // runs
    command = [sys.executable, "-c", TAKER, where.url, str(where.root), str(each), str(SPACING)]
    takers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(runs)]
    starts = sorted(float(line) for taker in takers for line in taker.communicate()[0].splitlines())
    assert [taker.returncode for taker in takers] == [0] * runs
    assert len(starts) == each * runs
    assert [tenth - first for first, tenth in zip(starts, starts[10:], strict=False) if tenth - first < 1] == []


def test_a_start_is_at_once_when_nobody_else_calls(again: Open) -> None:
    """The first turn is not waited for, but for the time that an answer takes; keys do not wait for each other."""
    quota = again()
    quota.turn("key", 60)
    assert quota.turn("another", 60) < 5


def test_a_slowed_key_is_slow_for_everybody(again: Open) -> None:
    """Throttling of one run halves the rate of all; the answers of one burst count once."""
    one, other = again(), again()
    first = time.monotonic() + one.turn("key", 4)
    one.slow("key")
    other.slow("key")
    second = time.monotonic() + other.turn("key", 4)
    assert second - first == pytest.approx(8, abs=1)


def test_a_start_too_far_ahead_is_not_waited_for(again: Open) -> None:
    """What another clock or boot noted does not stop everybody for hours."""
    quota = again()
    quota.turn("key", 1)
    quota.turn("key", 9999)
    assert quota.turn("key", 1) < 5


def test_starts_far_ahead_keep_their_distance(again: Open) -> None:
    """However many wait while the cloud asks for less, nobody starts between those who came before."""
    quota = again()
    starts = [time.monotonic() + quota.turn("key", 1.5) for _ in range(60)]
    assert min(later - start for start, later in pairwise(starts)) > 1.4


def test_runs_never_exceed_the_days_messages_together(again: Open) -> None:
    """However many take at once, exactly as many get one as the limit allows; the others learn when."""
    quotas = [again() for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda number: quotas[number % 5].take("daily", 7, NOON), range(20)))
    assert sorted(answers) == [""] * 7 + [NEXT_NOON] * 13
    assert quotas[0].take("daily", 7, NEXT_NOON) == ""
    assert quotas[0].take("other", 7, NOON) == ""


def test_no_limit_is_none(again: Open) -> None:
    """With a limit of 0 messages are counted, and none is held back."""
    quota = again()
    assert [quota.take("daily", 0, NOON) for _ in range(3)] == [""] * 3
    assert quota.take("daily", 3, NOON) == NEXT_NOON


def test_what_the_journals_tell_counts_once(again: Open) -> None:
    """Recorded messages count whether or not a turn was taken for them, and not twice when one was."""
    quota = again()
    assert quota.take("daily", 4, NOON) == ""
    for _ in range(2):
        again().recorded("daily", [NOON, NOON, LATER])
    assert quota.take("daily", 4, LATER) == ""
    assert quota.take("daily", 4, LATER) == NEXT_NOON


def test_a_message_that_was_not_sent_is_given_back(again: Open) -> None:
    """One that surely never went out counts no more; giving back what was never taken changes nothing."""
    quota = again()
    quota.take("daily", 1, NOON)
    quota.give_back("daily", LATER)
    assert quota.take("daily", 1, NOON) == NEXT_NOON
    again().give_back("daily", NOON)
    assert quota.take("daily", 1, NOON) == ""


def test_a_closed_day_is_closed_for_everybody(again: Open) -> None:
    """The cloud's word that its cap is reached holds for 24 hours, in every run, and leaves other limits alone."""
    again().close_day("daily", NOON)
    assert again().take("daily", 100, LATER) == NEXT_NOON
    assert again().take("other", 100, LATER) == ""
    assert again().take("daily", 100, NEXT_NOON) == ""


def test_a_closed_day_is_closed_a_moment_before_as_well(again: Open) -> None:
    """The cloud's time is known to a second or so, and may be put back by one."""
    again().close_day("daily", NOON)
    assert again().take("daily", 100, "2026-05-01T11:59:59.000Z") == NEXT_NOON


def test_a_cap_noted_by_a_wrong_clock_hides_no_real_one(again: Open) -> None:
    """A day that is closed until next year was noted by mistake; what the cloud says today counts."""
    again().close_day("daily", "2027-05-01T12:00:00.000Z")
    assert again().take("daily", 100, NOON) == ""
    again().close_day("daily", NOON)
    assert again().take("daily", 100, LATER) == NEXT_NOON
