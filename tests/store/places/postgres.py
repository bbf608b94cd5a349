"""A database of PostgreSQL's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.store.places import Where
from tests.store.postgres_server import database, url

NAME = "postgres"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with database() as name:
        yield Where(url(name), scratch)
