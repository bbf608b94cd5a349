"""Work done by several threads comes back in order, and ends with the first error."""

from __future__ import annotations

import threading
import time

import pytest

from reconciler.store.side_by_side import side_by_side, within


def test_in_the_order_given() -> None:
    """However long each takes, and as many at once as there are threads."""
    meeting = threading.Barrier(4)

    def work(number: int) -> int:
        meeting.wait(10)
        time.sleep(0.01 * (4 - number % 4))
        return number

    assert list(side_by_side(work, range(8), 4)) == list(range(8))


def test_after_an_error_nothing_more_is_begun() -> None:
    """The first one's error is raised where its result is taken; the rest is left."""
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise ValueError(number)
        time.sleep(0.05)
        return number

    with pytest.raises(ValueError, match="0"):
        list(side_by_side(work, range(100), 2))
    time.sleep(0.2)
    assert len(begun) < 10


@pytest.mark.parametrize(("many", "threads"), [(3, 1), (1, 8), (0, 8)])
def test_alone_it_is_done_when_it_is_asked_for(many: int, threads: int) -> None:
    """In the very thread that asks."""
    begun: list[threading.Thread] = []

    def work(number: int) -> int:
        begun.append(threading.current_thread())
        return number

    found = side_by_side(work, range(many), threads)
    assert begun == []
    assert (list(found), set(begun) <= {threading.current_thread()}) == (list(range(many)), True)


def test_what_takes_too_long_is_left_to_itself() -> None:
    """None after the time that it is given, and what it came to before that; an error is raised as it is."""
    began = time.monotonic()
    over = threading.Event()
    assert within(0.05, lambda: over.wait(60)) is None
    assert time.monotonic() - began < 30
    over.set()
    assert within(5, lambda: "there") == "there"
    with pytest.raises(ValueError, match="no"):
        within(5, lambda: _raise(ValueError("no")))


def _raise(error: Exception) -> None:
    raise error
