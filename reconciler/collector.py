"""The interpreter's collector of garbage, paused while much is made of which nothing is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Looking for garbage among what is being loaded would take as long as loading it."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # all there is counts as old now, so that it is not looked through as what is new soon is
        gc.enable()
