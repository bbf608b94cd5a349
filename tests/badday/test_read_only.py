"""Where nothing may be written everything can be read: each verb that reads says the same, and leaves no trace."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, SUPPORT, Done, Project
from tests.stage.repository import Repository

ADDRESS = "acme/phone_number/support"
VERBS = (
    "validate",
    "plan",
    "pending",
    "pending --json",
    "check",
    "output",
    "log",
    "spaces",
    "ram-policy apply",
    "state list",
    f"state show {ADDRESS}",
    "state history",
    "state check",
    "state pull",
    "state snapshot",
)
FEW = ("plan", "pending --json", "log", "state check", "state pull")
# Root, too, is held to what permissions say.
OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


@contextmanager
def closed(root: Path) -> Iterator[None]:
    """Nothing below root can be written meanwhile."""
    before = {path: path.stat().st_mode for path in (root, *root.rglob("*"))}
    for path, mode in before.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in before.items():
            path.chmod(mode)


def content(root: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def read(project: Project, verb: str, **env: str) -> Done:
    return project.run(*verb.split(), before=OBEYING, **env)


def timeless(done: Done) -> tuple[str, str]:
    """What it said, but when."""
    return re.sub(r"20[0-9-]{8}T[0-9:.]+Z|[0-9a-f]{64}", "…", done.out), done.err


def logged(state: Path) -> None:
    """What a process that was killed leaves: entries that are only in the log, and its index."""
    with closing(sqlite3.connect(state, isolation_level=None)) as db:
        db.execute("CREATE TABLE later (a)")
        left = {name: state.with_name(state.name + name).read_bytes() for name in ("", "-wal", "-shm")}
    for name, body in left.items():
        state.with_name(state.name + name).write_bytes(body)


def without_index(state: Path) -> None:
    """As somebody's backup may be."""
    logged(state)
    state.with_name(f"{state.name}-shm").unlink()


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Another process has it open, and has written what is only in the log yet."""
    with closing(sqlite3.connect(state, isolation_level=None)) as db:
        db.execute("CREATE TABLE later (a)")
        yield


def nothing(state: Path) -> None:
    """Closed by its last writer: one file."""


LEFT = {"closed": nothing, "killed": logged, "log alone": without_index}


@pytest.mark.parametrize("situation", [*LEFT, "held", "dir"])
def test_reading_needs_no_right_to_write(failing: Failing, project: Project, cloud: Cloud, situation: str) -> None:
    """The same answer as where everything may be written, whatever a writer left or is doing; no file is touched."""
    project.declare("support", "sales")
    Repository(project.root)
    env = {"RECONCILER_STATE": "dir:journals"} if situation == "dir" else {}
    assert failing(*APPLY, **env).code == 3
    state = project.root / ".reconciler/state.db"
    verbs = VERBS if situation == "closed" else FEW
    LEFT.get(situation, nothing)(state)
    with held(state) if situation == "held" else nullcontext():
        before = content(project.root)
        with closed(project.root):
            found = {verb: read(project, verb, **env) for verb in verbs}
        assert content(project.root) == before
    assert {verb: done.code for verb, done in found.items()} == dict.fromkeys(verbs, 0)
    assert {verb: timeless(done) for verb, done in found.items()} == {
        verb: timeless(failing(*verb.split(), **env)) for verb in verbs
    }
    assert SUPPORT[-4:] in found["pending --json"].out
