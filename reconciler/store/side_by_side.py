"""Work that mostly waits for a server, done by some threads at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Given], Found], given: Collection[Given], threads: int) -> Iterator[Found]:
    """What the work gives for each, in the order given. Raises the first one's error; what was not begun is left.

    threads: at most; with one, each is done when it is asked for.
    """
    if min(threads, len(given)) < 2:
        yield from map(work, given)
        return
    from concurrent.futures import ThreadPoolExecutor  # takes its time to load

    with ThreadPoolExecutor(min(threads, len(given))) as pool:
        yield from pool.map(work, given)
