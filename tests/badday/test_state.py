"""State that cannot be trusted: refused by name, not a byte of it changed, nothing called; never taken for empty."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.journal.state import canonical, digest
from reconciler.store.safety.emergency import Emergency, Kept
from tests.badday.truncation import cuts, one_file, truncated
from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing, codes
from tests.stage.project import APPLY, Project

Damage = Callable[[Path], None]


@pytest.fixture
def recorded(failing: Failing, project: Project, cloud: Cloud) -> Path:
    """The state of one number that waits for its code, all in one file."""
    project.declare("support")
    assert failing(*APPLY).code == 3
    one_file(failing.state)
    return failing.state


def sql(*statements: str) -> Damage:
    def damage(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()

    return damage


def entry(serial: int, change: Callable[[dict[str, Any]], None]) -> Damage:
    """One entry written anew, as somebody with an editor would."""

    def damage(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as db:
            (newest,) = db.execute("SELECT max(serial) FROM entries").fetchone()
            at = serial if serial > 0 else newest + 1 + serial
            (body,) = db.execute("SELECT body FROM entries WHERE serial = ?", (at,)).fetchone()
            row = json.loads(body)
            change(row)
            db.execute("UPDATE entries SET body = ? WHERE serial = ?", (canonical(row), at))
            db.commit()

    return damage


def forged(path: Path) -> None:
    """Somebody who knows the hashes made one entry a newer format's, and everything after it fit."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        previous = ""
        for serial, body in db.execute("SELECT serial, body FROM entries ORDER BY serial").fetchall():
            row = json.loads(body) | {"previous": previous} | ({"format": 2} if serial == 1 else {})
            previous = digest(canonical(row))
            db.execute("UPDATE entries SET body = ? WHERE serial = ?", (canonical(row), serial))
        db.commit()


def cleared(path: Path) -> None:
    path.write_bytes(b"")


def elsewhere(path: Path) -> None:
    """Another program's database, in the place of ours."""
    path.unlink()
    sql("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)")(path)


ANOTHERS = "another space's journal"
DAMAGES: dict[str, tuple[Damage, str]] = {
    "empty": (cleared, "state-foreign"),
    "not SQLite": (lambda path: void(path.write_bytes(b"# My notes\n" * 500)), "state-foreign"),
    "another program's SQLite": (elsewhere, "state-foreign"),
    "newer layout": (sql("PRAGMA user_version = 2"), "state-newer"),
    "newer format": (forged, "state-newer"),
    "newer kind of entry": (entry(-1, lambda row: row.update(type="merged")), "state-newer"),
    ANOTHERS: (sql("UPDATE entries SET space = 'cams-stranger'"), "state-foreign"),
    "an entry edited": (entry(4, lambda row: row.update(at="2020-01-01T00:00:00.000Z")), "state-edited"),
    "an entry missing": (sql("DELETE FROM entries WHERE serial = 4"), "state-gap"),
    "the first entry missing": (sql("DELETE FROM entries WHERE serial = 1"), "state-gap"),
    "entries reordered": (
        sql(
            "UPDATE entries SET serial = -4 WHERE serial = 4",
            "UPDATE entries SET serial = 4 WHERE serial = 5",
            "UPDATE entries SET serial = 5 WHERE serial = -4",
        ),
        "state-gap",
    ),
    "entries swapped": (
        sql(
            "UPDATE entries AS e SET body = (SELECT body FROM entries AS o WHERE o.serial = 9 - e.serial) "
            "WHERE serial IN (4, 5)"
        ),
        "state-gap",
    ),
    "the last entry edited": (entry(-1, lambda row: row["results"].update(paused=2)), "state-edited"),
    "the last entry missing": (
        sql("DELETE FROM entries WHERE serial = (SELECT max(serial) FROM entries)"),
        "state-rolled-back",
    ),
    "no entry left": (sql("DELETE FROM entries"), "state-vanished"),
    "an entry that is no text": (sql("UPDATE entries SET body = x'ff00' WHERE serial = 4"), "state-unreadable"),
    "an entry that is not JSON": (sql("UPDATE entries SET body = 'nothing' WHERE serial = 4"), "state-unreadable"),
    "vanished": (lambda path: path.unlink(), "state-vanished"),
}


def void(result: object) -> None:
    """A result that nobody wants."""


def everything(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_refused_by_name(failing: Failing, recorded: Path, cloud: Cloud, name: str) -> None:
    """Every command that reads or writes the state names the damage, and touches neither it nor the cloud.

    `state check` names it once.
    """
    damage, code = DAMAGES[name]
    damage(recorded)
    bytes_before, calls_before = everything(recorded), cloud.calls()
    for command in (APPLY, ("plan",), ("pending",), ("verify", "acme/phone_number/support", "--resend")):
        done = failing(*command)
        assert (command, done.code, done.out, set(codes(done.err))) == (command, 1, "", {code})
    checked, missed = failing("state", "check"), ["state-vanished"] * (name == ANOTHERS)
    assert (checked.code, codes(checked.err)) == (1, [code, *missed])
    assert (everything(recorded), cloud.calls()) == (bytes_before, calls_before)


@pytest.mark.parametrize("each", [2048, heavy(64)])
def test_truncated_anywhere_is_refused(failing: Failing, recorded: Path, cloud: Cloud, each: int) -> None:
    """Cut at each so many bytes and around every border of a page: refused by name, and not a byte is changed."""
    whole, calls = recorded.read_bytes(), cloud.calls()
    wrong = [text for cut in cuts(len(whole), each) for text in truncated(failing, whole, cut)]
    assert wrong == []
    assert cloud.calls() == calls


def test_an_older_copy_is_found_out_and_accepted_on_purpose(
    failing: Failing, project: Project, recorded: Path, cloud: Cloud
) -> None:
    """Restored from a backup it is refused until `state accept` says that this is meant; then the work goes on."""
    backup = project.scratch / "backup.db"
    shutil.copy(recorded, backup)
    assert failing("verify", "acme/phone_number/support", stdin=cloud.code("+8613800001234")).code == 0
    for beside in ("", "-wal", "-shm"):
        recorded.with_name(recorded.name + beside).unlink(missing_ok=True)
    shutil.copy(backup, recorded)
    before = cloud.calls()
    refused = failing(*APPLY)
    assert (refused.code, codes(refused.err), cloud.calls()) == (1, ["state-rolled-back"], before)
    accepted = failing("state", "accept")
    assert (accepted.code, accepted.out) == (0, "Accepted: acme at entry 8.\n")
    assert failing(*APPLY).code == 0
    assert len(cloud.messages()) == 1


def test_a_state_removed_on_purpose_is_accepted_as_well(failing: Failing, recorded: Path) -> None:
    """Accepting that there is nothing: the next plan begins from nothing. Until then there is none."""
    recorded.unlink()
    assert failing("plan").code == 1
    accepted = failing("state", "accept")
    assert (accepted.code, accepted.out) == (0, "Accepted: nothing recorded.\n")
    assert "# acme/phone_number/support will be created\n" in failing("plan").out


def test_accepting_sets_aside_what_belongs_to_no_state(failing: Failing, recorded: Path, cloud: Cloud) -> None:
    """An outcome kept for a state that is gone blocks nobody for ever: recover names the way out, accept takes it."""
    outcome = {"type": "outcome", "operation": "GetChatappVerifyCode", "result": "not_sent"}
    Emergency(failing.kept).keep(Kept("cams-e2e", "phone_number/support", "GetChatappVerifyCode", "", outcome))
    recorded.unlink()
    (recorded.parent / "seen.json").unlink()
    recover = failing("state", "recover")
    assert (recover.code, codes(recover.err)) == (1, ["emergency-elsewhere"])
    assert failing("state", "accept").out == (
        "Set aside: an outcome of GetChatappVerifyCode for phone_number/support, of which nothing is recorded.\n"
        "Accepted: nothing recorded.\n"
    )
    assert failing("plan").code == 0
