"""Start-up, against the bare interpreter's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

from tests.bench import ours
from tests.bench.measuring import ratio, taken
from tests.bench.results import Job, Results, Sizes


def jobs(sizes: Sizes) -> Iterator[Job]:
    for option in ("--help", "--version"):
        yield Job(f"start-up: {option}", sizes.starts * 0.15, partial(_measure, option, sizes.starts))


def _measure(option: str, starts: int, results: Results) -> None:
    commands = ([ours.PROGRAM, option], [sys.executable, "-c", "pass"])
    pairs = [[taken(command, ours.environ()).wall for command in commands] for _ in range(starts)]
    results.ratios[option] = ratio(*zip(*pairs, strict=True))
