"""Each file is what its vendor takes: held against the vendors' schemas where there are some, and the house's laws."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.pipelines.runner import ROOT, WORKFLOWS, Row, read

EXAMPLES = ROOT / "examples"
REUSABLE = sorted(WORKFLOWS.glob("*.yml"))
CALLERS = sorted((EXAMPLES / "github/.github/workflows").glob("*.yml"))
SCHEMAS = {
    "github-workflows": [*REUSABLE, *CALLERS],
    "github-actions": [ROOT / ".github/actions/reconciler/action.yml"],
    "gitlab-ci": [ROOT / ".gitlab/reconciler.gitlab-ci.yml", EXAMPLES / "gitlab/.gitlab-ci.yml"],
}
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_vendor_takes_it(schema: str) -> None:
    """By the schemas that check-jsonschema carries; nothing is fetched."""
    more = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    checked: list[str | Path] = [
        BIN / "check-jsonschema",
        "--builtin-schema",
        f"vendor.{schema}",
        *more,
        *SCHEMAS[schema],
    ]
    done = subprocess.run(checked, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_pre_commit_takes_its_files() -> None:
    """By pre-commit's own checks: the manifest, and the configuration that names a hook of it."""
    config = EXAMPLES / "pre-commit/.pre-commit-config.yaml"
    for verb, file in (("validate-manifest", ROOT / ".pre-commit-hooks.yaml"), ("validate-config", config)):
        subprocess.run([BIN / "pre-commit", verb, file], check=True, capture_output=True)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    used = [each["id"] for each in yaml.safe_load(config.read_text())["repos"][0]["hooks"]]
    assert used == [each["id"] for each in reversed(hooks)]


# Atlantis publishes no schema. These two hold what its reference pages list, as far as we use it.
TEXTS = {"type": "array", "items": {"type": "string"}}
REQUIREMENTS = {"type": "array", "items": {"enum": ["approved", "mergeable", "undiverged"]}}
RUN = {
    "type": "object",
    "required": ["command"],
    "additionalProperties": False,
    "properties": {"command": {"type": "string"}, "shell": {"type": "string"}, "output": {"enum": ["show", "hide"]}},
}
STAGE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["steps"],
    "properties": {
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "maxProperties": 1,
                "properties": {"run": {"anyOf": [{"type": "string"}, RUN]}},
            },
        }
    },
}


def closed(required: list[str], **properties: Any) -> Row:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


ATLANTIS = {
    "repos.yaml": closed(
        ["repos", "workflows"],
        repos={
            "type": "array",
            "items": closed(
                ["id"],
                id={"type": "string"},
                workflow={"type": "string"},
                allowed_overrides=TEXTS,
                plan_requirements=REQUIREMENTS,
                apply_requirements=REQUIREMENTS,
            ),
        },
        workflows={"type": "object", "additionalProperties": closed(["plan", "apply"], plan=STAGE, apply=STAGE)},
    ),
    "atlantis.yaml": closed(
        ["version", "projects"],
        version={"const": 3},
        projects={
            "type": "array",
            "items": closed(
                ["dir"],
                name={"type": "string"},
                dir={"type": "string"},
                autoplan=closed([], enabled={"type": "boolean"}, when_modified=TEXTS),
            ),
        },
    ),
}


@pytest.mark.parametrize("name", ATLANTIS)
def test_atlantis_files_hold_what_its_pages_list(name: str) -> None:
    """And the workflow that a repository is given is defined by the server, not by a pull request."""
    found = yaml.safe_load((EXAMPLES / "atlantis" / name).read_text())
    jsonschema.validate(found, ATLANTIS[name])
    for repository in found.get("repos", []):
        assert repository["workflow"] in found["workflows"]
        assert repository["allowed_overrides"] == []


def jobs(path: Path) -> dict[str, Row]:
    found: dict[str, Row] = read(path)["jobs"]
    return found


def test_no_shell_line_holds_an_expression() -> None:
    """Inputs come to a shell as variables; what stands in `run` is the same for every caller."""
    steps = read(ROOT / ".github/actions/reconciler/action.yml")["runs"]["steps"]
    everywhere = [
        step for path in (*REUSABLE, *CALLERS) for job in jobs(path).values() for step in job.get("steps", [])
    ]
    assert [step["run"] for step in steps + everywhere if "${{" in step.get("run", "")] == []


def test_permissions_are_the_least() -> None:
    """A workflow gives nothing; each job says what it needs; only those that comment may write, and nothing else."""
    writes = {"comment", "nudge", "inside"}
    for path in REUSABLE:
        assert read(path)["permissions"] == {}
        for name, job in jobs(path).items():
            given = {what for what, level in job["permissions"].items() if level != "read"}
            assert bool(given) == (name in writes), (path, name)
            assert given <= {"pull-requests", "issues"}
            assert job["timeout-minutes"] <= 120


def test_a_caller_grants_what_the_called_need() -> None:
    """Or GitHub refuses the run: a called job's permissions are within its caller's."""
    for path in CALLERS:
        for job in jobs(path).values():
            called = WORKFLOWS / Path(job.get("uses", "").partition("@")[0]).name
            needed = [each["permissions"] for each in jobs(called).values()] if called.is_file() else []
            granted = read(path).get("permissions", {})
            assert all(granted.get(what) in (level, "write") for each in needed for what, level in each.items()), path


def test_strangers_code_meets_no_secret() -> None:
    """No `pull_request_target`; where a branch is checked out on a pull request no secret is named, but in the example
    for those who trust all who can push; where a stranger's plan is commented nothing of the branch is checked out."""
    for path in (*REUSABLE, *CALLERS):
        assert "pull_request_target" not in path.read_text("utf-8")
        assert (
            path.name == "inside.yml" or ("pull_request" not in read(path)["on"]) or "secrets" not in path.read_text()
        )
    assert "secrets." not in (WORKFLOWS / "plan.yml").read_text("utf-8")
    checkouts = [
        step["with"] for step in jobs(WORKFLOWS / "comment.yml")["comment"]["steps"] if "checkout" in step["uses"]
    ]
    assert [row["repository"] for row in checkouts] == ["${{ job.workflow_repository }}"]


def test_what_may_write_state_belongs_to_the_environment() -> None:
    """Only a job that reviewers let through names it and the cloud's credentials; the others have one that reads."""
    for path in (*REUSABLE, *CALLERS):
        for job in jobs(path).values():
            named = set(re.findall(r"secrets\.(RECONCILER_STATE\w*|ALIBABA\w*)", json.dumps(job)))
            assert "environment" in job or named <= {"RECONCILER_STATE_READ"}, path


def test_no_checkout_keeps_its_token() -> None:
    """Every checkout puts its token away, and every action of others is pinned to a version at least."""
    for path in (*REUSABLE, *CALLERS):
        steps = (step for job in jobs(path).values() for step in job.get("steps", []))
        for step in (step for step in steps if "uses" in step):
            if "actions/checkout@" in step["uses"]:
                assert step["with"]["persist-credentials"] is False
            assert step["uses"].startswith("./") or re.search(r"@(v[0-9.]+|[0-9a-f]{40})$", step["uses"])
