"""A database of PostgreSQL's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where
from tests.stage.servers.postgres import database, url

NAME = "postgres"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with database() as name:
        yield Where(url(name), scratch)
