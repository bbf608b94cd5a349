"""Where the event stream goes: stdout with --json, a file with --json-into, both, or nowhere.

The file is created first, so that a file that cannot be written is an error before the run. A later write error is
reported once, and the run continues.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from reconciler.errors import Problem, ReconcilerError, UsageError
from reconciler.runs.files.write import writable
from reconciler.runs.start import Say
from reconciler.runs.workspace import now


class Stream:
    """The event stream. Called by many threads. out: where it goes instead of text; None if text is printed."""

    def __init__(self, out: Say | None, notify: Say, file: TextIO | None = None) -> None:
        self._out, self._notify = out, notify
        self._file = file
        self._lock = threading.Lock()

    @property
    def to_stdout(self) -> bool:
        """Whether it replaces the text."""
        return self._out is not None

    @property
    def listens(self) -> bool:
        """Whether events go anywhere."""
        return self._out is not None or self._file is not None

    def tell(self, *lines: str) -> None:
        """Writes events, one a line."""
        if self._out and lines:
            self._out("\n".join(lines))
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

            cut = Problem("stream-cut", f"the event stream ends early: {error.strerror}")
            self._notify(problems.problem(cut, "warning"))

    def progress(self, event: str, address: str, detail: str) -> None:
        """Progress events; the outcomes follow at the end."""
        from reconciler.render.documents import events

        if line := events.progress(event, address, detail, now()):
            self.tell(line)


@contextlib.contextmanager
def stream(command: str, out: Say | None, notify: Say, into: Path | None, *kept: Path | None) -> Iterator[Stream]:
    """The event stream during a command, including its error.

    command: its name.
    kept: files that it may not overwrite.

    Raises UsageError if the file cannot be created.
    """
    if not (out or into):
        yield Stream(out, notify)
        return
    from reconciler.render.documents import events

    with contextlib.ExitStack() as stack:
        first = events.version(now(), command)
        told = Stream(out, notify, stack.enter_context(_begun(into, first, kept)) if into else None)
        if out:
            out(first)
        try:
            yield told
        except ReconcilerError as error:
            told.tell(*(events.diagnostic(problem, now(), "warning") for problem in error.warnings))
            told.tell(*(events.diagnostic(problem, now()) for problem in error.problems))
            raise


@contextlib.contextmanager
def _begun(path: Path, first: str, kept: tuple[Path | None, ...]) -> Iterator[TextIO]:
    if os.path.realpath(path) in {os.path.realpath(each) for each in kept if each}:
        raise UsageError(Problem("cannot-write", f"{path} is the plan's own file"))
    with writable(path):
        file = open(path, "w", encoding="utf-8", opener=_for_its_owner)  # noqa: SIM115 - closed below
    try:
        with writable(path):
            file.write(first + "\n")
            file.flush()
        yield file
    finally:
        # Do not write again what could not be written.
        with contextlib.suppress(OSError):
            file.close()


def _for_its_owner(path: str, flags: int) -> int:
    """A pipe without a reader is refused, not waited for; one with a reader serves as a file."""
    file = os.open(path, flags | os.O_NONBLOCK, 0o600)
    os.set_blocking(file, True)
    return file
