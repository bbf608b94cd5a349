"""PostgreSQL far away: every message takes its time to get there, and every answer to come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.distance import distant
from tests.stage.places import Where
from tests.stage.servers.postgres import database, server

THERE_AND_BACK = 0.05
"""Seconds."""


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with database() as name, distant(f"{server()}/.s.PGSQL.5432", THERE_AND_BACK) as line:
        yield Where(f"postgres://postgres@127.0.0.1:{line.port}/{name}?sslmode=disable&gssencmode=disable", scratch)
