"""GitLab's component: its inputs, what it installs, and a run of the whole pipeline by a runner that others wrote."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipelines.runner import ROOT
from tests.pipelines.test_gitlab import INPUTS as INCLUDED
from tests.pipelines.test_gitlab import PIPELINE, SECRETS
from tests.programs import needs
from tests.stage.cloud import Cloud
from tests.stage.project import COMMAND, SUPPORT, Project
from tests.stage.repository import SPACE, Repository
from tests.stage.servers.forge import Forge

TEMPLATE = ROOT / ".gitlab/templates/reconciler.yml"
HEAD, BODY = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
INPUTS: dict[str, dict[str, Any]] = HEAD["spec"]["inputs"]
COMMIT = "0123456789abcdef" * 2 + "01234567"
TOOL = ROOT / "tests/tools/gitlab-ci-local.txt"


def test_each_input_is_described_and_used() -> None:
    """And has a default, with which the pipeline is that of the included file."""
    used = set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", TEMPLATE.read_text("utf-8")))
    assert used == set(INPUTS)
    assert all({"description", "default"} <= row.keys() for row in INPUTS.values())
    handed = {name: f"$[[ inputs.{name} ]]" for name in INCLUDED}
    assert BODY["include"] == [{"local": "/.gitlab/reconciler.gitlab-ci.yml", "inputs": handed}]
    assert {name: INPUTS[name] for name in INCLUDED} == INCLUDED
    assert INPUTS["image"]["default"] == PIPELINE[".reconciler"]["image"]
    assert INPUTS["deployment"]["default"] == PIPELINE["reconciler-apply"]["environment"]
    for name, variable in (
        ("folder", "FOLDER"),
        ("requirement", "REQUIREMENT"),
        ("nudge-after", "NUDGE_AFTER"),
        ("check", "CHECK"),
    ):
        assert INPUTS[name]["default"] == PIPELINE["variables"][f"NUMBERS_{variable}"]


FINE = (
    f"number-reconciler @ git+https://git.example.com/example/reconciler.git@{COMMIT}",
    f"number-reconciler[postgres,age] @ git+https://git.example.com/example/reconciler.git@{COMMIT}",
    "number-reconciler @ file:///wheels/number_reconciler-1.0-py3-none-any.whl",
    "https://wheels.example.com/number_reconciler-1.0-py3-none-any.whl",
)
# Stands for pip: notes what it is asked, and makes the environment's interpreter.
PYTHON = """#!/bin/bash
echo "$@" >> "$TMPDIR/ran"
[ "$3" != venv ] || { mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; }
"""
BARE = ("reconciler", "number-reconciler", "number-reconciler[postgres]", "number-reconciler==1.0", "-r x.txt")


@pytest.mark.parametrize("requirement", [*FINE, *BARE])
def test_a_bare_name_is_never_installed(tmp_path: Path, requirement: str) -> None:
    """The input refuses it when the pipeline is made; the script, when a variable says it: 64, and pip does not run."""
    python = tmp_path / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path), "NUMBERS_REQUIREMENT": requirement}
    script = "\n".join(PIPELINE[".reconciler"]["before_script"])
    done = subprocess.run(["bash", "-e", "-c", script], env=env, capture_output=True, text=True, timeout=60)
    ran = (tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else ""
    fine = requirement in FINE
    assert bool(re.fullmatch(INPUTS["requirement"]["regex"], requirement)) == fine
    assert (done.returncode, requirement in ran) == ((0, True) if fine else (64, False)), done.stdout + done.stderr


def test_a_role_gets_the_jobs_token_as_a_file(tmp_path: Path) -> None:
    """Only where a role is named; for its owner alone; for each cloud with the audience that it asks for."""
    job = PIPELINE[".reconciler-on-default-branch"]
    assert {name: row["aud"] for name, row in job["id_tokens"].items()} == {
        "NUMBERS_CLOUD_TOKEN": "sts.aliyuncs.com",
        "NUMBERS_AWS_TOKEN": "sts.amazonaws.com",
    }
    assert "id_tokens" not in PIPELINE[".reconciler-on-merge-request"]
    given = {"NUMBERS_CLOUD_TOKEN": "of-the-cloud", "NUMBERS_AWS_TOKEN": "of-aws", "ALIBABA_CLOUD_ROLE_ARN": "acs:r"}
    env = {"PATH": f"{Path(COMMAND).parent}:/usr/bin:/bin", "TMPDIR": str(tmp_path), "NUMBERS_REQUIREMENT": "", **given}
    file = "$ALIBABA_CLOUD_OIDC_TOKEN_FILE"
    show = f'stat -c %a "{file}"; cat "{file}"; echo "${{AWS_WEB_IDENTITY_TOKEN_FILE-}}"'
    script = "\n".join([*PIPELINE[".reconciler"]["before_script"], show])
    done = subprocess.run(["bash", "-e", "-c", script], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "600\nof-the-cloud\n"), done.stderr


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program; Node.js is beside it, in `node`."""
    home = tmp_path_factory.mktemp("gitlab-ci-local")
    (package,) = [line for line in TOOL.read_text().splitlines() if not line.startswith("#")]
    node = home / "node/bin"
    npm = [node / "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, package]
    for words in (
        [sys.executable, "-m", "venv", node.parent],
        [node / "python", "-m", "pip", "install", "--quiet", "-r", TOOL.with_name("nodejs.txt")],
        npm,
    ):
        env = {**os.environ, "PATH": f"{node}:{os.environ['PATH']}"}
        subprocess.run(words, check=True, timeout=300, capture_output=True, env=env)
    return home / "node_modules/.bin/gitlab-ci-local"


@pytest.fixture
def repository(project: Project) -> Repository:
    """It includes the component, and has a space that is not on the default branch's last commit but one."""
    shutil.copytree(ROOT / ".gitlab", project.root / ".gitlab")
    project.write(".gitlab-ci.yml", json.dumps({"include": [{"local": "/.gitlab/templates/reconciler.yml"}]}))
    repository = Repository(project.root)
    repository.git("remote", "add", "origin", "git@gitlab.example.com:acme/phones.git")
    repository.commit("spaces/acme.yaml", SPACE)
    return repository


@pytest.mark.heavy
@needs("rsync")
def test_gitlab_ci_local_plans_a_merge_request(
    project: Project, repository: Repository, forge: Forge, runner: Path
) -> None:
    """Without a secret: the plan and its reports, against the base revision, as no snapshot is published yet."""
    base = repository.git("rev-parse", "HEAD~1")
    repository.git("checkout", "--quiet", "-b", "branch")
    request = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    request |= {"CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "12"}
    ran = pipeline(runner, project, {**request, **forge.environment})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in ran.stdout
    assert "untrusted" in forge.texts(12)[0]


@pytest.mark.heavy
@needs("rsync")
def test_gitlab_ci_local_runs_the_pipeline(
    project: Project, cloud: Cloud, repository: Repository, forge: Forge, runner: Path
) -> None:
    """After the merge: plan, apply that pauses as a warning, outcome, snapshot; the code is typed elsewhere, and the
    same pipeline again has nothing to do. The image has the command, so pip is not asked."""
    forge.pulls = [{"iid": 12, "state": "merged", "merge_commit_sha": repository.head}]
    state = f"sqlite:{project.scratch / 'state.db'}"
    variables = {"RECONCILER_STATE": state, **forge.environment, "CI_COMMIT_SHA": repository.head}
    variables |= {name: project.environment[name] for name in SECRETS}
    first = pipeline(runner, project, variables)
    assert first.returncode == 0, first.stdout + first.stderr
    assert re.search(r"warning.*reconciler-apply|reconciler-apply.*warning", first.stdout, re.IGNORECASE | re.DOTALL)
    assert "reconciler verify acme/phone_number/support" in forge.texts(12)[0]
    typed = project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT), RECONCILER_STATE=state)
    assert typed.code == 0, typed.err
    second = pipeline(runner, project, variables)
    assert (second.returncode, "No changes." in second.stdout) == (0, True), second.stdout + second.stderr
    assert len(cloud.messages()) == 1


def pipeline(runner: Path, project: Project, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """By the shell, each job in a clone of its own."""
    words = [str(runner), "--force-shell-executor", "--shell-isolation", "--no-color"]
    words += ["--ignore-predefined-vars", ",".join(name for name in variables if name.startswith("CI_"))]
    words += [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
    path = (str(Path(COMMAND).parent), str(runner.parents[2] / "node/bin"), project.environment["PATH"])
    env = {**project.environment, "PATH": ":".join(path)}
    return subprocess.run(words, cwd=project.root, env=env, capture_output=True, text=True, timeout=240)
