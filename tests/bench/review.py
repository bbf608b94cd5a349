"""What a pull request costs: each command that its pipeline runs, side by side with Terraform's for the same end."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.bench import ours, terraform
from tests.bench.measuring import Taken, taken
from tests.bench.results import Job, Results, Sizes

PLAN = "saved.plan"
TO_FIRST_CALL = "apply PLANFILE, to its first call"
WAY = ("plan --out", "show --format markdown", "show --json", "plan check")
"""What a pull request runs: its plan, the comment, the JSON for policies, and the check in the merge queue."""
CLOUD = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "bench",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "bench",
    "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
}


class Step(NamedTuple):
    """mine, theirs: words of the command; theirs may be none. codes: with which it may end."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0,)


STEPS: dict[str, Step] = {
    "validate": Step(("validate",), ("validate", "-no-color")),
    "plan --out": Step(("plan", "--out", PLAN), ("plan", "-input=false", "-no-color", f"-out={PLAN}")),
    "show": Step(("show", PLAN), ("show", "-no-color", PLAN)),
    "show --format markdown": Step(("show", "--format", "markdown", PLAN), ("show", "-no-color", PLAN)),
    "show --json": Step(("show", "--json", PLAN), ("show", "-json", PLAN)),
    "plan check": Step(("plan", "check", PLAN)),
    "pending": Step(("pending",), codes=(0, 3)),
    "state list": Step(("state", "list"), ("state", "list"), codes=(0, 1)),
}


def jobs(sizes: Sizes) -> Iterator[Job]:
    numbers = min(10_000, max(sizes.numbers))
    thought = sizes.pairs * numbers / 10_000 * (45 if shutil.which("terraform") else 5) + 2
    yield Job(f"what a pull request of {numbers:,} numbers costs", thought, partial(_measure, numbers, sizes.pairs))


def _measure(numbers: int, pairs: int, results: Results) -> None:
    program = shutil.which("terraform") or ""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, socket.create_server(("127.0.0.1", 0)) as cloud:
        mine, theirs = Path(scratch) / "mine", Path(scratch) / "theirs"
        ours.make(mine, numbers, 1, "created")
        terraform.make(theirs, numbers, 1, "created")
        environ = {**ours.environ(), **CLOUD, "RECONCILER_ENDPOINT": f"http://127.0.0.1:{cloud.getsockname()[1]}"}
        for _ in range(pairs):
            for name, step in STEPS.items():
                _run(results, name, "reconciler", [ours.PROGRAM, "-C", str(mine), *step.mine], environ, step.codes)
                if program and step.theirs:
                    command = [program, f"-chdir={theirs}", *step.theirs]
                    _run(results, name, "terraform", command, terraform.environ(), step.codes)
            apply = [ours.PROGRAM, "-C", str(mine), "apply", PLAN, "--no-input"]
            results.add(TO_FIRST_CALL, "reconciler", _until(apply, environ, lambda process: cloud.accept()[0].close()))
            if program:
                apply = [program, f"-chdir={theirs}", "apply", "-no-color", "-input=false", PLAN]
                results.add(TO_FIRST_CALL, "terraform", _until(apply, terraform.environ(), _creating))
        results.sizes = {
            name: (folder / PLAN).stat().st_size
            for name, folder in (("reconciler", mine), ("terraform", theirs))
            if (folder / PLAN).exists()
        }


def _run(
    results: Results, name: str, who: str, command: Sequence[str], environ: Mapping[str, str], codes: tuple[int, ...]
) -> None:
    run = taken(command, environ)
    results.add(name, who, run._replace(printed=""))
    if run.code not in codes:
        results.wrong.append(f"{who}, {name}: exit code {run.code}, {run.printed[-300:]!r}")


def _until(command: Sequence[str], environ: Mapping[str, str], seen: Callable[[subprocess.Popen[str]], None]) -> Taken:
    """The seconds until something is seen of a process, which is ended then: it would go on for long."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        seen(process)
        wall = time.perf_counter() - began
        process.send_signal(signal.SIGKILL)
    return Taken(wall, 0.0, 0, 0, "")


def _creating(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    next(line for line in process.stdout if line.rstrip().endswith("Creating..."))
