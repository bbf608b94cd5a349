"""Concurrent work that mostly waits for a server.

The threads are daemons: a request that hangs blocks neither the end of the program nor an interrupt.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Given = TypeVar("Given")
Found = TypeVar("Found")
_Left = deque[tuple["Given", "Future[Found]"]]


def interruptibly(work: Callable[[], Found]) -> Found:
    """The result of the work. Only the main thread receives signals, so another thread does it."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    (found,) = _each(lambda _: work(), (None,), 1)
    return found


def within(seconds: float, work: Callable[[], Found]) -> Found | None:
    """The result of the work; None if it takes longer: it then continues in the background."""
    with suppress(TimeoutError):
        return begun(work).result(seconds)
    return None


def begun(work: Callable[[], Found]) -> Future[Found]:
    """Begins the work in the background."""
    from concurrent.futures import Future  # slow import

    future: Future[Found] = Future()
    threading.Thread(target=_work, args=(lambda _: work(), deque([(None, future)])), daemon=True).start()
    return future


def side_by_side(work: Callable[[Given], Found], given: Collection[Given], threads: int) -> Iterator[Found]:
    """The result for each, in the order given. After an error nothing more is started; running work is abandoned.

    threads: at most. With one, each is done when it is requested.
    """
    many = min(threads, len(given))
    return _each(work, given, many) if many > 1 else map(work, given)


def _each(work: Callable[[Given], Found], given: Collection[Given], threads: int) -> Iterator[Found]:
    from concurrent.futures import Future  # slow import

    futures: list[Future[Found]] = [Future() for _ in given]
    left: _Left[Given, Found] = deque(zip(given, futures, strict=True))
    for _ in range(threads):
        threading.Thread(target=_work, args=(work, left), name="side by side", daemon=True).start()
    try:
        for future in futures:
            yield future.result()
    finally:
        left.clear()


def _work(work: Callable[[Given], Found], left: _Left[Given, Found]) -> None:
    while True:
        try:
            given, future = left.popleft()
        except IndexError:
            return
        try:
            future.set_result(work(given))
        except BaseException as error:  # noqa: BLE001 - raised by the waiting thread
            future.set_exception(error)
