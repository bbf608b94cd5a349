"""What a pipeline lacks is refused or done without, and never replaced by something that a branch could have made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.sandbox.http.serving import Listener
from reconciler.sandbox.http.serving import serving as listening
from tests.heavy import mostly_heavy
from tests.pipelines.runner import ACTION, BASH, ROOT, read
from tests.pipelines.team import Team
from tests.pipelines.test_gitlab import PIPELINE, Runner
from tests.stage.cloud import Cloud
from tests.stage.project import Project
from tests.stage.repository import SPACE, Repository
from tests.stage.servers.forge import Forge
from tests.stage.servers.quiet import Quiet


@pytest.mark.parametrize(
    "words",
    mostly_heavy(
        ["apply --auto-approve --no-input", "pending", "plan", "state list", "state snapshot", "verify a/contact/b"], 2
    ),
)
def test_an_empty_place_is_a_usage_error(project: Project, cloud: Cloud, words: str) -> None:
    """Exit 64, whether typed or from the environment; what is typed counts before an empty variable."""
    project.declare("support")
    for typed, variable in (([], ""), ([], " \n"), (["--state", ""], None)):
        done = project.run(*words.split(), *typed, RECONCILER_STATE=variable)
        assert (done.code, "it is empty: name a place, or leave it out" in done.err) == (64, True)
    assert project.run("state", "list", "--state", "sqlite:named.db", RECONCILER_STATE="").code == 0
    assert project.run("plan", "--help", RECONCILER_STATE="").code == 0
    assert not (project.root / ".reconciler").exists()
    assert cloud.calls() == []


def test_every_command_takes_its_place_from_the_one_option() -> None:
    """So that the law above holds for all of them."""
    said = [path for path in (ROOT / "reconciler").rglob("*.py") if 'option("--state"' in flat(path)]
    assert [path.name for path in said] == ["options.py"]


def flat(path: Path) -> str:
    return "".join(path.read_text("utf-8").split())


def test_a_missing_secret_fails_the_jobs_that_need_it(team: Team, cloud: Cloud) -> None:
    """GitHub gives the empty string for it: no plan, no message, no snapshot of nothing, and the steps fail."""
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    ran = team.hub.call("apply", merged)
    assert {name: each.result for name, each in ran.items() if name not in ("plan", "comment")} == dict.fromkeys(
        ("apply", "snapshot"), "skipped"
    )
    assert (ran["plan"].result, ran["plan"].steps["plan"]["outputs"]["exit-code"]) == ("failure", "64")
    reading = {"RECONCILER_STATE_READ": team.state}
    planned = team.hub.call("apply", merged, secrets=reading)
    assert (planned["plan"].result, planned["apply"].result) == ("success", "failure")
    assert planned["apply"].steps["apply"]["outputs"]["exit-code"] == "64"
    assert team.hub.call("nudge", merged, {"issue": 1})["nudge"].result == "failure"
    assert cloud.calls() == []


def test_a_plan_needs_a_snapshot_or_a_revision(team: Team) -> None:
    """Without both it fails, and does not plan with the state that the branch names."""
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("plan", {**pull, "event": {}})["plan"]
    assert (ran.result, ran.steps["plan"]["outputs"]["exit-code"]) == ("failure", "64")
    assert "it is empty: name a revision" in ran.log


def test_no_file_of_a_branch_is_taken_for_the_snapshot(team: Team) -> None:
    """Whatever it calls it: the base revision is what the plan is made against."""
    for name in (".reconciler-snapshot.json", "reconciler-snapshot.json"):
        team.repository.commit(name, "{}\n")
    ran = team.hub.call("plan", team.pull_request("spaces/acme.yaml", SPACE))["plan"]
    assert (ran.result, ran.outputs) == ("success", {"changes": "true", "refused": "false"}), ran.log


def test_without_a_report_of_the_rehearsal_the_plan_is_commented_alone(team: Team) -> None:
    """The job still fails."""
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    pull["event"]["pull_request"]["head"] = {"repo": {"full_name": "acme/phones"}}
    job = read(ROOT / "examples/github/.github/workflows/inside.yml")["jobs"]["plan"]
    (rehearse,) = [step for step in job["steps"] if step.get("id") == "rehearse"]
    rehearse["with"]["arguments"] = "--json /nonexistent/plan.out"
    ran = team.hub.job(job, {}, pull, {}, {"RECONCILER_STATE_READ": team.state})
    assert ran.result == "failure"
    (text,) = team.forge.texts(12)
    assert "acme/phone_number/support" in text
    assert "ehears" not in text


# Stands for pip: says what it was given, and makes the environment's interpreter.
PYTHON = """#!/bin/bash
env >> "$HOME/seen"
[ "$3" = venv ] || exit 0
mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
"""
GIVEN = ("RECONCILER_STATE", "RECONCILER_AGE_IDENTITY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "GITHUB_TOKEN", "PGPASSWORD")
(INSTALL,) = [step["run"] for step in read(ROOT / ACTION / "action.yml")["runs"]["steps"] if step["name"] == "Install"]


@pytest.mark.parametrize("pipeline", ["github", "gitlab"])
def test_no_secret_is_there_while_pip_installs(tmp_path: Path, pipeline: str) -> None:
    """What it builds and runs sees pip's own variables and the proxy's, and no other; later steps see theirs again."""
    python = tmp_path / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    kept = {"HOME": str(tmp_path), "PIP_INDEX_URL": "http://127.0.0.1:1/pip", "https_proxy": "http://127.0.0.1:1/proxy"}
    given = dict.fromkeys(GIVEN, "secret-canary\nsecond line")
    places = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": "/a/b/c"}
    places["TMPDIR"] = str(tmp_path)
    before = "\n".join(PIPELINE[".reconciler"]["before_script"])
    script = INSTALL if pipeline == "github" else before + '\n[ -n "$RECONCILER_STATE" ]'
    env = {**kept, **given, **places, "NUMBERS_REQUIREMENT": "number-reconciler @ file:///wheel.whl"}
    subprocess.run([*BASH, "-c", script], env=env, check=True, timeout=60)
    seen = (tmp_path / "seen").read_text()
    assert seen.count("PIP_INDEX_URL=") == seen.count("https_proxy=") == 2
    assert "canary" not in seen


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes = b"") -> Iterator[tuple[str, list[str | None]]]:
    """Its URL, and the job tokens that it was sent."""
    heard: list[str | None] = []

    class Handler(Quiet):
        def do_GET(self) -> None:
            heard.append(self.headers.get("JOB-TOKEN"))
            self.reply(status, body, headers)

    with listening(Listener(Handler)) as server:
        yield server.url, heard


def test_gitlab_takes_a_snapshot_from_where_the_token_belongs(project: Project, forge: Forge) -> None:
    """A redirect is not followed, nor is a file of the branch taken: the base revision stands for it; else it fails."""
    repository = Repository(project.root)
    repository.commit("snapshot.json", "{}\n")
    base = repository.head
    state = f"sqlite:{project.scratch / 'state.db'}"
    snapshot = project.run("state", "snapshot", "--revision", "HEAD", RECONCILER_STATE=state)
    assert snapshot.code == 0
    repository.commit("spaces/acme.yaml", SPACE)
    request = {"CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    with answering(200, {}, b"{}") as (elsewhere, heard):
        runner = Runner(project, forge)
        with answering(302, {"Location": elsewhere}) as (url, asked):
            code, log = runner.run("reconciler-plan", **request, CI_API_V4_URL=url)
            assert (code, asked, heard) == (0, ["job"], []), log
            request["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = ""
            assert runner.run("reconciler-plan", **request, CI_API_V4_URL=url)[0] == 64
        with answering(200, {}, snapshot.out.encode()) as (url, asked):
            code, log = runner.run("reconciler-plan", **request, CI_API_V4_URL=url)
            assert (code, asked) == (0, ["job"]), log


def test_gitlab_jobs_that_need_a_state_fail_without_one(project: Project, forge: Forge) -> None:
    """A protected variable is not there on an unprotected branch: then nothing is planned, applied or published."""
    Repository(project.root).commit("spaces/acme.yaml", SPACE)
    runner = Runner(project, forge)
    for job in ("reconciler-plan-merged", "reconciler-apply", "reconciler-snapshot", "reconciler-nudge"):
        assert runner.run(job, CI_PIPELINE_ID="9", NUMBERS_NUDGE_ISSUE="1")[0] == 64, job
