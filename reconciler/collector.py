"""The interpreter's collector of garbage, paused while much is made of which nothing is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Looking for garbage among what is being loaded would take as long as loading it. Nor is it ever looked through
    later: what is loaded is there to stay."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
