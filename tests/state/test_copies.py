"""pull and push: whole journals out and in, onto nothing or onto how they begin; all else is refused untouched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.stage.cloud import Cloud
from tests.stage.servers.terraform import environment, serving
from tests.state.scene import SUPPORT, TARGET, Scene, records

NEW = ("--state", TARGET)
OLDER_HINT = (
    "  hint: A journal is never rolled back: to continue from an older copy, push it to an empty backend "
    "and use that.\n"
)


def test_what_was_pulled_is_brought_back(scene: Scene, cloud: Cloud) -> None:
    """Into an empty place, entry for entry; there the work goes on, and nobody gets a second message."""
    document = scene.pull("b.json")
    assert (document["format"], document["serial"]) == (2, 16)
    assert scene.said("state", "push", "b.json", *NEW) == (
        0,
        "acme: brought back up to entry 8.\nglobex: brought back up to entry 8.\n",
        "",
    )
    assert scene.pull("c.json", *NEW) == document
    assert scene.run("verify", SUPPORT, *NEW, stdin=cloud.code("+8613800001234")).code == 0
    assert len(cloud.messages()) == 2


def test_what_is_here_already_is_not_brought_again(scene: Scene) -> None:
    """Onto itself a document changes nothing, and says so."""
    before = scene.pull("b.json")
    assert scene.said("state", "push", "b.json") == (0, "Nothing to bring back: all of it is recorded here.\n", "")
    assert scene.pull("c.json") == before


def test_an_older_place_is_led_on(scene: Scene, cloud: Cloud) -> None:
    """A place that was restored from an old copy is the beginning of a newer document: the rest is appended."""
    older = scene.project.scratch / "older"
    shutil.copytree(scene.root / ".reconciler", older)
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0
    newer = scene.pull("b.json")
    shutil.rmtree(scene.root / ".reconciler")
    shutil.copytree(older, scene.root / ".reconciler")
    assert scene.said("state", "push", "b.json") == (
        0,
        "Backup: .reconciler/backup-16.json\nacme: brought back up to entry 13.\n",
        "",
    )
    assert scene.pull("c.json") == newer


def test_a_document_that_is_behind_is_refused(scene: Scene, cloud: Cloud) -> None:
    """Both serials are named, nothing is written, and the hint leads to an empty place."""
    scene.pull("b.json")
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0
    before = scene.pull("c.json")
    what = "acme: what is to be copied ends with entry 8, and entry 13 is recorded there"
    assert scene.said("state", "push", "b.json") == (1, "", f"error[state-older] {what}\n{OLDER_HINT}")
    assert scene.pull("d.json") == before


def test_another_lineage_is_refused(scene: Scene, cloud: Cloud) -> None:
    """What was recorded anew, under the same space, is another journal: both lineages are named, nothing is written."""
    ours = scene.pull("b.json")["spaces"]
    cloud.begin()
    assert scene.run("apply", "--auto-approve", "--no-input", *NEW).code == 3
    before = scene.pull("c.json", *NEW)
    code, out, err = scene.said("state", "push", "b.json", *NEW)
    assert (code, out) == (1, "")
    assert err == "".join(
        f"error[state-differs] {here['name']}: journal {there['lineage']} is recorded there, with {there['serial']} "
        f"entries, and what is to be copied is {here['lineage']}, with {here['serial']}\n"
        "  hint: Name an empty place, or the one it belongs to.\n"
        for here, there in zip(ours, before["spaces"], strict=True)
    )
    assert scene.pull("d.json", *NEW) == before


def test_nothing_is_brought_to_where_somebody_is_at_work(scene: Scene, cloud: Cloud) -> None:
    """An open run cannot be joined by a lease of ours: 4, and who holds it. One that surely is gone holds nothing."""
    killed, desk = ("verify", SUPPORT), {"RECONCILER_HOST": "desk"}
    at = "append.after:run_opened 1 kill"
    assert scene.run(*killed, at=at, stdin=cloud.code("+8613800001234"), **desk).code == -9
    scene.pull("b.json")
    older = scene.project.scratch / "older"
    shutil.copytree(scene.root / ".reconciler", older)
    assert scene.run(*killed, stdin=cloud.code("+8613800001234"), **desk).code == 0
    newer = scene.pull("b.json")
    shutil.rmtree(scene.root / ".reconciler")
    shutil.copytree(older, scene.root / ".reconciler")
    assert scene.said("state", "push", "b.json") == (
        4,
        "",
        (
            "error[locked] acme is held by ann@desk since TIME (verify, run RUN)\n"
            "  hint: Wait for it to end; if it never will, push to an empty place, and use that from then on.\n"
        ),
    )
    assert scene.run("state", "push", "b.json", **desk).code == 0
    assert scene.pull("c.json") == newer


@pytest.mark.parametrize(
    "argv", [("mv", SUPPORT, "acme/phone_number/help"), ("prune", "--keep-days", "0"), ("migrate", "--to", TARGET)]
)
def test_a_backup_holds_nobody_up(scene: Scene, argv: tuple[str, ...]) -> None:
    """Where it is brought back, the run that made it is not open: another machine can go on there at once."""
    before = scene.pull("b.json")
    assert scene.run("state", *argv).code == 0
    restored = ("--state", "sqlite:restored.db")
    assert scene.run("state", "push", ".reconciler/backup-16.json", *restored).code == 0
    assert scene.pull("c.json", *restored) == before
    moved = ("state", "mv", SUPPORT, "acme/phone_number/desk", *restored)
    assert scene.run(*moved, RECONCILER_HOST="desk").code == 0


CUT, NONE = "it is not as it was pulled, but cut or edited", "b.json is no document of `state pull`"
SPOILT: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "edited": (lambda document: document["spaces"][0].update(name="x"), f"b.json: {CUT}"),
    "an entry left out": (lambda document: document["spaces"][0]["entries"].pop(), f"b.json: {CUT}"),
    "another format": (
        lambda document: document.update(format=1),
        "b.json: it was pulled by another version of this program",
    ),
    "no spaces": (lambda document: document.pop("spaces"), NONE),
    "no document": (lambda document: document.clear(), NONE),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_document_is_refused(scene: Scene, name: str) -> None:
    """Cut, edited, of another format or none at all: by name, and not a byte is written."""
    document = scene.pull("b.json")
    spoil, what = SPOILT[name]
    spoil(document)
    scene.project.write("b.json", json.dumps(document))
    hint = "  hint: Run `reconciler state pull > FILE` again, or use another backup.\n"
    assert scene.said("state", "push", "b.json", *NEW) == (1, "", f"error[pull-unreadable] {what}\n{hint}")
    assert not (scene.root / "team.db").exists()


def test_a_place_that_was_half_filled_is_given_up_on_purpose(scene: Scene) -> None:
    """Until `state push` is run again nothing works there; `state accept` says that what is there is all there is."""
    scene.pull("b.json")
    push = ("state", "push", "b.json", *NEW)
    assert scene.run(*push, at="transfer.copied 1 kill").code == -9
    refused = (
        "error[state-unfinished] sqlite:team.db is being filled from b.json; not all is there\n"
        "  hint: Run the same `state migrate` or `state push` again; to give it up, run `reconciler state accept`.\n"
    )
    for argv in (("plan",), ("apply", "--auto-approve"), ("state", "list"), ("log",), ("verify", SUPPORT)):
        assert scene.said(*argv, *NEW) == (1, "", refused), argv
    assert scene.said("state", "check", *NEW) == (1, "acme: sound, entry 8, 1 resource\n", refused)
    assert scene.said("state", "accept", *NEW) == (0, "Accepted: acme at entry 8.\n", "")
    assert scene.said("state", "check", *NEW) == (0, "acme: sound, entry 8, 1 resource\n", "")


PART = (
    "error[state-unfinished] cams-e2e: only a part of this journal is here, which cannot be read alone\n"
    "  hint: Run the same `state migrate` or `state push` again, or leave this place alone and name another one.\n"
)


def test_what_cannot_be_read_is_not_accepted(scene: Scene) -> None:
    """Of a pruned journal only the end came: accepting that would leave a place that nothing can open or mend."""
    assert scene.run("state", "prune", "--keep-days", "0").code == 0
    push = ("state", "push", "b.json", *NEW)
    document = scene.pull("b.json")
    scene.keep()
    for at in ("transfer.padded 1 kill", "transfer.appended 1 kill"):
        scene.begin_anew()
        assert scene.run(*push, at=at).code == -9
        code, out, err = scene.said("state", "check", *NEW)
        assert (code, out.startswith("cams-e2e: not all of it is here yet"), err.endswith(PART)) == (1, True, True)
        assert scene.said("state", "accept", *NEW) == (1, "", PART)
        assert scene.run(*push).code == 0
        assert scene.pull("c.json", *NEW)["digest"] == document["digest"]


def test_what_can_be_read_is_accepted_whole(scene: Scene) -> None:
    """With its snapshot a pruned journal is there: what held the places of its pruned entries is cleared away."""
    assert scene.run("state", "prune", "--keep-days", "0").code == 0
    scene.pull("b.json")
    assert scene.run("state", "push", "b.json", *NEW, at="transfer.told 1 kill").code == -9
    assert scene.said("state", "accept", *NEW) == (0, "Accepted: acme at entry 10.\n", "")
    for argv in (("state", "list"), ("log",), ("state", "check")):
        assert scene.run(*argv, *NEW).code == 0, argv


def test_a_full_place_is_left_by_pull_and_push(scene: Scene) -> None:
    """A server that takes no larger document takes no lease either: the refusal names a way that only reads there."""
    with serving() as (world, url):
        full = {**environment(url), "RECONCILER_STATE": "http:"}
        assert scene.run("state", "migrate", "--to", "http:", **environment(url)).code == 0
        world.limit = max(map(len, world.documents.values()))
        refused = scene.run("state", "prune", "--keep-days", "0", **full)
        hint = "`reconciler state pull > FILE`, then `reconciler state push FILE --state URL`"
        assert (refused.code, hint in refused.err) == (1, True)
        pulled = scene.run("state", "pull", **full)
    scene.project.write("full.json", pulled.out)
    assert scene.run("state", "push", "full.json", *NEW).code == 0
    assert scene.records(*NEW) == records(pulled)
    assert scene.run("state", "prune", "--keep-days", "0", *NEW).code == 0


def test_what_was_seen_here_before_is_missed(scene: Scene, cloud: Cloud) -> None:
    """A place restored to less than was seen here says so at once; `state accept` says that it is meant."""
    scene.pull("b.json")
    assert scene.run("verify", SUPPORT, stdin=cloud.code("+8613800001234")).code == 0
    for path in (scene.root / ".reconciler").glob("state.db*"):
        path.unlink()
    code, out, err = scene.said("state", "push", "b.json")
    assert (code, out) == (0, "acme: brought back up to entry 8.\nglobex: brought back up to entry 8.\n")
    assert err.splitlines()[0] == (
        "error[state-rolled-back] cams-e2e: 13 entries were seen here before, and now there are 8 or others"
    )
    assert scene.run("state", "list").code == 1
    assert scene.run("state", "accept").code == 0
    assert scene.run("state", "list").code == 0
