"""Where customers' messages go: a branch that sends them to another host is seen first, and cannot allow it itself."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.review.scene import BARE, Scene, timeless

GOLDEN = Path(__file__).parent / "golden" / "callback-host.md"
OPEN = "guards: {max_messages: 20}\n"
LISTED = "guards: {callback_hosts: [hooks.example.com]}\n"
NUMBERS = """space: acme
space_id: cams-acme
defaults: {{callbacks: {{messages: "https://{host}/m?key=s3cr3t", status: "https://hooks.example.com/s"}}}}
phone_numbers:
  support: {{number: "+8613800001234", onboarding: embedded}}
  sales: {{number: "+6281234567890", onboarding: embedded}}
"""


def declared(scene: Scene, host: str, settings: str) -> None:
    scene.project.write("spaces/acme.yaml", NUMBERS.format(host=host))
    scene.project.write("reconciler.yaml", settings)
    scene.commit()


def branched(scene: Scene, settings: str, mine: str) -> Scene:
    """A branch that sends messages elsewhere. settings: of main. mine: of the branch."""
    declared(scene, "hooks.example.com", settings)
    scene.git("checkout", "--quiet", "-b", "branch")
    declared(scene, "collect.example.net", mine)
    return scene


def test_a_change_of_host_comes_first(repository: Scene) -> None:
    """Before everything else, in the text and in the comment; nothing of a path or a query is shown."""
    scene = branched(repository, OPEN, OPEN)
    done = scene.run("plan", "--against", "main", "--out", "plan.out", **BARE)
    assert done.code == 0, done.err
    line = "messages of 2 numbers go to collect.example.net instead of hooks.example.com"
    assert line in done.out.splitlines()[:3]
    shown = timeless(scene.run("show", "plan.out", "--format", "markdown").out)
    comment = re.sub("revision `[0-9a-f]{12}`", "revision `COMMIT`", shown)
    document = json.loads(scene.run("show", "plan.out", "--json").out)
    assert "s3cr3t" not in done.out + comment
    for change in document["resource_changes"]:
        assert change["change"]["after_sensitive"] == {"number": True, "messages_url": True, "status_url": True}
    if os.environ.get("UPDATE"):
        GOLDEN.write_text(comment, encoding="utf-8")
    assert comment == GOLDEN.read_text(encoding="utf-8")


def test_a_host_that_main_does_not_list_is_refused(repository: Scene) -> None:
    """Also where the branch lists it, or drops the list, in the same commit."""
    scene = branched(repository, LISTED, LISTED)
    for mine in (LISTED, OPEN, "guards: {callback_hosts: [hooks.example.com, collect.example.net]}\n"):
        scene.project.write("reconciler.yaml", mine)
        scene.commit()
        done = scene.run("plan", "--against", "main", **BARE)
        refused = "refused[callback-host-not-allowed] spaces/acme.yaml"
        assert (done.code, done.out.count(refused)) == (6, 2)
        assert "would send callbacks to collect.example.net, and callback_hosts is hooks.example.com" in done.out
