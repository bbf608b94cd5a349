"""How an apply is getting on: pace, time left, who is waited for. A live line at a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reconciler.cli.terminal import complain
from reconciler.core.change import Plan
from reconciler.core.forecast import least_time
from reconciler.render.escape import escape
from reconciler.render.times import counted, span

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

EVERY = 5.0


class Progress:
    """Told by many threads at once; it never slows them by more than a line."""

    def __init__(self, plan: Plan, calls_per_second: int) -> None:
        self._total = sum(1 for _ in plan.changes)
        self._least = least_time(plan, calls_per_second)
        self._lock = threading.Lock()
        self._done = self._calls = self._waiting = 0
        self._started = self._said = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        complain(f"Applying {counted(self._total, 'change')}, at least {span(self._least)}.")
        if sys.stderr.isatty() and self._total > 1:
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total, note="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, event: str, address: str, detail: str) -> None:
        """event: `start`, `called`, or an outcome's result. detail: an operation, or what is wrong."""
        with self._lock:
            self._calls += event == "called"
            if event not in ("start", "called"):
                self._done += 1
                self._waiting += event == "paused"
                self._line(event, address, detail)
            self._show()

    def _line(self, result: str, address: str, detail: str) -> None:
        if self._bar is None and self._total <= 50:
            complain(f"  {escape(address)}: {result.replace('_', ' ')}{': ' + escape(detail) if detail else ''}")

    def _show(self) -> None:
        if self._bar:
            self._bar.update(self._task, completed=self._done, note=self._note())
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            complain(f"  {self._done} of {self._total} changes, {self._note()}")

    def _note(self) -> str:
        seconds = max(time.monotonic() - self._started, 0.001)
        left = (
            max(self._least - seconds, seconds / self._done * (self._total - self._done)) if self._done else self._least
        )
        return f"{self._calls / seconds:.1f} calls/s, {span(max(left, 0))} left, {self._waiting} waiting for people"


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Rich

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"))
    return Rich(*columns, console=Console(stderr=True), transient=True)
