"""Where customers' messages go: a branch that sends them to another host is seen first, and cannot allow it itself."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.check.lived import lived
from tests.review.scene import BARE, Scene, timeless
from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, SUPPORT, Project

GOLDEN = Path(__file__).parent / "golden" / "callback-host.md"
OPEN = "guards: {max_messages: 20}\n"
LISTED = "guards: {callback_hosts: [hooks.example.com]}\n"
NUMBERS = """space: acme
space_id: cams-acme
account_callback: "https://{host}/account?key=s3cr3t"
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
    """A branch that sends messages, and reports on its account, elsewhere. settings: of main. mine: of the branch."""
    declared(scene, "hooks.example.com", settings)
    scene.git("checkout", "--quiet", "-b", "branch")
    declared(scene, "collect.example.net", mine)
    return scene


def test_a_change_of_host_comes_first(repository: Scene) -> None:
    """Before everything else, in the text and in the comment; nothing of a path or a query is shown."""
    scene = branched(repository, OPEN, OPEN)
    done = scene.run("plan", "--against", "main", "--out", "plan.out", **BARE)
    assert done.code == 0, done.err
    elsewhere = "go to collect.example.net instead of hooks.example.com"
    lines = [f"messages of 2 numbers {elsewhere}", f"reports on the account of 1 space {elsewhere}", ""]
    assert done.out.splitlines()[:3] == lines
    shown = timeless(scene.run("show", "plan.out", "--format", "markdown").out)
    comment = re.sub("revision `[0-9a-f]{12}`", "revision `COMMIT`", shown)
    document = json.loads(scene.run("show", "plan.out", "--json").out)
    assert "s3cr3t" not in done.out + comment
    marks = [tuple(change["change"]["after_sensitive"]) for change in document["resource_changes"]]
    assert marks == [*2 * [("number", "messages_url", "status_url")], ("url",)]
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
        assert (done.code, done.out.count(refused)) == (6, 3)
        assert "would send callbacks to collect.example.net, and callback_hosts is hooks.example.com" in done.out


LIVES = """space: {name}
space_id: {id}
phone_numbers:
  support:
    number: "{number}"
    onboarding: {way}
    display_name: Acme
    callbacks: {{messages: "https://{host}/m", status: "https://{host}/s"}}
"""
AT_SUPPORT = "acme/phone_number/support"


def lives(name: str, host: str, way: str = "register") -> str:
    return LIVES.format(
        name=name, number=SUPPORT, id="cams-e2e" if name == "acme" else "cams-globex", host=host, way=way
    )


@pytest.mark.parametrize(
    ("way", "phase"),
    [
        ("register", "code_requested"),
        ("register", "reviewing"),
        ("register", "callbacks_sent"),
        ("register", "registered"),
        ("embedded", "declared"),
        ("embedded", "added"),
    ],
)
def test_a_change_of_host_is_seen_in_every_phase(project: Project, cloud: Cloud, way: str, phase: str) -> None:
    """Also of a number that is not in service yet: the host that was reviewed is not the one that will be set."""
    lived(project, cloud, {AT_SUPPORT: phase}, files={"acme": lives("acme", "hooks.example.com", way)})
    assert "instead of" not in project.run("plan").out
    project.write("spaces/acme.yaml", lives("acme", "collect.example.net", way))
    shown = project.run("plan").out
    assert "messages of 1 number go to collect.example.net instead of hooks.example.com\n" in shown


def test_another_port_is_another_host(project: Project, cloud: Cloud) -> None:
    """Somebody else may listen there: seen first, and held to the list, where the port is written as well. 443 is the
    same as none."""
    lived(project, cloud, {AT_SUPPORT: "registered"}, files={"acme": lives("acme", "hooks.example.com")})
    settings = (project.root / "reconciler.yaml").read_text(encoding="utf-8")
    port = "messages of 1 number go to hooks.example.com:8443 instead of hooks.example.com\n"
    for host, seen in (
        ("hooks.example.com:443", False),
        ("HOOKS.example.com", False),
        ("hooks.example.com:8443", True),
    ):
        project.write("spaces/acme.yaml", lives("acme", host))
        out = project.run("plan").out
        assert (port in out, "instead of" in out) == (seen, seen)
    for listed, code in (("hooks.example.com", 6), ("hooks.example.com:8443", 0)):
        project.write("reconciler.yaml", f"{settings}guards: {{callback_hosts: ['{listed}']}}\n")
        assert project.run("plan").code == code


@pytest.mark.parametrize("phase", ["code_requested", "registered"])
def test_a_move_with_another_host_is_seen(project: Project, cloud: Cloud, phase: str) -> None:
    """A block moves to another space, and its callbacks are others there; a move alone changes no host."""
    lived(project, cloud, {AT_SUPPORT: phase}, files={"acme": lives("acme", "hooks.example.com")})
    project.write("spaces/acme.yaml", "space: acme\nspace_id: cams-e2e\n")
    for host, seen in (("hooks.example.com", False), ("collect.example.net", True)):
        project.write("spaces/globex.yaml", lives("globex", host))
        done = project.run("plan")
        assert done.code == 0, done.out + done.err
        line = "messages of 1 number go to collect.example.net instead of"
        assert (line in done.out, "instead of" in done.out) == (seen, seen)


def test_no_output_shows_an_address_beyond_its_host(project: Project, cloud: Cloud) -> None:
    """Of callbacks and of a picture, whose addresses may hold a key: in plans, comments, journals and checks, also
    where the cloud shows another one with a user's name. In the journal itself they are whole."""
    before = lives("acme", "hooks.example.com").replace("/m", "/m?key=s3cr3t")
    lived(project, cloud, {AT_SUPPORT: "registered"}, files={"acme": before})
    picture = "    profile: {picture: 'https://pictures.example.com/logo.png?Signature=s3cr3t'}\n"
    project.write("spaces/acme.yaml", before.replace("/m?", "/n?") + picture)
    shown = [project.run("plan", "--out", "plan.out").out, project.run("show", "plan.out", "--format", "markdown").out]
    assert "pictures.example.com/…" in shown[0]
    shown.append(project.run("plan", "--compat", "terraform").out)
    logged = project.run(*APPLY, RECONCILER_LOG="debug")
    assert (logged.code, "UpCallbackUrl=https://hooks.example.com/…" in logged.err) == (0, True)
    assert "s3cr3t" not in logged.err
    altered = {"UpCallbackUrl": "https://user:s3cr3t@hooks.example.com/m"}
    cloud.tell("console", number=SUPPORT, do="set", fields=altered)
    shown += [project.run(*words).out for words in (("log",), ("log", "--json"), ("check",), ("check", "--json"))]
    shown += [
        project.run("state", verb, *words, AT_SUPPORT).out
        for verb in ("show", "history")
        for words in ((), ("--json",))
    ]
    assert all(shown)
    assert ["s3cr3t" in each for each in shown] == [False] * len(shown)
    assert "https://…@hooks.example.com/…" in shown[5]
    assert "UpdatePhoneWebhook" in shown[3]
    assert "s3cr3t" in project.run("state", "pull").out
