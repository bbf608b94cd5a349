"""A file of SQLite's in which everything is encrypted for two recipients, one of whom reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyrage import x25519

from reconciler.store.encryption import IDENTITY, RECIPIENTS
from tests.stage.places import Where

NAME = "encrypted"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    mine, other = x25519.Identity.generate(), x25519.Identity.generate()
    environ = {RECIPIENTS: f"{mine.to_public()},{other.to_public()}", IDENTITY: str(mine)}
    yield Where(f"sqlite:{scratch}/state/state.db", scratch, environ)
