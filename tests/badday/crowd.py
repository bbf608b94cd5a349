"""Many runs of the program at the same moment, each a process of its own, with nothing left to import.

`python -m tests.badday.crowd NUMBER ARGUMENT …` runs the command line NUMBER times at once, and prints one JSON object
a line for each: its exit code, what it said, and the seconds from when it first tried the lease to its end. Whoever
would make a call waits with it until all others have ended, however long the machine takes to get to them.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import select
import sys
import time
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any

from reconciler.cli.main import run_command
from reconciler.runtime import failpoints
from reconciler.store import lease

USED_BY_APPLY = ("reconciler.cli.verbs.apply", "reconciler.cloud.client", "reconciler.cloud.credentials")
HELD = 90.0
"""Seconds after which whoever waits with a call makes it all the same: two that do would wait for each other."""
Pipe = tuple[int, int]


@dataclass(frozen=True)
class Ended:
    """seconds: from when the lease was first tried."""

    exit: int
    out: str
    err: str
    seconds: float


class Trying:
    """Notes when the lease is first tried, and is out of the way from then on."""

    at: float | None = None

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code is lease.take.__code__:
            self.at = time.monotonic()
            sys.setprofile(None)


def main(number: int, arguments: list[str]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        run_command(["validate"])  # reads the schemas once for all; no backend, whose threads no fork would have
    for module in USED_BY_APPLY:
        importlib.import_module(module)
    gate, calls = os.pipe(), os.pipe()
    results = [_started(arguments, gate, calls) for _ in range(number)]
    os.close(gate[1])  # all of them begin now
    left = _read(results, 1, HELD)
    os.close(calls[1])  # and whoever has the lease goes on
    _read(left, 0, HELD)


def _read(results: list[int], but: int, seconds: float) -> list[int]:
    """Prints results as they come, all but so many or for so long; returns the others."""
    until = time.monotonic() + seconds
    while len(results) > but and (ready := select.select(results, [], [], max(0, until - time.monotonic()))[0]):
        for result in ready:
            with os.fdopen(result) as lines:
                print(lines.read(), flush=True)
        results = [result for result in results if result not in ready]
    return results


def _started(arguments: list[str], gate: Pipe, calls: Pipe) -> int:
    """A process that waits for the gate to be opened; returns where its result can be read."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(gate[1])
        os.close(calls[1])
        os.read(gate[0], 1)
        failpoints.arm(lambda place: _wait(calls[0]) if place.startswith("call.before:") else None)
        with os.fdopen(write, "w") as result:
            result.write(json.dumps(asdict(_ended(arguments))))
        os._exit(0)
    os.close(write)
    return read


def _wait(pipe: int) -> None:
    os.read(pipe, 1)


def _ended(arguments: list[str]) -> Ended:
    trying, out, err = Trying(), io.StringIO(), io.StringIO()
    sys.setprofile(trying)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command(arguments)
    sys.setprofile(None)
    seconds = time.monotonic() - trying.at if trying.at else float("inf")
    return Ended(code, out.getvalue(), err.getvalue(), seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
