"""Work that is done at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


def together(works: Iterable[Callable[[], object]]) -> None:
    """Each in a thread of its own, all at once, until all have ended."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
