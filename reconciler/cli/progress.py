"""The progress of an apply: rate, time left, who must act.

A live line at a terminal, plain lines elsewhere, events in an event stream. Called by many threads.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.cli.terminal import complain
from reconciler.core.plan.change import Plan
from reconciler.core.plan.forecast import least, legs
from reconciler.executor.drive import Tell, silent
from reconciler.render import mask
from reconciler.render.escape import escape
from reconciler.render.times import counted, span
from reconciler.runs.event_stream import Stream

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

EVERY = 5.0
FEW = 50


class Progress:
    """tell: takes what happens from the start. It is shown, where it is to be, from the moment that calls may come."""

    def __init__(self, plan: Plan, calls_per_second: int, stream: Stream) -> None:
        self._plan, self._pace, self._stream = plan, calls_per_second, stream
        self._tell: Tell = silent

    def tell(self, event: str, address: str, detail: str) -> None:
        self._tell(event, address, detail)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        with self._where() as self._tell:
            yield
        self._tell = silent

    @contextlib.contextmanager
    def _where(self) -> Iterator[Tell]:
        if self._stream.to_stdout:
            yield self._stream.progress
            return
        counting = Counting(len(self._plan.all_changes), least(legs(self._plan)[0], self._pace))
        complain(f"Applying {counted(counting.total, 'change')}, at least {span(counting.least)}.")
        live = sys.stderr and sys.stderr.isatty() and counting.total > 1
        with _at_a_terminal(counting) if live else _plainly(counting) as tell:
            yield _both(tell, self._stream.progress) if self._stream.listens else tell


def _both(one: Tell, other: Tell) -> Tell:
    def tell(event: str, address: str, detail: str) -> None:
        one(event, address, detail)
        other(event, address, detail)

    return tell


class Counting:
    """least: seconds that this run takes, as the forecast says."""

    def __init__(self, total: int, least: float) -> None:
        self.total, self.least = total, least
        self.done = self.calls = self.waiting = 0
        self.last = ""
        self.lock = threading.Lock()
        self._started = time.monotonic()

    def count(self, event: str, address: str) -> bool:
        """Whether this was the end of a change."""
        self.calls += event == "called"
        ended = event not in ("start", "called", "throttled")
        self.done += ended
        if event == "paused":
            self.waiting, self.last = self.waiting + 1, address
        return ended

    def note(self) -> str:
        seconds = time.monotonic() - self._started
        pace = f"{self.calls / seconds:.1f} calls/s, " if seconds > 1 else ""
        by_pace = seconds / self.done * (self.total - self.done) if self.done else 0.0
        last = f", last {escape(self.last)}" if self.last else ""
        return f"{pace}{span(max(self.least - seconds, by_pace))} left, {self.waiting} waiting for people{last}"


@contextlib.contextmanager
def _plainly(counting: Counting) -> Iterator[Tell]:
    said = time.monotonic()

    def tell(event: str, address: str, detail: str) -> None:
        nonlocal said
        with counting.lock:
            ended = counting.count(event, address)
            if ended and counting.total <= FEW:
                why = f": {escape(mask.text(detail))}" if detail else ""
                complain(f"  {escape(address)}: {event.replace('_', ' ')}{why}")
            elif time.monotonic() - said >= EVERY:
                said = time.monotonic()
                complain(f"  {counting.done} of {counting.total} changes, {counting.note()}")

    yield tell


@contextlib.contextmanager
def _at_a_terminal(counting: Counting) -> Iterator[Tell]:
    with _bar() as bar:
        task = bar.add_task("", total=counting.total, note="")

        def tell(event: str, address: str, detail: str) -> None:
            with counting.lock:
                counting.count(event, address)
                bar.update(task, completed=counting.done, note=counting.note())

        yield tell


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Rich

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}", markup=False))
    return Rich(*columns, console=Console(stderr=True), transient=True)
