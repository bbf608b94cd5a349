"""One durable step, a journal's entry that is on the disk, in a small state and in a large one, in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.bench import ours
from tests.bench.measuring import ratio
from tests.bench.results import Job, Results, Sizes


def jobs(sizes: Sizes) -> Iterator[Job]:
    small, large = sizes.steps
    thought = sum(sizes.steps) / 1500 + sizes.rounds * 0.1
    yield Job(f"one durable step at {small:,} and {large:,} records", thought, partial(_measure, sizes))


def _measure(sizes: Sizes, results: Results) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, ExitStack() as stack:
        writers = [stack.enter_context(_Writer(Path(scratch) / str(numbers), numbers)) for numbers in sizes.steps]
        rounds = [[writer.step() for writer in writers] for _ in range(sizes.rounds)]
    small, large = zip(*rounds, strict=True)
    results.ratios[f"step at {sizes.steps[1]:,} / at {sizes.steps[0]:,}"] = ratio(
        (wall for wall, _ in large), (wall for wall, _ in small)
    )
    for numbers, took in zip(sizes.steps, (small, large), strict=True):
        wall, processor = (statistics.median(each) for each in zip(*took, strict=True))
        results.seconds[f"step at {numbers:,}, on the disk"] = wall
        results.seconds[f"step at {numbers:,}, processor time"] = processor


class _Writer:
    """A process of its own, so that each state's objects weigh on nobody else's steps."""

    def __init__(self, folder: Path, numbers: int) -> None:
        ours.make(folder, numbers, 1, "unchanged")
        command = [sys.executable, "-m", "tests.bench.stepping", str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(ours.environ())
        )

    def __enter__(self) -> _Writer:
        assert self._said() == "ready\n"
        self.step()
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()

    def step(self) -> tuple[float, float]:
        """Seconds on the wall and of processor time."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        wall, processor = map(float, self._said().split())
        return wall, processor

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()
