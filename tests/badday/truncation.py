"""A state of which only the beginning is left."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tests.stage.failing import Failing, codes

REFUSALS = {"state-foreign", "state-corrupt", "state-unreadable", "state-edited", "state-gap"}
PAGE = 4096


def one_file(state: Path) -> bytes:
    """Brings what stands in the write-ahead log into the file itself, and returns that file's bytes."""
    with contextlib.closing(sqlite3.connect(state)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return state.read_bytes()


def cuts(length: int, step: int) -> list[int]:
    """Every so many bytes, and around every border of a page."""
    borders = {edge + beside for edge in range(0, length + 1, PAGE) for beside in (-1, 0, 1)}
    return sorted({cut for cut in {*range(0, length, step), *borders} if 0 <= cut < length})


def truncated(failing: Failing, whole: bytes, cut: int) -> list[str]:
    """What is wrong with how it is met."""
    for beside in ("-wal", "-shm"):
        failing.state.with_name(failing.state.name + beside).unlink(missing_ok=True)
    failing.state.write_bytes(whole[:cut])
    done = failing("plan")
    if done.code != 1 or not set(codes(done.err)) <= REFUSALS:
        return [f"cut at {cut}: {done.code} {done.err or done.out}"]
    return [f"cut at {cut}: its bytes were changed"] if failing.state.read_bytes() != whole[:cut] else []
