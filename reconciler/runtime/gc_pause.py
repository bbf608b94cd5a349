"""Pauses garbage collection while many objects are created that are not garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused(once: bool = False) -> Iterator[None]:
    """Collecting while loading would take as long as the loading itself.

    once: at most once in a process. Then all present objects are moved to the oldest generation, so that they are not
        scanned again soon. Repeated, this would keep old garbage from ever being collected.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if once:
            gc.freeze()
            gc.unfreeze()
        gc.enable()
