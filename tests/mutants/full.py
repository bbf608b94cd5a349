"""The tests of the tests at their full size: every bug must be caught by the tests that are named for it."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.mutants.bugs import seeded
from tests.mutants.trial import Bug, Copy


def cases(size: int) -> tuple[Bug, ...]:
    return seeded()[:size]


class Worker:
    def __init__(self) -> None:
        self._copy = Copy(Path(tempfile.mkdtemp(prefix="mutants-")))

    def __call__(self, bug: Bug) -> tuple[Counter[str], list[str]]:
        caught = self._copy.trial(bug)
        return Counter(bugs=1, caught=bool(caught.by)), [] if caught.by else [caught.why or "survived"]
