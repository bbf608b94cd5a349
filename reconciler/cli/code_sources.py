"""Where codes are read: a hidden prompt, or a line of standard input. Never an argument, a variable or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace

import click

from reconciler.cli.prompt import ask
from reconciler.cli.terminal import complain, here
from reconciler.core.code import Code, malformed, parsed
from reconciler.core.outcome import Challenge
from reconciler.errors import Problem
from reconciler.render.escape import escape
from reconciler.render.text import problems
from reconciler.render.text.outcome import waits_for

LINE = 200
AT_ONCE = 1 << 16  # bytes: what a pipe holds
ENDLESS = 1 << 20  # bytes


def prompt(challenge: Challenge, problem: Problem | None, held: str) -> Code | None:
    """At a terminal: asks until a code fits its form, or the answer is empty. Nothing is held meanwhile."""
    if problem:
        complain(problems.problem(replace(problem, address=challenge.address)))
    complain(f"{escape(challenge.address)} {waits_for(challenge, here(sys.stderr), whole=True)}.")
    if held:
        complain(f"  {escape(held)}: the code is submitted when that has ended.")
    try:
        while (typed := ask("  6-digit code (Enter = skip for now): ", hidden=True)).strip():
            if code := parsed(typed):
                return code
            complain(problems.problem(malformed()))
    except click.Abort:
        raise KeyboardInterrupt from None
    return None


def nobody(challenge: Challenge, problem: Problem | None, held: str) -> Code | None:
    """Where there is no terminal and no pipe to ask."""
    return None


class Piped:
    """One line of standard input, read only when it is asked for."""

    def __init__(self) -> None:
        self.read = False
        self.malformed = False

    def __call__(self, challenge: Challenge, problem: Problem | None, held: str) -> Code | None:
        if self.read:
            return None
        self.read = True
        code = parsed(line() or "")
        self.malformed = code is None
        return code


def line() -> str | None:
    """One line without its end, None at the end of input. A longer one is no code, and comes as "?"; its rest stays."""
    line = sys.stdin.buffer.readline(LINE + 1) if sys.stdin else b""
    return _decoded(line.rstrip(b"\n")) if line else None


def lines() -> Iterator[list[str]]:
    """The lines that are there, then those that have arrived since, to the end of input. A line that is too long
    becomes "?".

    Text without a line end is not a line, and reading stops there.
    """
    rest, endless = b"", 0
    while sys.stdin and endless < ENDLESS and (data := os.read(sys.stdin.fileno(), AT_ONCE)):
        *whole, rest = (rest + data).split(b"\n")
        endless = 0 if whole else endless + len(data)
        rest = rest[: LINE + 2]
        yield [_decoded(each) for each in whole]
    yield [_decoded(rest)]


def _decoded(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r") if len(line) <= LINE else "?"
