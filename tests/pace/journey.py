"""Many numbers from declared to ready: applied, and then each code typed by whoever holds the phone it was sent to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.pace.clients import declare, most, start
from tests.stage.cloud import Cloud, local
from tests.stage.places import Where
from tests.stage.project import APPLY

PACE = 10
Call = dict[str, Any]


@dataclass(frozen=True)
class Journey:
    """calls: accepted ones, by operation. refused: calls that were not. most: of one operation within any one second.

    least: seconds, of the busiest operation of each command at the full pace. between: seconds from the first call of
    each to its last. whole: seconds of both commands, with all that they do besides.
    """

    calls: Counter[str]
    refused: int
    most: int
    least: float
    between: float
    whole: float

    @property
    def busiest(self) -> int:
        """Calls of the busiest operation."""
        return max(self.calls.values())


def journey(folder: Path, where: Where, numbers: int) -> Journey:
    """Apply, which sends the codes, and one `verify -`, which is given them all."""
    with local(code_messages_per_day=0) as cloud:
        names = {number: f"s/phone_number/n{n}" for n, number in enumerate(declare(folder, "s", numbers))}
        applied = _ended(folder, where, cloud, "", 3, *APPLY)
        first = cloud.calls()
        lines = (f"{names[message['to']]} {message['code']}\n" for message in cloud.messages())
        verified = _ended(folder, where, cloud, "".join(lines), 0, "verify", "-")
        calls = cloud.calls()
    runs = (first, calls[len(first) :])
    accepted = Counter(call["operation"] for call in calls if call["result"] == "OK")
    return Journey(
        accepted,
        len(calls) - accepted.total(),
        max(most(_stamps(calls, operation)) for operation in accepted),
        sum((Counter(call["operation"] for call in run).most_common(1)[0][1] - 1) / PACE for run in runs),
        sum(_stamps(run)[-1] - _stamps(run)[0] for run in runs),
        applied + verified,
    )


def _ended(folder: Path, where: Where, cloud: Cloud, given: str, code: int, *arguments: str) -> float:
    """Seconds that a command took, which ended as it should."""
    began = time.monotonic()
    process = start(folder, where, cloud, *arguments)
    _, told = process.communicate(given.encode())
    assert process.returncode == code, told.decode()
    return time.monotonic() - began


def _stamps(calls: Sequence[Call], operation: str = "") -> list[float]:
    wanted = (call["arrived"] for call in calls if operation in ("", call["operation"]))
    return sorted(datetime.fromisoformat(at).timestamp() for at in wanted)
