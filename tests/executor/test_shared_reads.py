"""One answer for many who ask, and none for whom it is too old."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from reconciler.core.answer import Answer, Ok
from reconciler.executor.drive import SharedReads


class Reader:
    """What it reads is how often it was asked."""

    def __init__(self) -> None:
        self._times = count(1)

    def __call__(self) -> Answer:
        return Ok({"read": next(self._times)})


class Slow:
    """A read that has begun, and ends when it may."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self.begun, self.may_end = reader, Event(), Event()

    def __call__(self) -> Answer:
        self.begun.set()
        assert self.may_end.wait(10)
        return self._reader()


def read(answer: Answer) -> int:
    assert isinstance(answer, Ok)
    return int(answer.data["read"])


def test_one_answer_serves_all_who_decide() -> None:
    """Whoever has called nothing yet takes the answer that is there, also one that somebody else wanted newer."""
    shared, reader = SharedReads(), Reader()
    first = [read(shared.get("numbers", 0, reader)[0]) for _ in range(3)]
    newer = read(shared.get("numbers", shared.tick(), reader)[0])
    assert (first, newer, read(shared.get("numbers", 0, reader)[0])) == ([1, 1, 1], 2, 2)


def test_an_answer_older_than_the_call_is_not_used() -> None:
    """A read that was begun before a call came back cannot tell what that call did, though it ended after it."""
    shared, reader = SharedReads(), Reader()
    slow = Slow(reader)
    with ThreadPoolExecutor(1) as pool:
        older = pool.submit(shared.get, "numbers", 0, slow)
        assert slow.begun.wait(10)
        called = shared.tick()
        slow.may_end.set()
        assert (read(older.result()[0]), read(shared.get("numbers", called, reader)[0])) == (1, 2)


def test_many_who_wait_share_the_next_answer() -> None:
    """However many calls came back while a read was under way, one more read serves them all."""
    shared, reader = SharedReads(), Reader()
    slow = Slow(reader)
    with ThreadPoolExecutor(20) as pool:
        older = pool.submit(shared.get, "numbers", 0, slow)
        assert slow.begun.wait(10)
        newer = [pool.submit(shared.get, "numbers", shared.tick(), reader) for _ in range(19)]
        slow.may_end.set()
        assert (read(older.result()[0]), {read(each.result()[0]) for each in newer}) == (1, {2})


def test_what_follows_a_sync_is_newer_than_it() -> None:
    """When an answer was had comes with it: a listing that was begun before then is of an older sync."""
    shared, reader = SharedReads(), Reader()
    listing, _ = shared.get("listing", 0, reader)
    _, synced = shared.get("sync", 0, reader)
    assert (read(listing), read(shared.get("listing", synced, reader)[0])) == (1, 3)
