"""RECONCILER_LOG=debug or `--debug`: where a line for each request to the cloud is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from reconciler.cli.terminal import complain
from reconciler.runs.start import Say


def log_of(environ: Mapping[str, str], closing: ExitStack) -> Say | None:
    """To stderr, or to the end of RECONCILER_LOG_PATH. Raises UsageError where that cannot be written."""
    if environ.get("RECONCILER_LOG", "").lower() not in ("debug", "trace"):
        return None
    path = environ.get("RECONCILER_LOG_PATH", "")
    return _file(path, closing) if path else complain


def _file(path: str, closing: ExitStack) -> Say:
    from reconciler.errors import Problem, UsageError

    try:
        number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        what = f"RECONCILER_LOG_PATH cannot be written: {error.strerror}"
        raise UsageError(Problem("cannot-write", what, found=path)) from None
    closing.callback(os.close, number)

    def say(line: str) -> None:
        """One write for each: several threads come here at once. A full disk stops nothing: this is no record, and the
        answer that the line is about has still to be written down."""
        with suppress(OSError):
            os.write(number, f"{line}\n".encode(errors="backslashreplace"))

    return say
