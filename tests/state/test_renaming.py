"""mv and rm: what is recorded gets another address, another space, or is let go; nothing is ever called."""

from __future__ import annotations

import json
import re
from contextlib import closing

from reconciler.core.plan.rename_and_move import renamed
from reconciler.store import open_backend
from reconciler.store.journal import Journal
from reconciler.store.lease import Holder
from reconciler.store.safety.emergency import Emergency
from tests.stage.cloud import Cloud
from tests.stage.project import finished
from tests.state.scene import SUPPORT, TOM, Scene

HELP = "acme/phone_number/help"


def refused(scene: Scene, *argv: str) -> tuple[int, str, str]:
    """Exit code, output, and the first line of what was complained; and that nothing was written."""
    before = scene.pull("before.json")
    code, out, err = scene.said("state", *argv)
    assert scene.pull("after.json") == before
    return code, out, err.partition("\n")[0]


def test_an_address_is_renamed(scene: Scene, cloud: Cloud) -> None:
    """All else stays as it was; with the block renamed as well nothing moves back, and the code works."""
    before, calls = scene.records()["acme"], len(cloud.calls())
    assert scene.said("state", "mv", SUPPORT, HELP) == (
        0,
        (
            "Backup: .reconciler/backup-16.json\n"
            f"{SUPPORT} is {HELP} now. Nothing was called; say so in the space file, too.\n"
        ),
        "",
    )
    (was,), (now,) = before.values(), scene.records()["acme"].values()
    changed = {name for name in was if was[name] != now[name]}
    assert (now["address"], changed - {"version", "base", "changed_at"}) == ("phone_number/help", {"address", "plan"})
    assert len(cloud.calls()) == calls
    path = scene.root / "spaces/acme.yaml"
    path.write_text(path.read_text().replace("  support:", "  help:"))
    assert " moved " not in scene.run("plan", "--space", "acme").out
    assert scene.run("verify", HELP, stdin=cloud.code("+8613800001234")).code == 0
    assert scene.run("plan", "--space", "acme", "--detailed-exitcode").code == 0


def test_a_contact_goes_to_another_space(scene: Scene, cloud: Cloud) -> None:
    """With all that is open about it, out of the one journal and into the other."""
    (tom,) = scene.records()["globex"].values()
    assert scene.said("state", "mv", TOM, "acme/contact/thomas") == (
        0,
        (
            "Backup: .reconciler/backup-16.json\n"
            f"{TOM} is acme/contact/thomas now. Nothing was called; say so in the space file, too.\n"
        ),
        "",
    )
    records = scene.records()
    moved = records["acme"]["contact/tom"]
    assert (records["globex"], moved["address"], moved["phase"]) == ({}, "contact/thomas", "links_sent")
    assert moved["facts"] == {**tom["facts"], "moved_from": "cams-globex", "moves": 1}
    assert len(cloud.messages()) == 2


def test_a_number_does_not_change_its_space(scene: Scene) -> None:
    """It migrates: the hint leads to the space files."""
    code, out, err = scene.said("state", "mv", SUPPORT, "globex/phone_number/support")
    assert (code, out, err) == (
        1,
        "",
        (
            f"error[number-migrates] {SUPPORT}: a number changes its space by migration only\n"
            "  hint: Move its block to the file of globex: the plan shows the calls and messages of the migration.\n"
        ),
    )


def test_what_does_not_fit_is_refused(scene: Scene) -> None:
    """Taken, malformed, of another type, in a space that is not recorded, not recorded itself: nothing is written."""
    assert refused(scene, "mv", SUPPORT, SUPPORT) == (
        64,
        "",
        f"error[address-taken] {SUPPORT} has this address already",
    )
    assert refused(scene, "mv", SUPPORT, "help") == (64, "", "error[address-unfit] this is no address")
    assert refused(scene, "mv", SUPPORT, "acme/contact/help") == (
        1,
        "",
        f"error[address-unfit] {SUPPORT} keeps its type, phone number",
    )
    assert refused(scene, "mv", SUPPORT, "none/phone_number/help") == (
        64,
        "",
        "error[unknown-space] no space of this name is declared or recorded",
    )
    assert refused(scene, "mv", HELP, SUPPORT) == (64, "", "error[unknown-address] nothing is recorded at this address")
    assert refused(scene, "rm", HELP, "--auto-approve")[0] == 64


def test_an_address_that_is_taken_is_refused(scene: Scene) -> None:
    """Two records never share an address by our doing."""
    scene.project.declare("support", "sales")
    assert scene.run("apply", "--auto-approve", "--no-input").code == 3
    assert refused(scene, "mv", SUPPORT, "acme/phone_number/sales") == (
        1,
        "",
        "error[address-taken] acme/phone_number/sales is already another phone number",
    )


def test_what_is_held_is_left_alone(scene: Scene, cloud: Cloud) -> None:
    """Another machine's run in either space: 4, and the other space is given back."""
    elsewhere = {"RECONCILER_HOST": "desk", "RECONCILER_WHO": "bob"}
    at = "append.after:run_opened 1 kill"
    assert scene.run("verify", SUPPORT, at=at, stdin=cloud.code("+8613800001234"), **elsewhere).code == -9
    for argv in (("mv", TOM, "acme/contact/tom"), ("rm", SUPPORT, "--auto-approve"), ("prune", "--keep-days", "0")):
        done = scene.run("state", *argv)
        assert (done.code, re.match(r"error\[locked\] acme is held by bob@desk since ", done.err) is not None) == (
            4,
            True,
        )
    assert json.loads(scene.run("state", "pull").out)["spaces"][1]["run"] is None


LOST = (
    f"{SUPPORT}: recorded as code_requested.\n"
    f"{SUPPORT}: left as it is: the number stays in the space, not registered; remove it in the console "
    "(console of Chat App Message Service, Channel Management).\n"
    f"{SUPPORT}: 1 message sent to it is no longer remembered.\n"
)


def test_a_record_is_let_go(scene: Scene, cloud: Cloud) -> None:
    """What stays behind and what is no longer remembered is said; the thing itself is not touched."""
    calls = len(cloud.calls())
    assert scene.said("state", "rm", SUPPORT, "--auto-approve") == (
        0,
        f"{LOST}Backup: .reconciler/backup-16.json\n{SUPPORT} is no longer recorded. Nothing was called.\n",
        "",
    )
    assert (scene.records()["acme"], len(cloud.calls())) == ({}, calls)
    assert scene.said("state", "history", SUPPORT)[1].splitlines()[-1] == (
        f"TIME UTC  ann@tower  {SUPPORT} forgotten: forgotten by hand; "
        "left: the number stays in the space, not registered; remove it in the console"
    )
    backup = str(scene.root / ".reconciler/backup-16.json")
    assert scene.run("state", "push", backup, "--state", "sqlite:back.db").code == 0
    assert list(scene.records("--state", "sqlite:back.db")["acme"]) == ["phone_number/+8613800001234"]


def test_nothing_is_let_go_unasked(scene: Scene) -> None:
    """Without a terminal and without the word for it: said what it would be, and refused."""
    assert scene.said("state", "rm", SUPPORT) == (
        1,
        LOST,
        (
            "error[approval-needed] there is no terminal to ask for the address\n"
            "  hint: Give --auto-approve to forget it without being asked.\n"
        ),
    )
    assert len(scene.records()["acme"]) == 1


def test_at_a_terminal_the_address_is_typed(scene: Scene) -> None:
    """Nothing but the address itself lets go of it."""
    for typed, code, left in (("yes", 1, 1), (SUPPORT, 0, 0)):
        person = scene.project.terminal("state", "rm", SUPPORT)
        person.expect("Address: ")
        person.sendline(typed)
        assert finished(person) == code
        assert len(scene.records()["acme"]) == left


def test_two_records_at_one_address_are_not_told_apart(scene: Scene) -> None:
    """As when keys were swapped by an apply that was killed: nobody guesses which of them is meant."""
    scene.project.declare("support", "sales")
    assert scene.run("apply", "--auto-approve", "--no-input").code == 3
    with closing(open_backend("sqlite:.reconciler/state.db", scene.root)) as backend:
        journal = Journal(backend, "cams-e2e", lambda: "2026-11-21T10:00:00.000Z", Emergency(scene.run.kept))
        journal.open_run(Holder("amy", "desk", 1, "", "").run("apply", "2026-11-21T10:00:00.000Z", 60.0), "acme", "")
        journal.append(renamed(journal.state.records["phone_number/+8613800001235"], "phone_number/support"))
        journal.close_run({})
    shared = (1, "", f"error[address-shared] {SUPPORT} is the address of 2 records")
    assert refused(scene, "mv", SUPPORT, HELP) == shared
    assert refused(scene, "rm", SUPPORT, "--auto-approve") == shared
