"""The crash matrix over every backend but SQLite, which has a suite of its own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crash.full import Case, Worker, matrix
from tests.stage.places import places

__all__ = ["Worker", "cases"]


def cases(size: int) -> Iterator[Case]:
    return (case for backend in places() if backend != "sqlite" for case in matrix(backend, size))
