"""Every list is also JSON: what a script reads holds what a person reads, numbers masked unless asked for whole."""

from __future__ import annotations

import json

from tests.stage.cloud import Cloud
from tests.stage.project import NUMBERS, Project


def test_what_is_recorded_as_json(project: Project, cloud: Cloud) -> None:
    """The list, one resource, and its history, of a number that waits for its code."""
    project.declare("support")
    project.run("apply", "--auto-approve", "--no-input")
    (row,) = json.loads(project.run("state", "list", "--json").out)
    changed_at = row.pop("changed_at")
    assert row == {
        "address": "acme/phone_number/support",
        "type": "phone_number",
        "kind": "register",
        "phase": "code_requested",
        "ready": False,
        "unknown": [],
    }
    shown = json.loads(project.run("state", "show", "support", "--json").out)
    assert {**shown, **row, "changed_at": changed_at} == shown
    assert (shown["key"], shown["facts"]["number"], shown["messages_sent"]) == ("+86138****1234", "+86138****1234", 1)
    assert shown["changed_by"] == "ann@tower"
    entries = [json.loads(line) for line in project.run("state", "history", "support", "--json").out.splitlines()]
    assert [each["type"] for each in entries][:3] == ["declared", "intent", "outcome"]
    everything = project.run("state", "show", "support", "--json").out + project.run("state", "list", "--json").out
    assert NUMBERS["support"][4:] not in everything


def test_a_number_in_a_text_is_masked(project: Project, cloud: Cloud) -> None:
    """As the resource's own is: in the plan that people read, and in what is recorded of it; --whole shows it."""
    project.declare(
        "support", extra='    profile: {about: "Call +8613912345678", websites: [https://wa.me/8613912345678]}\n'
    )
    shown = [project.run("plan").out]
    project.run("apply", "--auto-approve", "--no-input")
    shown += [project.run("state", "show", "support", *each).out for each in ((), ("--json",))]
    assert [("Call +86 139****5678" in text, "12345678" in text) for text in shown] == [(True, False)] * 3
    assert "Call +8613912345678" in project.run("state", "show", "support", "--whole").out
