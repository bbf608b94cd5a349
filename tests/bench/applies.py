"""`apply` against a sandbox that holds the account's limits: its pace, and its processor time for each call."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench import ours, workspaces
from tests.bench.measuring import Taken, taken
from tests.bench.results import Job, Results, Sizes
from tests.bench.rows import recorded
from tests.pace.journey import journey
from tests.stage.cloud import serving
from tests.stage.places import places

Calls = list[dict[str, str]]
Command = tuple[Sequence[str], int]
"""Its words, with the folder's place in them, and the exit code that it is to have."""

PAUSED: Command = ((ours.PROGRAM, "-C", "{}", "apply", "--auto-approve", "--no-input"), 3)
FEW = 2
"""Numbers of the apply whose processor time is taken off that of the other."""


def jobs(sizes: Sizes) -> Iterator[Job]:
    for numbers in sizes.applied:
        what = f"apply {numbers:,} numbers at ten calls a second, and verify them with their codes"
        yield Job(what, numbers * 0.2 + 2, partial(_paced, numbers))
    numbers, known = sizes.beside
    what = f"apply {numbers:,} numbers beside {known:,} recorded ones, up to the codes"
    yield Job(what, numbers * 0.2 + known / 500 + 5, partial(_processor, numbers, known))


def _paced(numbers: int, results: Results) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, places()["sqlite"](Path(scratch)) as where:
        results.journeys[numbers] = journey(Path(scratch) / "project", where, numbers)


def _processor(numbers: int, known: int, results: Results) -> None:
    """What more numbers take more, for each call more: start-up and what is recorded weigh on both alike."""
    (few, less), (many, more) = (_applied(PAUSED, each, known, results) for each in (FEW, numbers))
    if len(more) > len(less):
        results.seconds[f"processor time of a call beside {known:,}"] = (many.processor - few.processor) / (
            len(more) - len(less)
        )


def _applied(command: Command, numbers: int, known: int, results: Results) -> tuple[Taken, Calls]:
    words, code = command
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, serving(Path(scratch)) as cloud:
        folder = Path(scratch) / "project"
        workspaces.make(folder, known + numbers, 1, "created")
        if known:
            workspaces.leave(folder, [recorded(known)], "loopback")
        environ = {**ours.environ(), **cloud.environment, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
        run = taken([word.format(folder) for word in words], environ)
        if run.code != code or cloud.violations():
            results.wrong.append(f"apply of {numbers}: exit code {run.code}, {run.printed[-300:]!r}")
        return run, cloud.calls()
