"""Reads a line at the terminal. Signals interrupt it, and the terminal's settings are restored."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import click

from reconciler.cli.terminal import inert

POLL = 0.2
"""Seconds. A signal that comes just before a read is heard by Python only after it, so no read may wait for long."""
LINE = 4096
"""Bytes: more than a terminal gives at once."""


def ask(text: str, hidden: bool = False, fresh: bool = False) -> str:
    """What is typed, without its end. Raises KeyboardInterrupt for a signal and click.Abort at the end of input.

    fresh: what was typed before the question is no answer to it. Of a hidden one it never is.
    """
    with _heard(), _terminal(sys.stdin.fileno(), hidden) as terminal:
        if fresh:
            termios.tcflush(terminal, termios.TCIFLUSH)
        sys.stderr.write(inert(text, os.environ))
        sys.stderr.flush()
        while not select.select([terminal], [], [], POLL)[0]:
            pass
        typed = os.read(terminal, LINE)
    if not typed:
        raise click.Abort
    return typed.decode(sys.stdin.encoding, "replace").rstrip("\r\n")


@contextmanager
def _heard() -> Iterator[None]:
    """A script may ignore signals by `trap`; at a prompt, a person's signal takes precedence."""
    ignored = [each for each in (signal.SIGINT, signal.SIGQUIT) if signal.getsignal(each) is signal.SIG_IGN]
    for each in ignored:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in ignored:
            signal.signal(each, signal.SIG_IGN)


@contextmanager
def _terminal(terminal: int, hidden: bool) -> Iterator[int]:
    """Without echo where it is hidden. What was typed before it was asked for is no answer to a hidden prompt."""
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    ended = False
    try:
        if hidden:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        yield terminal
        ended = True
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        if hidden or not ended:
            sys.stderr.write("\n")
