"""The interpreter's collector of garbage, paused while much is made of which nothing is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused(once: bool = False) -> Iterator[None]:
    """Looking for garbage among what is being loaded would take as long as loading it.

    once: in a process's life, if at all. Then what there is counts as old at the end, so that it is not looked through
    as what is new soon is. Done again and again, this would keep old garbage from ever being looked for.
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
