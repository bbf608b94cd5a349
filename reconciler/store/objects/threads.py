"""Waiting for requests that hear no signal: whoever waits for them here is interrupted at once.

The threads end with the program: one whose request hangs holds nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

SIDE_BY_SIDE = 16
"""Objects that are fetched or emptied at once."""
Given = TypeVar("Given")
Found = TypeVar("Found")
_Jobs = SimpleQueue[tuple[Callable[[], Found], Future[Found]]]


def interruptibly(work: Callable[[], Found]) -> Found:
    """What the work comes to. Only the main thread hears signals, so that one lets another do it."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    return _all_done([work])[0]


def side_by_side(work: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
    """In the order given. After an error nothing more is begun; what is under way is left to itself."""
    return _all_done([partial(work, each) for each in given])


def _all_done(works: Sequence[Callable[[], Found]]) -> list[Found]:
    jobs: _Jobs[Found] = SimpleQueue()
    futures: list[Future[Found]] = [Future() for _ in works]
    for job in zip(works, futures, strict=True):
        jobs.put(job)
    for _ in works[:SIDE_BY_SIDE]:
        threading.Thread(target=_work, args=(jobs,), name="objects", daemon=True).start()
    try:
        return [future.result() for future in futures]
    finally:
        _drop(jobs)


def _work(jobs: _Jobs[Found]) -> None:
    while True:
        try:
            work, future = jobs.get_nowait()
        except Empty:
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits
            future.set_exception(error)


def _drop(jobs: _Jobs[Found]) -> None:
    while True:
        try:
            jobs.get_nowait()
        except Empty:
            return
