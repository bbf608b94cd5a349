"""Output: results on stdout, everything else on stderr; colour and prompts only at a terminal."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.cli import screen

if TYPE_CHECKING:
    from reconciler.errors import ReconcilerError


def say(text: str, paint: bool = True) -> None:
    """A result, on stdout. paint: it is text for people, no document.

    Raises ReconcilerError when it cannot be written, and BrokenPipeError when nobody reads.
    """
    if sys.stdout is None:
        raise _unwritten("it is closed")
    try:
        _write(sys.stdout, screen.fitted(text, sys.stdout, os.environ) if paint else text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(str(error.strerror)) from None


def _unwritten(why: str) -> ReconcilerError:
    from reconciler.errors import Problem, ReconcilerError

    hint = "Correct where it leads, then run again: nothing that is done is repeated."
    return ReconcilerError(Problem("cannot-write", f"standard output cannot be written: {why}", hint=hint))


def complain(text: str) -> None:
    """Progress, prompts, problems: stderr. That it cannot be written, or nobody reads it, stops nothing."""
    if sys.stderr:
        with contextlib.suppress(OSError):
            _write(sys.stderr, screen.fitted(text, sys.stderr, os.environ))


def alert(text: str) -> None:
    """The same at once, whatever else is being written: for a signal's handler, which may come in the midst of that."""
    if sys.stderr:
        with contextlib.suppress(OSError, ValueError):
            os.write(sys.stderr.fileno(), b"\n" * sys.stderr.isatty() + text.encode() + b"\n")


def here(stream: TextIO | None = None) -> str:
    """The time for people: local, with its offset, where a terminal reads what is printed. stream: None for stdout."""
    from datetime import datetime

    from reconciler.runs.workspace import now

    out = stream or sys.stdout  # None where it was closed before the start
    at_a_terminal = out is not None and out.isatty()
    return datetime.now().astimezone().isoformat(timespec="seconds") if at_a_terminal else now()


def _write(stream: TextIO, text: str) -> None:
    stream.write(inert(text, os.environ) + "\n")
    stream.flush()


def inert(text: str, environ: Mapping[str, str]) -> str:
    """In a job of GitHub's `##[` begins a command anywhere in a line. So spelled it is none, and in JSON the same."""
    return text.replace("##[", "#\\u0023[") if environ.get("GITHUB_ACTIONS") else text


def forgive() -> None:
    """No text ends a run: what a stream's encoding lacks is written as JSON spells it, and input is read all the same.

    So what is a JSON document stays one.
    """
    codecs.register_error("reconciler", _spelled)
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "reconciler"), (sys.stderr, "reconciler")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    import json

    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def release(stream: TextIO | None) -> None:
    """What could not be written is given up, or the interpreter tries again at its end, and exits as it likes."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def worded(compat: str | None) -> Iterator[None]:
    """Problems as Terraform words them, where that was asked for."""
    from reconciler.errors import ReconcilerError

    try:
        yield
    except ReconcilerError as error:
        if not compat:
            raise
        from reconciler.render.text.terraform import problem

        complain("\n\n".join(problem(each) for each in error.problems))
        raise click.exceptions.Exit(error.exit_code) from None


def at_a_terminal() -> bool:
    """Whether a person can be asked: both what is typed and what is asked must be at a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
