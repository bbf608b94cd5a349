"""check, history and prune: all of it looked at, all of it told, and what is old forgotten without losing the rest."""

from __future__ import annotations

import contextlib
import re
import sqlite3

from tests.stage.cloud import Cloud
from tests.state.scene import SUPPORT, Scene

SOUND = "acme: sound, entry 8, 1 resource\nglobex: sound, entry 8, 1 resource\n"


def test_a_sound_state_is_said_to_be(scene: Scene) -> None:
    """A line for each space, exit 0; an empty place is sound as well."""
    assert scene.said("state", "check") == (0, SOUND, "")
    assert scene.said("state", "check", "--state", "sqlite:none.db") == (0, "Nothing is recorded.\n", "")


def test_what_is_open_is_told_and_is_not_wrong(scene: Scene, cloud: Cloud) -> None:
    """A run that was killed within its call: who held it, that it is gone, and the call whose answer is unknown."""
    at = "call.after:ChatappVerifyAndRegister 1 kill"
    assert scene.run("verify", SUPPORT, at=at, stdin=cloud.code("+8613800001234")).code == -9
    code, out, err = scene.said("state", "check")
    assert (code, out.splitlines()[0], err) == (
        0,
        (
            "acme: sound, entry 10, 1 resource; ChatappVerifyAndRegister of phone_number/support is unanswered; "
            "it is held by ann@tower since TIME (verify, run RUN), which is gone"
        ),
        "",
    )


def test_one_damaged_space_hides_no_other(scene: Scene) -> None:
    """The other one's line stands beside."""
    with contextlib.closing(sqlite3.connect(scene.run.state)) as db:
        db.execute("DELETE FROM entries WHERE space = 'cams-e2e' AND serial = 4")
        db.commit()
    assert scene.said("state", "check")[:2] == (1, "cams-e2e: damaged\nglobex: sound, entry 8, 1 resource\n")


def test_a_snapshot_that_tells_another_story_is_found(scene: Scene) -> None:
    """Commands trust a snapshot that is as it was written; only check folds the entries before it, too."""
    assert scene.run("state", "prune", "--keep-days", "0").code == 0
    scene.keep()
    with contextlib.closing(sqlite3.connect(scene.run.state)) as db:
        db.execute("UPDATE entries SET body = replace(body, 'tower', 'power') WHERE space = 'cams-e2e' AND serial = 9")
        db.commit()
    done = scene.run("state", "check")
    assert (done.code, done.out.splitlines()[0]) == (1, "cams-e2e: damaged")


def test_outcomes_that_wait_are_wrong(scene: Scene) -> None:
    """A file of kept outcomes is told, whatever the journals say."""
    scene.run.kept.write_text("{}\n")
    code, out, err = scene.said("state", "check")
    assert (code, out, err.startswith("error[emergency-unreadable]")) == (1, SOUND, True)
    scene.run.kept.unlink()


def test_history_is_the_log_of_one_resource(scene: Scene) -> None:
    """The same lines, in the same order; of one number, of one space, of all; also under an earlier address."""
    log = scene.said("log")[1].splitlines(keepends=True)
    mine = [line for line in log if f" {SUPPORT} " in line]
    assert scene.said("state", "history", SUPPORT) == (0, "".join(mine), "")
    assert scene.said("state", "history")[1] == "".join(log)
    assert scene.said("state", "history", "acme")[1] == scene.said("log", "--space", "acme")[1]
    assert scene.run("state", "mv", SUPPORT, "acme/phone_number/help").code == 0
    renamed = "TIME UTC  ann@tower  acme/phone_number/help declared (code_requested)\n"
    for address in (SUPPORT, "acme/phone_number/help"):
        assert scene.said("state", "history", address) == (0, "".join(mine) + renamed, "")
    assert scene.said("state", "history", "acme/phone_number/none")[0] == 64
    assert scene.said("state", "history", "none")[0] == 64


def test_old_entries_are_pruned(scene: Scene, cloud: Cloud) -> None:
    """What is recorded stays; log, history and check go on with what is left, masked; the code still works."""
    before = scene.records()
    code, out, err = scene.said("state", "prune", "--keep-days", "0")
    assert (code, re.sub("[0-9]+ bytes", "N bytes", out), err) == (
        0,
        (
            "Backup: .reconciler/backup-16.json\n"
            "acme: 8 entries pruned (N bytes), 1 left.\n"
            "globex: 8 entries pruned (N bytes), 1 left.\n"
        ),
        "",
    )
    assert scene.records() == before
    assert scene.said("state", "check")[1] == (
        "acme: sound, entry 10, 1 resource; entries before 9 pruned\n"
        "globex: sound, entry 10, 1 resource; entries before 9 pruned\n"
    )
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0
    told = scene.said("state", "history", SUPPORT)[1].splitlines()
    assert told[0] == f"TIME UTC  ann@tower  {SUPPORT} calls ChatappVerifyAndRegister PhoneNumber=****1234"
    assert scene.run("log", "--json").code == 0
    assert len(cloud.messages()) == 2


def test_the_last_days_are_kept(scene: Scene) -> None:
    """Nothing is that old yet: nothing is written, not even a lease."""
    before = scene.pull("b.json")
    assert scene.said("state", "prune") == (0, "No entry is older than 30 days.\n", "")
    assert scene.pull("c.json") == before


def test_pruning_is_killed_and_repeated(scene: Scene) -> None:
    """The snapshot comes first: wherever it is killed, what is recorded is the same."""
    before = scene.records()
    for at in ("prune.told 1", "prune.told 2", "prune.pruned 1", "backup.written 1"):
        scene.begin_anew()
        assert scene.run("state", "prune", "--keep-days", "0", at=f"{at} kill").code == -9
        assert scene.records() == before
        assert scene.run("state", "prune", "--keep-days", "0").code == 0
        assert (scene.records(), scene.run("state", "check").code) == (before, 0)
