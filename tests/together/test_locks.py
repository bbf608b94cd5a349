"""SQLite's locks as the kernel knows them: whoever has the file open holds them, at every moment of every verb."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.store.sqlite.journals import Sqlite
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, SUPPORT
from tests.together.locks import opened, unlocked
from tests.together.verbs import VERBS

ROOT = Path(__file__).parents[2]


def test_a_second_opening_drops_no_lock(tmp_path: Path) -> None:
    """Two stores of one process on one file: the second looks at it, is closed, and the first's locks are held."""
    path = tmp_path / "state.db"
    with closing(Sqlite(path)) as first:
        first.append("acme", 0, ["{}"])
        assert (path in opened(), unlocked()) == (True, [])
        with closing(Sqlite(path)) as second:
            assert second.spaces() == ["acme"]
            assert unlocked() == []
        assert (path in opened(), unlocked()) == (True, [])


def test_a_lost_lock_is_seen(tmp_path: Path) -> None:
    """This suite would notice: an opening and closing beside SQLite leaves the file open without a lock."""
    path = tmp_path / "state.db"
    with closing(Sqlite(path)) as store:
        store.append("acme", 0, ["{}"])
        path.open("rb").close()
        assert unlocked() == [path]


def test_a_file_that_only_its_log_makes_whole_is_whole(tmp_path: Path) -> None:
    """The disk was full while the log was copied into the file: its head tells of pages that only the log holds."""
    path, killed = tmp_path / "state.db", tmp_path / "killed" / "state.db"
    with closing(Sqlite(path)) as store:
        store.append("acme", 0, ["x" * 9000])
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        shutil.copytree(tmp_path, killed.parent)
    with killed.open("r+b") as file:
        file.truncate(killed.stat().st_size - 4096)
    with closing(Sqlite(killed)) as found:
        assert found.read("acme") == (None, ["x" * 9000])


@pytest.fixture
def begun(failing: Failing) -> Failing:
    failing.project.declare("support", "sales")
    failing.project.declare_elsewhere("desk")
    assert failing(*APPLY, "--space", "acme").code == 3
    return failing


def test_every_verb_holds_its_locks(begun: Failing, cloud: Cloud, tmp_path: Path) -> None:
    """At each failpoint of each verb: no file of SQLite's is open without its lock. Most have it open on the way."""
    code, looked = cloud.code(SUPPORT), 0
    for verb in (*VERBS, ("verify", "acme/phone_number/support")):
        watched = tmp_path / "watched"
        env = begun.project.env({"WATCHED": str(watched), "PYTHONPATH": str(ROOT)})
        command = [sys.executable, "-m", "tests.together.watched", *verb]
        subprocess.run(command, cwd=begun.project.here, env=env, input=f"{code}\n", text=True, capture_output=True)
        seen = [line.split(" ") for line in watched.read_text("utf-8").splitlines()]
        assert [words for words in seen if len(words) > 2] == [], verb
        looked += sum(int(words[1]) > 0 for words in seen)
    assert looked > 50
