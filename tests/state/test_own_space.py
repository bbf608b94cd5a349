"""What concerns one space reads that one: what became of another stops it only where that could change what is done."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY
from tests.stage.servers import terraform
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


READS = (
    ("plan", "--space", "acme"),
    ("pending", "--space", "acme"),
    ("log", "--space", "acme"),
    ("state", "show", SUPPORT),
    ("state", "history", SUPPORT),
    ("state", "history", "acme"),
)


def finish_acme(scene: Scene, cloud: Cloud) -> None:
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0


def test_a_question_about_one_space_reads_that_one(scene: Scene, cloud: Cloud) -> None:
    """The answer is the same whatever is wrong with another one."""
    finish_acme(scene, cloud)
    before = {words: scene.said(*words) for words in READS}
    assert {code for code, _, _ in before.values()} == {0}
    lose_globex(scene)
    assert {words: scene.said(*words) for words in READS} == before


def test_it_asks_the_server_for_no_other(scene: Scene, cloud: Cloud) -> None:
    """One request for each document: the list of spaces, whether the place is complete, the space itself, and one that
    no file declares, which may have had the same name."""
    finish_acme(scene, cloud)
    scene.project.declare_elsewhere("sales")
    assert scene.run(*APPLY, "--space", "other").code == 3
    scene.project.write("pulled.json", scene.run("state", "pull").out)
    (scene.root / "spaces/other.yaml").unlink()
    with terraform.serving() as (world, url):
        environ = {"RECONCILER_STATE": f"{url}/{{space}}", **terraform.environment(url)}
        assert scene.run("state", "push", "pulled.json", **environ).code == 0
        for words in READS:
            world.heard.clear()
            assert scene.run(*words, **environ).code == 0
            asked = Counter(path.rpartition("/")[2] for _, path, _ in world.heard)
            assert "cams-globex" not in asked, words
            assert asked["cams-other"] <= asked["cams-e2e"] <= (2 if words[0] == "log" or words[1] == "history" else 1)
            assert sum(asked.values()) <= 5, words


def test_what_is_to_be_done_is_told_by_all_of_them(scene: Scene) -> None:
    """A number may be recorded in another space, and messages are counted for the account."""
    lose_globex(scene)
    assert scene.run("plan", "--space", "acme").err.startswith(VANISHED)


def test_a_number_that_stands_in_another_space_is_found_there(scene: Scene, cloud: Cloud) -> None:
    """Declared in a space of its own, which holds nothing yet, beside one in which all is done."""
    finish_acme(scene, cloud)
    scene.project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-e2e\n")
    scene.project.declare_elsewhere("support")
    for words in (("--space", "other"), ("--space", "acme"), ("--space", "acme", "--space", "other")):
        alone = scene.said("plan", *words)
        assert "moves" in alone[1] + alone[2]
        assert alone[0] == (0 if len(words) > 2 else 1)


def test_a_space_that_changed_its_id_is_no_new_one(scene: Scene, cloud: Cloud) -> None:
    """The old one, which no file declares any more, is read along with the one that has its name now."""
    finish_acme(scene, cloud)
    scene.project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-typo\n")
    done = scene.run("plan", "--space", "acme")
    assert (done.code, "refused[space-id-changed] spaces/acme.yaml:2:11: acme is recorded as" in done.out) == (6, True)
