"""A file of SQLite's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where

NAME = "sqlite"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    yield Where(f"sqlite:{scratch}/state/state.db", scratch)
