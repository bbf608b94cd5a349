"""What a command is told to write: a file, whole, and nothing else; and which of several forms it prints."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.stage.plans import unpacked
from tests.stage.project import Project


@pytest.fixture
def pipe(project: Project) -> Path:
    """Something that is no file, and that nobody reads."""
    project.declare("support")
    path = project.root / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("name", ["pipe", "spaces", "-"])
def test_what_is_no_file_is_left_as_it_is(project: Project, pipe: Path, name: str) -> None:
    """A device, a folder, a dash: said to be none, exit 64; a plan never takes their place."""
    done = project.run("plan", "--out", name)
    assert (done.code, done.err.splitlines()[0]) == (
        64,
        f"error[cannot-write] {name} is no file; leave --out out to have it on stdout",
    )
    assert (pipe.is_fifo(), (project.root / "-").exists()) == (True, False)


def test_a_link_is_followed(project: Project) -> None:
    """The plan is written where it leads, and the link stays."""
    project.declare("support")
    link, target = project.root / "link.json", project.scratch / "target.json"
    link.symlink_to(target)
    assert project.run("plan", "--out", "link.json").code == 0
    assert (link.is_symlink(), unpacked(target)["format"]) == (True, 2)


def test_one_form_is_asked_for(project: Project) -> None:
    """Two that were typed are wrong usage; what was typed counts before the environment."""
    project.declare("support")
    for two in (("--json", "--format", "text"), ("--compat", "terraform", "--format", "markdown")):
        assert project.run("plan", *two).code == 64
    shown = project.run("plan", "--compat", "terraform", RECONCILER_JSON="1", RECONCILER_FORMAT="markdown").out
    assert "Terraform will perform the following actions:" in shown


def test_the_forecast_keeps_the_projects_own_pace(project: Project) -> None:
    """Slower than the cloud allows is slower in the plan, too."""
    project.write("reconciler.yaml", "limits: {calls_per_second: 1}\n")
    project.declare("support", "sales")
    done = json.loads(project.run("plan", "--format", "json").out)
    assert done["reconciler"]["forecast"]["seconds"] == 2.0
