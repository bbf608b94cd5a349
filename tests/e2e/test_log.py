"""The log is one story: what happened first is told first, whichever space it happened in."""

from __future__ import annotations

import json

from tests.stage.cloud import Cloud
from tests.stage.project import DESK, SUPPORT, Project

APPLY = ("apply", "--auto-approve", "--no-input", "--space")


def test_spaces_are_told_in_order_of_time(project: Project, cloud: Cloud) -> None:
    """Runs of two spaces take turns: so do their lines, as text and as JSON; --space leaves the other one out."""
    project.declare("support")
    project.declare_elsewhere("desk")
    for space in ("other", "acme"):
        assert project.run(*APPLY, space).code == 3
    assert project.run("verify", "other/phone_number/desk", given=cloud.code(DESK)).code == 0
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    told = [line.split("  ")[2].split("/")[0].split(" ")[0] for line in project.run("log").out.splitlines()[1:]]
    turns = [name for number, name in enumerate(told) if number == 0 or told[number - 1] != name]
    assert [name for name in turns if name] == ["other", "acme", "other", "acme"]
    entries = [json.loads(line) for line in project.run("log", "--json").out.splitlines()]
    times = [entry["at"] for entry in entries]
    assert (times, len(entries) > 20) == (sorted(times), True)
    alone = project.run("log", "--space", "acme").out
    assert [line for line in project.run("log").out.splitlines() if " acme" in line] == alone.splitlines()
