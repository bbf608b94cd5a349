"""`output`: ids and phases for other systems, read from what is recorded."""

from __future__ import annotations

import json

from tests.review.scene import Scene
from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT, Project


def test_what_other_systems_need_is_printed(project: Project, cloud: Cloud) -> None:
    """Of all, of a space, of one resource; as text and as JSON."""
    scene = Scene(project, cloud)
    scene.begin()
    contact_id = json.loads(project.run("state", "show", "globex/contact/tom", "--json").out)["facts"]["contact_id"]
    acme, globex = (
        f"{'acme/phone_number/support':<40} {'registered':<16}  space_id cams-e2e\n",
        f"{'globex/contact/tom':<40} {'links_sent':<16}  space_id cams-globex  contact_id {contact_id}\n",
    )
    assert project.run("output").out == acme + globex
    assert project.run("output", "globex").out == globex
    assert project.run("output", "support").out == acme
    tom = {
        "address": "globex/contact/tom",
        "space_id": "cams-globex",
        "contact_id": contact_id,
        "kind": "contact",
        "phase": "links_sent",
        "ready": False,
    }
    assert json.loads(project.run("output", "globex/contact/tom", "--json").out) == tom
    assert json.loads(project.run("output", "globex", "--json").out) == {"format_version": "1.0", "resources": [tom]}
    assert json.loads(project.run("output", "acme", "--json").out)["resources"][0]["ready"] is True


def test_neither_number_nor_code_is_printed(project: Project, cloud: Cloud) -> None:
    """Whatever was declared, learned or typed: what is printed holds none of it."""
    scene = Scene(project, cloud)
    scene.begin()
    shown = project.run("output", "--json").out + project.run("output").out
    assert not any(word in shown for word in (SUPPORT, SUPPORT[3:], cloud.code(SUPPORT), "tom@", "Acme"))


def test_nothing_recorded_is_nothing_printed(project: Project) -> None:
    """An empty list, and a wrong command where one resource was asked for."""
    done = project.run("output", "--json")
    assert (done.code, json.loads(done.out)) == (0, {"format_version": "1.0", "resources": []})
    assert (project.run("output").code, project.run("output").out) == (0, "")
    assert project.run("output", "acme/phone_number/support").code == 64
