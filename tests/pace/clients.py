"""Several applies at once on one account, each of a space of its own, and the pace that the sandbox's ledger tells."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from tests.stage.cloud import Cloud, local
from tests.stage.places import Where
from tests.stage.project import APPLY, ROOT

SLOW = "write.before * sleep:0.05"
_numbers = count(10_000_000 + (os.getpid() % 500) * 100_000)


@dataclass(frozen=True)
class Pace:
    """What the ledger tells of one operation.

    most: calls accepted within any one second. rate: calls a second from the first to the last. refused: calls that
    were throttled. waited: the longest that any client waited from one of its calls to the next, in seconds.
    """

    calls: int
    most: int
    rate: float
    refused: int
    waited: float


def paced(folder: Path, where: Where, clients: int, numbers: int, failpoint: str = "") -> Pace:
    """Of the busiest operation, while so many clients register so many numbers each."""
    with local(code_messages_per_day=0) as cloud:
        started = [_start(folder / f"client{n}", where, cloud, n, numbers, failpoint) for n in range(clients)]
        for process in started:
            _, told = process.communicate()
            assert process.returncode == 3, told.decode()
        return _told(cloud.calls())


def _start(
    folder: Path, where: Where, cloud: Cloud, client: int, numbers: int, failpoint: str
) -> subprocess.Popen[bytes]:
    declare(folder, f"c{client}", numbers)
    return start(folder, where, cloud, *APPLY, "--space", f"c{client}", failpoint=failpoint)


def declare(folder: Path, space: str, numbers: int) -> list[str]:
    """A project of one space, whose numbers n0, n1, … are all to be registered; returns them."""
    (folder / "spaces").mkdir(parents=True)
    new = [f"+86138{next(_numbers):08}" for _ in range(numbers)]
    rows = (f'  n{n}: {{number: "{number}", onboarding: register, display_name: N}}\n' for n, number in enumerate(new))
    text = f"space: {space}\nspace_id: cams-{space}\nphone_numbers:\n{''.join(rows)}"
    (folder / "spaces" / "space.yaml").write_text(text)
    (folder / "reconciler.yaml").write_text(f"guards: {{max_messages: {numbers}}}\n")
    return new


def start(folder: Path, where: Where, cloud: Cloud, *arguments: str, failpoint: str = "") -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        **where.environ,
        "RECONCILER_STATE": where.url,
        **cloud.environment,
        "RECONCILER_FAILPOINT": failpoint,
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.stage.entry", "-C", str(folder), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environ, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe)


def _told(calls: Sequence[dict[str, Any]]) -> Pace:
    busiest = Counter(call["operation"] for call in calls).most_common(1)[0][0]
    mine = [
        (datetime.fromisoformat(call["arrived"]).timestamp(), call) for call in calls if call["operation"] == busiest
    ]
    accepted = sorted(at for at, call in mine if call["result"] == "OK")
    times: dict[str, list[float]] = {}
    for call in calls:
        times.setdefault(call["space"], []).append(datetime.fromisoformat(call["arrived"]).timestamp())
    return Pace(
        len(accepted),
        most(accepted),
        (len(accepted) - 1) / (accepted[-1] - accepted[0]),
        len(mine) - len(accepted),
        max(later - earlier for each in times.values() for earlier, later in pairwise(sorted(each))),
    )


def most(stamps: Sequence[float]) -> int:
    """Calls within any one second, of their times in order."""
    return max(sum(1 for other in stamps[n : n + 20] if other - at < 1) for n, at in enumerate(stamps))
