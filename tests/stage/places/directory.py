"""A directory of files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where

NAME = "dir"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    yield Where(f"dir:{scratch}/state/journals", scratch)
