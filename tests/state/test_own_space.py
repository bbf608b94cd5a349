"""An answer concerns its own space: what became of another one stops it only where a message is to go out."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.stage.cloud import Cloud
from tests.state.scene import SUPPORT, Scene

VANISHED = "error[state-vanished] cams-globex: "


def lose_globex(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.root / ".reconciler/state.db")) as db, db:
        db.execute("DELETE FROM entries WHERE space = 'cams-globex'")
        db.execute("DELETE FROM snapshots WHERE space = 'cams-globex'")


def test_an_answer_reads_its_own_space(scene: Scene, cloud: Cloud) -> None:
    """Whatever is wrong with another one: the code is taken, and the other one is missed by who reads all."""
    lose_globex(scene)
    assert scene.run("pending").err.startswith(VANISHED)
    done = scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234"))
    assert (done.code, done.out) == (0, f"{SUPPORT}: ready.\n")


def test_one_more_message_counts_those_of_all_spaces(scene: Scene, cloud: Cloud) -> None:
    """So it is refused, before anything is sent, where a space cannot tell what it sent."""
    lose_globex(scene)
    sent = len(cloud.messages())
    done = scene.run("verify", SUPPORT, "--resend")
    assert (done.code, done.err.startswith(VANISHED), len(cloud.messages())) == (1, True, sent)
