"""A state cut at every byte of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

from tests.badday.truncation import one_file, truncated
from tests.stage.failing import Stage
from tests.stage.project import APPLY


def cases(size: int) -> Iterator[range]:
    """Places at which the state is cut, in ranges; those beyond its end are left out."""
    return (range(first, min(first + 256, size)) for first in range(0, size, 256))


class Worker:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._failing = self._stack.enter_context(Stage().failing())
        self._failing.project.declare("support")
        self._failing(*APPLY)
        self._whole = one_file(self._failing.state)

    def __call__(self, case: range) -> tuple[Counter[str], list[str]]:
        cuts = [cut for cut in case if cut < len(self._whole)]
        wrong = [text for cut in cuts for text in truncated(self._failing, self._whole, cut)]
        return Counter({"cuts": len(cuts)}), wrong
