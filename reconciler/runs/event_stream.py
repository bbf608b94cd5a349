"""Where the event stream goes: to stdout with --json, into a file with --json-into, to both, or nowhere.

The file is begun before anything else is done, so that one that cannot be written is an error and no lost run.
What cannot be written later stops nothing: it is said once, and the run goes on.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from reconciler.cli.terminal import complain, say
from reconciler.errors import Problem, ReconcilerError, UsageError
from reconciler.runs.workspace import now


class Stream:
    """to_stdout: whether --json asked for it, in place of text. Told by many threads at once."""

    def __init__(self, to_stdout: bool, file: TextIO | None = None) -> None:
        self.to_stdout = to_stdout
        self._file = file
        self._lock = threading.Lock()

    @property
    def listens(self) -> bool:
        """Whether there is anywhere for an event to go."""
        return self.to_stdout or self._file is not None

    def tell(self, *lines: str) -> None:
        """Each line one event, without its newline."""
        if self.to_stdout and lines:
            say("\n".join(lines))
        with self._lock:
            self._keep(lines)

    def _keep(self, lines: tuple[str, ...]) -> None:
        try:
            if self._file:
                self._file.writelines(f"{line}\n" for line in lines)
                self._file.flush()
        except OSError as error:
            self._file = None
            from reconciler.render.text import problems

            complain(
                problems.problem(Problem("stream-cut", f"the event stream ends early: {error.strerror}"), "warning")
            )

    def progress(self, event: str, address: str, detail: str) -> None:
        """What became of each change is told at the end, by one line each."""
        from reconciler.render.documents import events

        if line := events.progress(event, address, detail, now()):
            self.tell(line)


@contextlib.contextmanager
def stream(to_stdout: bool, into: Path | None, *kept: Path | None) -> Iterator[Stream]:
    """What goes wrong in here is part of the stream, too. kept: files that the stream may not take the place of.

    Raises UsageError when the file cannot be begun.
    """
    if not (to_stdout or into):
        yield Stream(to_stdout)
        return
    from reconciler.render.documents import events

    with contextlib.ExitStack() as stack:
        first = events.version(now())
        told = Stream(to_stdout, stack.enter_context(_begun(into, first, kept)) if into else None)
        if to_stdout:
            say(first)
        try:
            yield told
        except ReconcilerError as error:
            told.tell(*(events.diagnostic(problem, now()) for problem in error.problems))
            raise


@contextlib.contextmanager
def _begun(path: Path, first: str, kept: tuple[Path | None, ...]) -> Iterator[TextIO]:
    if os.path.realpath(path) in {os.path.realpath(each) for each in kept if each}:
        raise UsageError(Problem("cannot-write", f"{path} is the plan's own file"))
    try:
        file = open(path, "w", encoding="utf-8", opener=_for_its_owner)  # noqa: SIM115 - closed below
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _first(file, first, path)
        yield file
    finally:
        # What could not be written is not tried again.
        with contextlib.suppress(OSError):
            file.close()


def _first(file: TextIO, line: str, path: Path) -> None:
    try:
        file.write(line + "\n")
        file.flush()
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(Problem("cannot-write", f"{path}: {error.strerror}"))


def _for_its_owner(path: str, flags: int) -> int:
    """A pipe that nobody reads is refused, and not waited for; one that somebody reads is as good as a file."""
    file = os.open(path, flags | os.O_NONBLOCK, 0o600)
    os.set_blocking(file, True)
    return file
