"""Every kind of trouble at every kind of request of every backend, for as long as a lease has patience with."""

from __future__ import annotations

import time
from collections import Counter

from tests.stage.failing import Stage
from tests.trouble.day import Case, wrong
from tests.trouble.day import cases as all_cases
from tests.trouble.rows import troubled

LENGTHS = (0.5, 1.0, 3.0, 8.0, 30.0)


def cases(size: int) -> list[Case]:
    """size: seconds that a trouble lasts at most. The longest come first, so that none is waited for at the end."""
    return all_cases(tuple(sorted((length for length in LENGTHS if length <= size), reverse=True)))


class Worker:
    def __init__(self) -> None:
        self._stage = Stage()

    def __call__(self, case: Case) -> tuple[Counter[str], list[str]]:
        with self._stage.failing() as failing, troubled(case.backend, failing.project.scratch) as (where, line):
            began = time.monotonic()
            found = wrong(case, where, line, failing, self._stage.cloud)
            late = time.monotonic() - began - case.seconds
        return Counter({"troubles": 1, f"by {case.trouble}": 1, "seconds more than they lasted": round(late)}), found
