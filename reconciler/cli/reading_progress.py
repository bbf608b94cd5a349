"""The progress of reads that compare records with the cloud: how many, at which pace, how long the others take."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

import click

from reconciler.cli.terminal import complain
from reconciler.render.times import counted, span
from reconciler.runs.readings.check import Watching

EVERY = 5.0
WIDE = 58
"""Columns of the live line."""


@contextlib.contextmanager
def reading_progress() -> Iterator[Watching]:
    """A line every few seconds, on stderr; at a terminal one line that is written again."""
    began = shown = time.monotonic()
    live = sys.stderr is not None and sys.stderr.isatty()

    def watch(done: int, total: int, left: float) -> None:
        nonlocal shown
        at = time.monotonic()
        if done < total and at - shown >= (0.2 if live else EVERY) and at - began >= 1:
            shown = at
            line = f"  {done} of {counted(total, 'read')}, {done / (at - began):.1f} a second, {span(left)} left"
            click.echo(f"\r{line:<{WIDE}}", nl=False, err=True) if live else complain(line)

    yield watch
    if live and shown > began:
        click.echo(f"\r{'':{WIDE}}\r", nl=False, err=True)
