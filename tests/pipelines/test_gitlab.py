"""The includable pipeline's scripts, run as a runner does, with a server that answers as GitLab's API does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.pipelines.runner import ROOT
from tests.pipelines.test_environments import ACCOUNT, SETTINGS
from tests.stage.cloud import Cloud
from tests.stage.project import COMMAND, SALES, SUPPORT, Project, registered
from tests.stage.repository import SPACE, Repository
from tests.stage.servers.forge import Forge

FILE = ROOT / ".gitlab/reconciler.gitlab-ci.yml"


def with_inputs(path: Path, **given: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a file with inputs takes, and its pipeline with these in place of the defaults."""
    head, body = path.read_text("utf-8").split("\n---\n")
    takes: dict[str, Any] = yaml.safe_load(head)["spec"]["inputs"]
    values = {name: str(row["default"]) for name, row in takes.items()} | given
    return takes, yaml.safe_load(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: values[found[1]], body))


INPUTS, PIPELINE = with_inputs(FILE)
SECRETS = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")


def set_by(name: str, pipeline: dict[str, Any] = PIPELINE) -> dict[str, str]:
    """The variables of a job and of what it extends, the nearest first to be heard. A project's go before them."""
    job = pipeline[name]
    return {**(set_by(job["extends"], pipeline) if "extends" in job else {}), **job.get("variables", {})}


def cached(name: str, pipeline: dict[str, Any] = PIPELINE) -> list[str]:
    """The paths that a job's cache keeps, its own or of what it extends."""
    job = pipeline[name]
    paths: list[str] = job.get("cache", {}).get("paths", [])
    return paths or (cached(job["extends"], pipeline) if "extends" in job else [])


class Runner:
    """Each job in a clone of its own; artifacts are what its file names, handed on to the jobs that need it."""

    def __init__(
        self, project: Project, forge: Forge, pipeline: dict[str, Any] = PIPELINE, folder: Path | None = None
    ) -> None:
        """folder: of artifacts and clones; None for the project's own."""
        self.project, self.pipeline, self.jobs = project, pipeline, 0
        self.folder = folder or project.scratch
        self.kept = self.folder / "artifacts"
        self.kept.mkdir(parents=True)
        self.cache: dict[Path, bytes] = {}
        bare = {name: value for name, value in project.environment.items() if name not in SECRETS}
        path = f"{Path(COMMAND).parent}:{bare['PATH']}"
        self.machine = {**bare, **PIPELINE["variables"], **forge.environment, "PATH": path, "CI_JOB_TOKEN": "job"}

    def run(self, name: str, **variables: str) -> tuple[int, str]:
        """The exit code of its script, with `-e`, and its log."""
        self.jobs += 1
        job, folder = self.pipeline[name], self.folder / f"job-{self.jobs}"
        subprocess.run(
            ["git", "clone", "--quiet", str(self.project.root), str(folder)], check=True, capture_output=True
        )
        for file in self.kept.iterdir():
            shutil.copy(file, folder)
        for name_in_it, content in self.cache.items() if cached(name, self.pipeline) else ():
            (folder / name_in_it).parent.mkdir(exist_ok=True)
            (folder / name_in_it).write_bytes(content)
        words = ["bash", "-e", "-o", "pipefail", "-c", "\n".join(job["script"])]
        env = {**self.machine, **set_by(name, self.pipeline), **variables}
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
        for file in (path for each in job.get("artifacts", {}).get("paths", []) for path in folder.glob(each)):
            shutil.copy(file, self.kept)
        for file in (path for each in cached(name, self.pipeline) for path in folder.glob(each)):
            self.cache[file.relative_to(folder)] = file.read_bytes()
        for kind, file in job.get("artifacts", {}).get("reports", {}).items():
            if (folder / file).is_file():
                (self.kept / kind).write_text((folder / file).read_text())
        return done.returncode, done.stdout + done.stderr


def test_the_whole_way(project: Project, cloud: Cloud, forge: Forge) -> None:
    """Plan without a secret, reports, note, apply that may pause, code typed elsewhere, the same plan ends."""
    repository, runner = Repository(project.root), Runner(project, forge)
    base = repository.head
    repository.commit("spaces/acme.yaml", SPACE)
    request = {"CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "12", "CI_DEFAULT_BRANCH": "main"}
    code, log = runner.run("reconciler-plan", **request, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 0, log
    assert json.loads((runner.kept / "terraform").read_text()) == {"create": 1, "update": 0, "delete": 0}
    assert isinstance(json.loads((runner.kept / "codequality").read_text()), list)
    assert cloud.calls() == []
    code, log = runner.run("reconciler-comment", **request)
    assert code == 0, log
    assert "untrusted" in forge.texts(12)[0]

    forge.pulls = [{"iid": 12, "state": "merged", "merge_commit_sha": repository.head}]
    state = {"RECONCILER_STATE": f"sqlite:{project.scratch / 'state.db'}"}
    merged = {**state, **{name: project.environment[name] for name in SECRETS}, "CI_COMMIT_SHA": repository.head}
    assert runner.run("reconciler-plan-merged", **merged)[0] == 0
    code, log = runner.run("reconciler-apply", **merged)
    assert [code] == PIPELINE["reconciler-apply"]["allow_failure"]["exit_codes"], log
    assert runner.run("reconciler-outcome", **merged)[0] == 0
    assert "reconciler verify acme/phone_number/support" in forge.texts(12)[0]
    nudge = {"NUMBERS_NUDGE_AFTER": "0s", "NUMBERS_NUDGE_ISSUE": "1", "CI_PIPELINE_ID": "9"}
    assert runner.run("reconciler-nudge", **state, **nudge)[0] == 0
    assert "acme/phone_number/support" in forge.texts(1)[0]
    typed = project.run(
        "verify", "acme/phone_number/support", given=cloud.code(SUPPORT), RECONCILER_STATE=state["RECONCILER_STATE"]
    )
    assert typed.code == 0

    assert runner.run("reconciler-apply", **merged)[0] == 0
    assert runner.run("reconciler-outcome", **merged)[0] == 0
    assert "reconciler verify" not in forge.texts(12)[0]
    assert runner.run("reconciler-snapshot", **state)[0] == 0
    assert SUPPORT[3:] not in (runner.kept / "snapshot.json").read_text()
    assert len(cloud.messages()) == 1


def test_a_refused_plan_is_a_plan(project: Project, cloud: Cloud, forge: Forge) -> None:
    """The job is red, and its reports and its note are there; after the merge the apply says whether it is done."""
    repository, runner = Repository(project.root), Runner(project, forge)
    base = repository.head
    repository.commit("reconciler.yaml", "guards: {max_messages: 0}\n")
    repository.commit("spaces/acme.yaml", SPACE)
    request = {"CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "12", "CI_DEFAULT_BRANCH": "main"}
    code, log = runner.run("reconciler-plan", **request, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 6, log
    found = json.loads((runner.kept / "codequality").read_text())
    assert {each["check_name"] for each in found} == {"too-many-messages", "settings-changed"}
    assert runner.run("reconciler-comment", **request)[0] == 0
    assert "up to 1 message would be sent" in forge.texts(12)[0]
    merged = {"RECONCILER_STATE": f"sqlite:{project.scratch / 'state.db'}", "CI_COMMIT_SHA": repository.head}
    merged |= {name: project.environment[name] for name in SECRETS}
    assert runner.run("reconciler-plan-merged", **merged)[0] == 0
    assert runner.run("reconciler-apply", **merged)[0] == 6
    assert cloud.messages() == []


def test_no_job_of_a_merge_request_names_a_secret() -> None:
    """Of what strangers can start only the note needs a token, and it is not there for them."""
    for name, job in PIPELINE.items():
        if name.startswith("reconciler-") and "merge" in json.dumps(job.get("rules", [])):
            (rule,) = job["rules"]
            assert rule["if"] == '$CI_PIPELINE_SOURCE == "merge_request_event" && $RECONCILER_GITLAB_TOKEN'


def test_a_runner_finds_out_a_state_that_was_put_back(project: Project, cloud: Cloud, forge: Forge) -> None:
    """By what an earlier job saw, which the cache keeps; the file with what was not written is an artifact."""
    repository, runner = Repository(project.root), Runner(project, forge)
    repository.commit("spaces/acme.yaml", SPACE)
    state = project.scratch / "state.db"
    merged = {"RECONCILER_STATE": f"sqlite:{state}", "CI_COMMIT_SHA": repository.head}
    merged |= {name: project.environment[name] for name in SECRETS}
    assert runner.run("reconciler-plan-merged", **merged)[0] == 0
    assert runner.run("reconciler-apply", **merged)[0] == 3
    state.unlink()
    for job in ("reconciler-plan-merged", "reconciler-apply", "reconciler-snapshot"):
        code, log = runner.run(job, **merged)
        assert (code, "error[state-vanished]" in log) == (1, True), log
    assert len(cloud.messages()) == 1
    repository.commit(".reconciler-emergency.jsonl", "kept\n")
    assert runner.run("reconciler-apply", **merged)[0] == 1
    assert (runner.kept / ".reconciler-emergency.jsonl").read_text() == "kept\n"


def test_two_environments(project: Project, cloud: Cloud, forge: Forge) -> None:
    """Included once for each: no job of one takes what is the other's, and each has its note and its state."""
    cloud.tell("settings", account=ACCOUNT)
    repository = Repository(project.root)
    repository.commit("reconciler.yaml", SETTINGS)
    names = {"staging": SUPPORT, "production": SALES}
    for name in names:
        repository.commit(f"{name}/other.yaml", f"space: other\nspace_id: cams-{name}-other\n")
    base = repository.head
    for name, number in names.items():
        text = f"space: acme\nspace_id: cams-{name}\nphone_numbers:\n{registered('support', number)}"
        repository.commit(f"{name}/acme.yaml", text)
    request = {"CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "12", "CI_DEFAULT_BRANCH": "main"}
    states = {f"RECONCILER_STATE_{name.upper()}": f"sqlite:{project.scratch / name}.db" for name in names}
    merged = {**states, **{name: project.environment[name] for name in SECRETS}, "CI_COMMIT_SHA": repository.head}
    runners = {}
    for name in names:
        _, pipeline = with_inputs(FILE, environment=name, suffix=f"-{name}")
        runners[name] = Runner(project, forge, pipeline, project.scratch / name)
        code, log = runners[name].run(f"reconciler-plan-{name}", **request, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
        assert (code, "1 to add" in log) == (0, True), log
        assert runners[name].run(f"reconciler-comment-{name}", **request)[0] == 0
    keys = [text.partition("<!-- reconciler:")[2].partition(" ")[0] for text in forge.texts(12)]
    assert keys == ["plan-staging", "plan-production"]
    forge.pulls = [{"iid": 12, "state": "merged", "merge_commit_sha": repository.head}]
    for name, runner in runners.items():
        assert runner.run(f"reconciler-plan-merged-{name}", **merged)[0] == 0
        code, log = runner.run(f"reconciler-apply-{name}", **merged)
        assert code == 3, log
        assert runner.run(f"reconciler-outcome-{name}", **merged)[0] == 0
        assert runner.run(f"reconciler-snapshot-{name}", **states)[0] == 0
        assert json.loads((runner.kept / "snapshot.json").read_text())["environment"] == name
        lacking = {**states, f"RECONCILER_STATE_{name.upper()}": ""}
        assert runner.run(f"reconciler-plan-merged-{name}", **lacking)[0] == 64
    for name, text in zip(names, forge.texts(12), strict=True):
        assert f"reconciler verify acme/phone_number/support --environment={name}" in text
    assert len(cloud.messages()) == 2


def test_two_environments_share_no_name() -> None:
    """Of a job, a group, a cache, a note or an artifact that is asked for: with other inputs each is another one."""
    both = [with_inputs(FILE, environment=name, suffix=f"-{name}")[1] for name in ("staging", "production")]
    for one in both:
        one.pop("variables")
    assert not set(both[0]) & set(both[1])
    for of in ("resource_group", "cache", "needs"):
        first, second = ([json.dumps(job[of]) for job in one.values() if job.get(of)] for one in both)
        assert first and not set(first) & set(second), of
    for word in ("?job=", "--key "):
        first, second = (re.findall(re.escape(word) + r"\S+", json.dumps(one)) for one in both)
        assert first and not set(first) & set(second), word
