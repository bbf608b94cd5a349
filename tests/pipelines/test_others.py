"""The steps of Atlantis's workflow and of the hook, run as they stand by the shells that would run them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.pipelines.runner import ROOT
from tests.stage.cloud import Cloud
from tests.stage.project import COMMAND, SUPPORT, Done, Project

ATLANTIS = yaml.safe_load((ROOT / "examples/atlantis/repos.yaml").read_text("utf-8"))["workflows"]["reconciler"]
HOOK, FMT = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def shell(project: Project, line: str, *shell: str, **env: str | None) -> Done:
    """The line by a shell, the installed command on its path."""
    path = f"{Path(COMMAND).parent}:{project.environment['PATH']}"
    words = [*shell, line]
    done = subprocess.run(
        words, cwd=project.root, env={**project.env(env), "PATH": path}, capture_output=True, text=True, timeout=60
    )
    return Done(done.returncode, done.stdout, done.stderr)


def atlantis(project: Project, stage: str) -> list[Done]:
    """The stage's steps until one fails, as Atlantis does."""
    files = {"PLANFILE": str(project.scratch / "default.tfplan"), "SHOWFILE": str(project.scratch / "default.json")}
    files |= {"USER_NAME": "ben", "PULL_NUM": "12"}
    done: list[Done] = []
    for step in ATLANTIS[stage]["steps"]:
        command = step["run"] if isinstance(step["run"], str) else step["run"]["command"]
        done.append(shell(project, command, "sh", "-c", **files))
        if done[-1].code:
            break
    return done


def test_atlantis_goes_on_with_the_same_plan(project: Project, cloud: Cloud) -> None:
    """plan; apply fails with 3, so that Atlantis keeps plan and lock; a code is typed; apply again ends with 0."""
    project.copy(ROOT / "examples/atlantis")
    plan, show = atlantis(project, "plan")
    assert (plan.code, show.code) == (0, 0)
    assert "\nPlan: 1 to add, 0 to change, 0 to destroy.\n" in plan.out
    assert "Terraform will perform the following actions:" in plan.out
    assert json.loads((project.scratch / "default.json").read_text())["format_version"] == "1.2"
    (project.scratch / "default.json").unlink()
    (paused,) = atlantis(project, "apply")
    assert paused.code == 3
    assert "reconciler verify acme/phone_number/support" in paused.out
    assert project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT)).code == 0
    (ended,) = atlantis(project, "apply")
    assert (ended.code, ended.out) == (0, "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
    assert len(cloud.messages()) == 1
    assert "ben@pull-12" in project.run("log").out


@pytest.mark.parametrize(("onboarding", "code"), [("register", 0), ("regster", 1)])
def test_the_hook_needs_no_network_and_no_credentials(project: Project, onboarding: str, code: int) -> None:
    """It passes what is valid, and stops what is not; it is given no file names."""
    project.copy(ROOT / "examples/pre-commit")
    file = project.root / "spaces/acme.yaml"
    file.write_text(file.read_text("utf-8").replace("register", onboarding), "utf-8")
    words = " ".join([HOOK["entry"], *HOOK["args"]])
    gone = dict.fromkeys((name for name in project.environment if name.startswith(("ALIBABA", "RECONCILER"))), None)
    done = shell(project, f"unshare -rn {words} 2>&1 || exit $?" if _unshares() else words, "sh", "-c", **gone)
    assert done.code == code
    assert HOOK["pass_filenames"] is False


def test_the_hook_formats(project: Project) -> None:
    """pre-commit stops a commit whose files a hook changed; one that was formatted passes."""
    project.copy(ROOT / "examples/pre-commit")
    words = " ".join([FMT["entry"], *FMT["args"]])
    assert shell(project, words, "sh", "-c").out == ""
    project.write("spaces/other.yaml", "space_id: cams-other\nspace: other\n")
    assert shell(project, words, "sh", "-c").out == "spaces/other.yaml\n"


def _unshares() -> bool:
    """Whether this machine lets a process have no network at all."""
    return subprocess.run(["sh", "-c", "unshare -rn true"], capture_output=True).returncode == 0
