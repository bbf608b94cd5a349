"""migrate: all of it goes to another place, once, and the old one is closed for good."""

from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import x25519

from reconciler.errors import StateError
from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.encryption import RECIPIENTS
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety.emergency import Emergency
from tests.stage.cloud import Cloud
from tests.state.scene import SUPPORT, TARGET, Scene, records

MIGRATE = ("state", "migrate", "--to", TARGET)
NEW, NOW = ("--state", TARGET), "2026-11-21T10:00:00.000Z"
CLOSED = "This place is closed. From now on name the other one, with --state or RECONCILER_STATE: sqlite:team.db\n"
MOVED_HINT = (
    "  hint: Name that place with --state or RECONCILER_STATE; "
    "if it was not finished, run `state migrate` here again, with the same --to.\n"
)
ACME_GONE, GLOBEX_GONE = (
    f"error[state-moved] {name}: its journal continues in sqlite:team.db\n{MOVED_HINT}" for name in ("acme", "globex")
)
GONE = ACME_GONE + GLOBEX_GONE


def test_all_of_it_goes_on_there(scene: Scene, cloud: Cloud) -> None:
    """The same records and the same history; the number is made ready there with the code sent before."""
    before, log = scene.records(), scene.said("log")[1]
    assert scene.said(*MIGRATE) == (
        0,
        "Backup: .reconciler/backup-16.json\n"
        "acme: entry 9 is there, and all before it reads as it does here.\n"
        "globex: entry 9 is there, and all before it reads as it does here.\n" + CLOSED,
        "",
    )
    assert scene.records(*NEW) == before
    assert log.splitlines() == [
        line
        for line in scene.said("log", *NEW)[1].splitlines()
        if not line.endswith(("migrate begins (run RUN)", "run ends: nothing"))
    ]
    assert scene.run("verify", SUPPORT, *NEW, stdin=cloud.code("+8613800001234")).code == 0
    assert len(cloud.messages()) == 2


def test_the_old_place_names_the_new_one(scene: Scene, cloud: Cloud) -> None:
    """Every command that would work there refuses, exit 1, and names what it read; check reads it, and push brings its
    backup elsewhere."""
    assert scene.run(*MIGRATE).code == 0
    calls = cloud.calls()
    for argv in (("plan",), ("apply", "--auto-approve"), ("state", "list"), ("log",), ("pending",)):
        assert scene.said(*argv) == (1, "", GONE), argv
    assert scene.said("verify", SUPPORT) == (1, "", ACME_GONE)
    assert cloud.calls() == calls
    assert scene.said("state", "check") == (
        0,
        (
            "acme: sound, entry 10, 1 resource; closed: it continues in sqlite:team.db\n"
            "globex: sound, entry 10, 1 resource; closed: it continues in sqlite:team.db\n"
        ),
        "",
    )
    backup = scene.root / ".reconciler/backup-16.json"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert scene.run("state", "push", str(backup), "--state", "sqlite:third.db").code == 0
    assert scene.records("--state", "sqlite:third.db") == scene.records(*NEW)


def test_migrating_once_more_changes_nothing(scene: Scene, cloud: Cloud) -> None:
    """Also when the new place has gone on since. To any other place it is refused."""
    assert scene.run(*MIGRATE).code == 0
    assert scene.run("verify", SUPPORT, *NEW, stdin=cloud.code("+8613800001234")).code == 0
    before = scene.pull("b.json", *NEW)
    assert scene.said(*MIGRATE) == (0, CLOSED, "")
    assert scene.pull("c.json", *NEW) == before
    elsewhere = ("state", "migrate", "--to", "sqlite:third.db")
    code, out, err = scene.said(*elsewhere)
    assert (code, out, err in GONE, (scene.root / "third.db").exists()) == (1, "", True, False)


def test_what_was_killed_may_go_on_here_first(scene: Scene, cloud: Cloud) -> None:
    """Until it is closed the old place is the one that works; the rest is copied when migrate is run again."""
    assert scene.run(*MIGRATE, at="transfer.copied 2 kill").code == -9
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0
    before = scene.records()
    assert scene.run(*MIGRATE).code == 0
    assert scene.records(*NEW) == before
    assert len(cloud.messages()) == 2


def test_a_place_that_holds_something_else_is_refused(scene: Scene, cloud: Cloud) -> None:
    """Another journal of one of the spaces there: nothing is written there, and nothing is closed here."""
    cloud.begin()
    assert scene.run("apply", "--auto-approve", "--no-input", *NEW).code == 3
    before = scene.pull("b.json", *NEW)
    code, out, err = scene.said(*MIGRATE)
    assert (code, out, err.count("error[state-differs] ")) == (1, "", 2)
    assert scene.pull("c.json", *NEW) == before
    assert scene.run("state", "list").code == 0


def test_the_same_place_under_another_name_is_refused(scene: Scene) -> None:
    """A path that leads back is found out by the entry that was just written: 64, and nothing is closed."""
    (scene.root / "also").symlink_to(".reconciler")
    for path in (".reconciler/state.db", "also/state.db"):
        assert scene.said("state", "migrate", "--to", f"sqlite:{path}") == (
            64,
            "",
            (
                f"error[same-place] sqlite:{path} is where the journals are already\n"
                "  hint: Name another place with --to.\n"
            ),
        )
    assert scene.run("state", "list").code == 0


def test_two_places_can_become_one(scene: Scene) -> None:
    """Spaces that are not there yet join those that are."""
    scene.pull("b.json")
    scene.project.write(
        "spaces/globex.yaml",
        "space: third\nspace_id: cams-third\nphone_numbers: {}\ncontacts:\n"
        "  amy: {email: amy@example.com, title: CEO, message_types: [FaultMessage]}\n",
    )
    assert scene.run("apply", "--auto-approve", "--no-input", "--space", "third", *NEW).code == 3
    assert scene.run(*MIGRATE).code == 0
    assert list(scene.records(*NEW)) == ["acme", "globex", "third"]


def test_nothing_recorded_goes_nowhere(scene: Scene) -> None:
    """An empty place stays as it is."""
    assert scene.said("state", "migrate", "--to", TARGET, "--state", "sqlite:none.db") == (
        0,
        "Nothing is recorded here.\n",
        "",
    )
    assert not (scene.root / "team.db").exists()


def test_outcomes_that_wait_come_home_first(scene: Scene) -> None:
    """What the journal does not know would be left behind."""
    scene.run.kept.write_text("{}\n")
    assert scene.run(*MIGRATE).code == 1
    scene.run.kept.unlink()
    assert scene.run(*MIGRATE).code == 0


def test_keys_are_changed_by_migrating(scene: Scene, tmp_path: Path) -> None:
    """From readable to encrypted for one, and from that one to another: no key of the past opens what is there then."""
    ann, bob = (x25519.Identity.generate() for _ in range(2))
    for name, key in (("ann", ann), ("bob", bob)):
        (tmp_path / f"{name}.txt").write_text(f"{key.to_public()}\n")
        (tmp_path / f"{name}.key").write_text(f"{key}\n")
    before = scene.records()
    keys = {name: ("--to-recipients", f"{tmp_path}/{name}.txt") for name in ("ann", "bob")}
    first = (*keys["ann"], "--to-identity", f"{tmp_path}/ann.key")
    assert scene.run("state", "migrate", "--to", "sqlite:ann.db", *first).out.endswith(
        "What is left here, and backups made so far, are not encrypted: remove them once you are sure.\n"
    )
    env = {"RECONCILER_AGE_RECIPIENTS": str(ann.to_public()), "RECONCILER_AGE_IDENTITY": f"{tmp_path}/ann.key"}
    second = (*keys["bob"], "--to-identity", f"{tmp_path}/bob.key", "--state", "sqlite:ann.db")
    migrated = scene.run("state", "migrate", "--to", "sqlite:bob.db", *second, **env)
    assert migrated.code == 0, migrated.err
    there = ("state", "pull", "--state", "sqlite:bob.db")
    assert scene.run(*there, **env).code == 1
    env_of_bob = {"RECONCILER_AGE_RECIPIENTS": str(bob.to_public()), "RECONCILER_AGE_IDENTITY": f"{tmp_path}/bob.key"}
    pulled = scene.run(*there, **env_of_bob)
    assert pulled.out.startswith(f"reconciler-age/1 for {bob.to_public()}\n")
    scene.project.write("pulled.age", pulled.out)
    scene.project.write("bob.key", f"{bob}\n")
    pushed = ("state", "push", "pulled.age", "--state", "sqlite:plain.db")
    assert scene.run(*pushed, RECONCILER_AGE_RECIPIENTS=env_of_bob["RECONCILER_AGE_RECIPIENTS"]).code == 1
    opened = scene.run(*there, RECONCILER_AGE_IDENTITY="bob.key")
    assert records(opened) == before
    backup = migrated.out.splitlines()[0].removeprefix("Backup: ")
    assert b"+8613800001234" not in (scene.root / backup).read_bytes()
    assert scene.run("state", "push", backup, "--state", "sqlite:again.db", **env).code == 0


UNREAD = "so what is written could not be read again here"
UNFIT: dict[str, tuple[tuple[str, str], str]] = {
    "a key on the command line": (
        ("--to-identity", "SECRET"),
        "error[key-unusable] --to-identity takes a file, and no key itself",
    ),
    "no such file": (
        ("--to-recipients", "none.txt"),
        "error[key-unusable] --to-recipients is neither a key nor a file that can be read",
    ),
    "nobody's key": (
        ("--to-recipients", "ann.txt"),
        f"error[no-recipient] no key of RECONCILER_AGE_IDENTITY belongs to a recipient, {UNREAD}",
    ),
    "nobody to read it": (
        ("--to-identity", "ann.key"),
        f"error[no-recipient] --to-identity is given, and {RECIPIENTS} is not: nothing is written unencrypted",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_keys_that_do_not_fit_are_found_first(scene: Scene, name: str) -> None:
    """Before a lease and a backup: nothing is written, the option is named, and a secret is not shown."""
    ann = x25519.Identity.generate()
    scene.project.write("ann.txt", f"{ann.to_public()}\n")
    scene.project.write("ann.key", f"{ann}\n")
    before = scene.pull("b.json")
    argv, what = UNFIT[name]
    code, out, err = scene.said(*MIGRATE, *(str(ann) if word == "SECRET" else word for word in argv))
    assert (code, out, err.splitlines()[0], str(ann) in err) == (1, "", what, False)
    assert (scene.pull("c.json"), list((scene.root / ".reconciler").glob("backup*"))) == (before, [])


def test_keys_of_the_projects_folder_are_found_from_anywhere(scene: Scene) -> None:
    """`-C DIR` counts for them as for all other files."""
    ann = x25519.Identity.generate()
    scene.project.write("ann.txt", f"{ann.to_public()}\n")
    scene.project.write("ann.key", f"{ann}\n")
    argv = ("state", "migrate", "--to", TARGET, "--to-recipients", "ann.txt", "--to-identity", "ann.key")
    before = scene.records()
    scene.project.write("far/away", "")
    done = scene.run.forks.run(scene.root / "far", scene.project.env({}), ("-C", "..", *argv), "", "")
    assert (done.code, done.err) == (0, "")
    assert records(scene.run("state", "pull", *NEW, RECONCILER_AGE_IDENTITY="ann.key")) == before


def test_a_space_that_begins_meanwhile_goes_along(scene: Scene) -> None:
    """A run that was let in before all was closed, and begins a journal after: it is taken along, or it is refused."""
    assert scene.run(*MIGRATE, at="migrate.closed 2 kill").code == -9
    with closing(open_backend("sqlite:.reconciler/state.db", scene.root)) as backend:
        begun(backend, scene, "cams-third")
        assert scene.run(*MIGRATE).code == 0
        assert list(scene.records(*NEW)) == ["acme", "globex", "third"]
        with pytest.raises(StateError, match=r"is closed: all of it continues in sqlite:team\.db"):
            begun(backend, scene, "cams-fourth")
    assert list(scene.records(*NEW)) == ["acme", "globex", "third"]


def begun(backend: Backend, scene: Scene, space_id: str) -> None:
    journal = Journal(backend, space_id, lambda: NOW, Emergency(scene.run.kept))
    journal.open_run(Holder("amy", "desk", 1, "", "").run("apply", NOW, 60.0), space_id[5:], "loopback")
    journal.close_run({})
