"""The day's messages, to the edge of the day; and one after the other's answer."""

from __future__ import annotations

import threading
import time

import pytest

from reconciler.core.journal.state import State
from reconciler.core.model import Limits
from reconciler.core.plan.budget import Budget, LateCount, OwnCount, sent_lately
from reconciler.errors import Problem, StateError

YESTERDAY, JUST_AFTER, NOW = "2026-11-19T10:31:00.000Z", "2026-11-19T10:31:00.001Z", "2026-11-20T10:31:00.000Z"
AHEAD = "2026-11-25T00:00:00.000Z"


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ([JUST_AFTER, NOW], "2026-11-20T10:31:00.001Z"),
        ([YESTERDAY, NOW], ""),
        ([JUST_AFTER], ""),
        ([AHEAD, JUST_AFTER], ""),
        ([JUST_AFTER, JUST_AFTER, "2026-11-20T09:00:00.000Z"], "2026-11-20T10:31:00.001Z"),
    ],
    ids=["full", "one just over", "one left", "noted by a wrong clock", "more than allowed"],
)
def test_a_day_is_24_hours(sent: list[str], until: str) -> None:
    """Of two a day the third waits until the last but one is a day old, to the millisecond."""
    count = OwnCount((at, "codes") for at in sent)
    assert count.take("codes", 2, NOW) == until
    assert count.take("links", 2, NOW) == count.take("codes", 0, NOW) == ""


def test_what_was_not_sent_is_given_back() -> None:
    """Its place can be taken again."""
    count = OwnCount()
    assert (count.take("codes", 1, NOW), count.take("codes", 1, NOW)) == ("", "2026-11-21T10:31:00.000Z")
    count.give_back("codes", NOW)
    assert count.take("codes", 1, NOW) == ""


@pytest.mark.parametrize(("now", "until"), [("2026-11-21T10:30:59.999Z", "2026-11-21T10:31:00.000Z"), (AHEAD, "")])
def test_a_closed_day_ends(now: str, until: str) -> None:
    """After the cloud said that its cap is reached nothing of that class goes out for 24 hours, and then it may."""
    count = OwnCount(capped=[(NOW, "codes")])
    assert count.take("codes", 9, now) == until
    assert count.take("links", 9, now) == ""


def test_a_message_waits_for_the_answer_to_the_one_before() -> None:
    """So the refusal that tells of a cap is the only one. What sends nothing waits for nobody."""
    budget, order = Budget(Limits(calls_per_second=1)), list[str]()

    def second() -> None:
        with budget.turn("codes"):
            order.append("second")

    with budget.turn("codes"):
        waiting = threading.Thread(target=second)
        waiting.start()
        with budget.turn("links"), budget.turn(""):
            time.sleep(0.05)
            order.append("answer")
    waiting.join(5)
    assert order == ["answer", "second"]


def test_the_wait_for_an_answer_is_the_time_between_two_calls() -> None:
    """At one call a second, a message waits a second for the answer to the one before, however long that takes."""
    budget = Budget(Limits(calls_per_second=1))
    with budget.turn("codes"):
        began = time.monotonic()
        with budget.turn("codes"):
            assert 0.9 < time.monotonic() - began < 1.9


def test_what_was_answered_holds_nobody_up() -> None:
    """Once the one before is answered, the next message goes at once, however slow the pace."""
    budget = Budget(Limits(calls_per_second=1))
    began = time.monotonic()
    for _ in range(5):
        with budget.turn("codes"):
            pass
    assert time.monotonic() - began < 0.9


def test_what_was_sent_lately_counts_with_a_cap_alone() -> None:
    """A cap that the cloud told uses up its limit, whether or not a message is on record; both end after a day."""
    lately, long_ago = "2026-11-20T09:00:00.000Z", "2026-11-18T09:00:00.000Z"
    limit, now = "contact_messages_per_day", "2026-11-20T10:31:00.000Z"
    capped = State("a", capped={limit: lately})
    assert sent_lately([capped], Limits(), now) == {limit: 100}
    assert sent_lately([State("a", messages=[(lately, limit)])], Limits(), now) == {limit: 1}
    old = State("a", messages=[(long_ago, limit)], capped={limit: long_ago})
    assert sent_lately([old, State("b")], Limits(), now) == {}


def test_a_limit_of_another_program_is_none() -> None:
    """A journal may name a daily limit that this program does not have: it counts what was sent, and limits nothing."""
    lately, now, limit = "2026-11-20T09:00:00.000Z", "2026-11-20T10:31:00.000Z", "templates_per_day"
    state = State("a", messages=[(lately, limit)], capped={limit: lately})
    assert sent_lately([state], Limits(), now) == {limit: 1}
    assert sent_lately([State("a", capped={limit: lately})], Limits(), now) == {limit: 0}
    budget = Budget(Limits())
    assert [budget.take(limit, now) for _ in range(3)] == ["", "", ""]


class Noted:
    """A count that notes what it is asked, and has no place left."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def take(self, daily: str, limit: int, now: str) -> str:
        self.asked.append(("take", daily, str(limit), now))
        return AHEAD

    def give_back(self, daily: str, at: str) -> None:
        self.asked.append(("give back", daily, at))
        raise StateError(Problem("state-unusable", "no route"))

    def close_day(self, daily: str, now: str) -> None:
        self.asked.append(("close", daily, now))
        raise StateError(Problem("state-unusable", "no route"))


def test_a_count_of_all_runs_is_asked() -> None:
    """With the limit that is in force. What cannot be noted there is noted in the journal as well."""
    count, daily = Noted(), "code_messages_per_day"
    budget = Budget(Limits(code_messages_per_day=7), count)
    assert (budget.take(daily, NOW), budget.close(daily, NOW)) == (AHEAD, "2026-11-21T10:31:00.000Z")
    budget.give_back(daily, NOW)
    assert count.asked == [("take", daily, "7", NOW), ("close", daily, NOW), ("give back", daily, NOW)]


def test_a_count_that_is_slow_to_begin_begins_once() -> None:
    """With the first message; then it counts as any other."""
    begun: list[OwnCount] = []

    def begin() -> OwnCount:
        begun.append(OwnCount())
        return begun[-1]

    count = LateCount(begin)
    assert begun == []
    assert (count.take("codes", 1, NOW), count.take("codes", 1, NOW)) == ("", "2026-11-21T10:31:00.000Z")
    count.give_back("codes", NOW)
    assert count.take("codes", 1, NOW) == ""
    count.close_day("links", NOW)
    assert count.take("links", 9, NOW) == "2026-11-21T10:31:00.000Z"
    assert len(begun) == 1


def test_at_a_quick_pace_a_message_hardly_waits() -> None:
    """For the answer to the one before; without a pace it does not wait for one that came."""
    unpaced, quick = Budget(Limits(calls_per_second=0)), Budget(Limits(calls_per_second=1_000))
    began = time.monotonic()
    for _ in range(2):
        with unpaced.turn("codes"):
            pass
    with quick.turn("codes"), quick.turn("codes"):
        assert time.monotonic() - began < 0.9


def test_a_message_of_24_hours_ago_is_of_another_day() -> None:
    """To the millisecond, as for the run that counts on; and so is what the cloud told then."""
    limit = "contact_messages_per_day"
    for at, counted in ((YESTERDAY, {}), (JUST_AFTER, {limit: 1})):
        assert sent_lately([State("a", messages=[(at, limit)])], Limits(), NOW) == counted
        assert sent_lately([State("a", capped={limit: at})], Limits(), NOW) == dict.fromkeys(counted, 100)
