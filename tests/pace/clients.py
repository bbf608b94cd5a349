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

from reconciler.sandbox import Sandbox
from reconciler.sandbox.visitor import Visitor
from tests.crash.forks import ROOT
from tests.store.places import Where

APPLY = ("apply", "--auto-approve", "--no-input")
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
    with Sandbox(code_messages_per_day=0) as sandbox:
        started = [_start(folder / f"client{n}", where, sandbox, n, numbers, failpoint) for n in range(clients)]
        for process in started:
            _, told = process.communicate()
            assert process.returncode == 3, told.decode()
        return _told(Visitor(sandbox.url).ledger()["calls"])


def _start(
    folder: Path, where: Where, sandbox: Sandbox, client: int, numbers: int, failpoint: str
) -> subprocess.Popen[bytes]:
    (folder / "spaces").mkdir(parents=True)
    rows = (
        f'  n{n}: {{number: "+86138{next(_numbers):08}", onboarding: register, display_name: N}}\n'
        for n in range(numbers)
    )
    space = f"space: c{client}\nspace_id: cams-c{client}\nphone_numbers:\n{''.join(rows)}"
    (folder / "spaces" / "space.yaml").write_text(space)
    (folder / "reconciler.yaml").write_text(f"guards: {{max_messages: {numbers}}}\n")
    environ = {
        **os.environ,
        **where.environ,
        "RECONCILER_STATE": where.url,
        "RECONCILER_ENDPOINT": sandbox.url,
        "RECONCILER_FAILPOINT": failpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": sandbox.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sandbox.access_key_secret,
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.crash.entry", "-C", str(folder), *APPLY, "--space", f"c{client}"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _told(calls: Sequence[dict[str, Any]]) -> Pace:
    busiest = Counter(call["operation"] for call in calls).most_common(1)[0][0]
    mine = [(datetime.fromisoformat(call["at"]).timestamp(), call) for call in calls if call["operation"] == busiest]
    accepted = sorted(at for at, call in mine if call["result"] == "OK")
    times: dict[str, list[float]] = {}
    for call in calls:
        times.setdefault(call["space"], []).append(datetime.fromisoformat(call["at"]).timestamp())
    return Pace(
        len(accepted),
        max(sum(1 for other in accepted[n : n + 20] if other - at < 1) for n, at in enumerate(accepted)),
        (len(accepted) - 1) / (accepted[-1] - accepted[0]),
        len(mine) - len(accepted),
        max(later - earlier for each in times.values() for earlier, later in pairwise(sorted(each))),
    )
