"""What the runs of one account share, on every place that can: one pace, and one count of the day's messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from reconciler.store.quota import AT_WORK, Quota
from tests.stage.places import Where, places

NOON, NEXT_NOON = "2026-05-01T12:00:00.000Z", "2026-05-02T12:00:00.000Z"
LATER = "2026-05-01T18:00:00.000Z"
Open = Callable[[], Quota]


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


def test_runs_that_make_calls_are_counted(again: Open) -> None:
    """Each one that said so of late, whichever process it is; of another account none, and none that left."""
    one, other = again(), again()
    assert [one.at_work("a", "1"), other.at_work("a", "2"), one.at_work("b", "1"), one.at_work("a", "1")] == [
        1,
        2,
        1,
        2,
    ]
    other.leave("a", "2")
    other.leave("a", "nobody")
    assert one.at_work("a", "1") == 1


def test_a_run_that_says_nothing_any_more_makes_no_calls(again: Open) -> None:
    """Killed, it takes its share along for three seconds."""
    one, other = again(), again()
    other.at_work("a", "2")
    assert one.at_work("a", "1") == 2
    time.sleep(AT_WORK + 0.2)
    assert one.at_work("a", "1") == 1


def test_of_many_that_begin_at_once_the_last_knows_all(again: Open) -> None:
    """However they meet: each is told of all who said so before it."""
    keepers = [again() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = [*pool.map(lambda n: keepers[n % 4].at_work("a", str(n)), range(20))]
    assert sorted(told) == list(range(1, 21))


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
