"""An apply whose codes are answered at once: `python -m tests.bench.answering FOLDER`. Joined as reconciler/cli does.

Everybody is near their phone: what a sandbox sent is looked up there, for all numbers together, twice a second.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from reconciler.apply import apply
from reconciler.cli.making import make
from reconciler.cli.running import run
from reconciler.cli.start import Start
from reconciler.cli.workspace import Workspace
from reconciler.core.outcome import Challenge
from reconciler.errors import Problem
from reconciler.sandbox.visitor import Visitor

EVERY, PATIENCE = 0.5, 30.0
"""Seconds from one look to the next, and until a code counts as never sent."""


class Phones:
    def __init__(self, url: str) -> None:
        self._visitor, self._lock = Visitor(url), threading.Lock()
        self._codes: dict[str, str] = {}
        self._looked = 0.0

    def __call__(self, challenge: Challenge, problem: Problem | None) -> str | None:
        """The code that came to this number. One that is refused is not typed again."""
        began = time.monotonic()
        while problem is None and time.monotonic() < began + PATIENCE:
            if code := self._look(challenge.number):
                return code
            time.sleep(EVERY / 2)
        return None

    def _look(self, number: str) -> str:
        with self._lock:
            if number not in self._codes and time.monotonic() > self._looked + EVERY:
                self._codes = {message["to"]: message["code"] for message in self._visitor.inbox() if message["code"]}
                self._looked = time.monotonic()
            return self._codes.get(number, "").replace("-", "")


def main() -> int:
    endpoint = os.environ["RECONCILER_ENDPOINT"]
    workspace = Workspace(Start(Path(sys.argv[1])), None, endpoint)
    plan = make(workspace, ())
    limits = workspace.project.limits
    with run(workspace, "apply", plan.touched, limits, ("cams",), 0.0, plan.digest) as (journals, hands, _):
        hands.ask = Phones(endpoint)
        outcomes = apply(plan, journals, hands)
    print(*(outcome for outcome in outcomes if outcome.result != "done"), sep="\n")
    return int(any(outcome.result != "done" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
