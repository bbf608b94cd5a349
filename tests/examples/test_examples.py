"""Each folder of examples/ is a story that holds: run as its README tells it, on a local cloud."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reconciler.config.project import load_project
from tests.stage.cloud import Cloud
from tests.stage.project import Project

ROOT = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.parent for path in ROOT.rglob("spaces"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_an_example_is_valid(folder: Path) -> None:
    """Every space file of an example can be read, and its first line tells editors which schema it follows."""
    assert load_project(folder).spaces
    for file in (folder / "spaces").iterdir():
        schema = file.read_text("utf-8").partition("\n")[0].partition("$schema=")[2]
        assert (file.parent / schema).resolve().is_file()


def _ready(project: Project, cloud: Cloud, *addresses: str) -> None:
    for address, number in zip(addresses[::2], addresses[1::2], strict=True):
        assert project.run("verify", address, given=f"{cloud.code(number)}\n").code == 0


def test_a_number_moves_between_customers(project: Project, cloud: Cloud) -> None:
    """One pull request, one migration: never an outage, and afterwards one owner."""
    project.copy(ROOT / "moving" / "before")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    _ready(
        project, cloud, "acme/phone_number/shared", "+8613800001234", "globex/phone_number/hotline", "+8613800005678"
    )
    shutil.rmtree(project.root / "spaces")
    project.copy(ROOT / "moving" / "after")
    plan = project.run("plan")
    assert "# globex/phone_number/shared will be created" in plan.out
    assert "# acme/phone_number/shared will be forgotten" in plan.out
    assert "Plan: 1 to add, 0 to change, 0 to destroy, 1 to forget." in plan.out
    assert "Deregister" not in plan.out
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    _ready(project, cloud, "globex/phone_number/shared", "+8613800001234")
    assert project.run("apply", "--auto-approve", "--no-input").code == 0
    assert project.run("plan", "--detailed-exitcode").code == 0
    assert project.run("state", "list").out.count("shared") == 1


def test_removing_says_what_becomes_of_it(project: Project, cloud: Cloud) -> None:
    """What `removed:` says is done, and what nothing says is refused."""
    project.copy(ROOT / "removal")
    file = project.root / "spaces" / "acme.yaml"
    after = file.read_text("utf-8")
    before = after.partition("removed:")[0] + "".join(
        f'  {name}: {{number: "{number}", onboarding: register, display_name: Old}}\n'
        for name, number in (("old-line", "+8613800002222"), ("trial", "+8613800003333"))
    )
    file.write_text(before.replace("\n\n  old", "\n  old"), "utf-8")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    _ready(project, cloud, "acme/phone_number/old-line", "+8613800002222", "acme/phone_number/trial", "+8613800003333")
    file.write_text(after.partition("removed:")[0], "utf-8")
    assert project.run("apply", "--auto-approve", "--no-input").code == 6
    file.write_text(after, "utf-8")
    assert project.run("apply", "--auto-approve", "--no-input").code == 3
    assert "old-line" not in project.run("state", "list").out + project.run("pending").out
