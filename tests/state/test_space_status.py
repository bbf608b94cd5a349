"""`spaces --status`, and what `pending` says of it: who is at work where, read from what is recorded."""

from __future__ import annotations

import json
import re

from tests.stage.cloud import Cloud
from tests.state.scene import SUPPORT, Scene

STATUS = ("spaces", "--status")
BOB = {"RECONCILER_HOST": "desk", "RECONCILER_WHO": "bob"}
CLOCK = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2} UTC")


def left(scene: Scene, cloud: Cloud, **who: str) -> None:
    """A run that was killed while it held acme."""
    at = "append.after:run_opened 1 kill"
    assert scene.run("verify", SUPPORT, at=at, stdin=cloud.code("+8613800001234"), **who).code == -9


def said(scene: Scene, *argv: str) -> tuple[int, str, str]:
    code, out, err = scene.said(*argv)
    return code, CLOCK.sub("CLOCK", out), err


def test_all_spaces_at_a_glance(scene: Scene, cloud: Cloud) -> None:
    """Who holds each, since when and with which run, what waits, the last change; no line is wider than a terminal."""
    free = (
        "acme: 1 of 1 resource waits for a person; last changed CLOCK\n"
        "globex: 1 of 1 resource waits for a person; last changed CLOCK\n"
    )
    assert said(scene, *STATUS) == (0, free, "")
    left(scene, cloud, **BOB)
    acme, globex = free.splitlines(keepends=True)
    held = "  held by bob@desk since CLOCK (verify, run RUN)\n"
    assert said(scene, *STATUS) == (0, acme + held + globex, "")
    assert max(map(len, scene.run(*STATUS).out.splitlines())) <= 80


def test_a_process_of_this_machine_that_is_gone(scene: Scene, cloud: Cloud) -> None:
    """It is said so: nobody has to wait for it."""
    left(scene, cloud)
    lines = said(scene, *STATUS)[1].splitlines()
    assert lines[1:3] == [
        "  held by ann@tower since CLOCK (verify, run RUN)",
        "  That process is gone: the next run takes over.",
    ]


def test_the_same_for_tools(scene: Scene, cloud: Cloud) -> None:
    """As JSON: null where nobody is at work."""
    left(scene, cloud, **BOB)
    acme, globex = json.loads(scene.run(*STATUS, "--json").out)
    since, run = acme["held"].pop("since"), acme["held"].pop("run")
    assert acme | {"changed_at": ""} == {
        "space": "acme",
        "space_id": "cams-e2e",
        "recorded": 1,
        "waiting": 1,
        "changed_at": "",
        "held": {"who": "bob", "host": "desk", "verb": "verify", "gone": False},
    }
    assert (since > acme["changed_at"], len(run), globex["held"]) == (True, 12, None)


def test_nothing_is_recorded(scene: Scene) -> None:
    """Of no place at all."""
    assert said(scene, *STATUS, "--state", "sqlite:empty.db") == (0, "Nothing is recorded.\n", "")


def test_it_is_of_all_that_is_recorded(scene: Scene) -> None:
    """A revision says nothing about that: exit 64."""
    code, out, err = scene.said(*STATUS, "--changed-since", "main")
    assert (code, out) == (64, "")
    assert "--status is of all that is recorded: leave --changed-since out." in err


def test_pending_names_who_is_at_work(scene: Scene, cloud: Cloud) -> None:
    """After what waits, of the spaces that it is about."""
    free = {name: scene.said("pending", "--space", name)[1] for name in ("acme", "globex")}
    left(scene, cloud, **BOB)
    held = re.sub("since [^ ]+", "since TIME", scene.said("pending", "--space", "acme")[1])
    assert held == f"{free['acme']}\nacme is held by bob@desk since TIME (verify, run RUN).\n"
    assert scene.said("pending", "--space", "globex")[1] == free["globex"]
