"""Scratch folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import Problem, ReconcilerError


@contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """A new folder where TMPDIR says, or in /tmp; removed at the end. Raises ReconcilerError where none can be made."""
    import tempfile  # slow import, rarely needed

    try:
        folder = tempfile.TemporaryDirectory(prefix=prefix)
    except OSError as error:
        raise ReconcilerError(Problem("no-scratch-folder", f"a scratch folder is needed: {error.strerror}")) from None
    with folder as name:
        yield Path(name)
