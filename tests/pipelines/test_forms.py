"""Each file is what its vendor takes: held against the vendors' schemas where there are some, and the house's laws."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.pipelines.runner import ROOT, WORKFLOWS, Row, read

EXAMPLES = ROOT / "examples"
OURS = sorted(WORKFLOWS.glob("*.yml"))
REUSABLE = [path for path in OURS if "workflow_call" in read(path)["on"]]
CALLERS = sorted(EXAMPLES.glob("*/.github/workflows/*.yml"))
WORKFLOW_FILES = [*OURS, *CALLERS]
ACTION_FILE = ROOT / ".github/actions/reconciler/action.yml"
CLOUD_KEYS = {f"ALIBABA_CLOUD_{name}" for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")}
SCHEMAS = {
    "github-workflows": WORKFLOW_FILES,
    "github-actions": [ACTION_FILE],
    "gitlab-ci": sorted(EXAMPLES.glob("*/.gitlab-ci.yml")),
}
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("path", sorted(ROOT.glob(".gitlab/**/*.yml")), ids=lambda path: path.name)
def test_the_vendor_takes_the_component(tmp_path: Path, path: Path) -> None:
    """Both of its documents: what it takes, and the pipeline as it is with the defaults."""
    text = path.read_text("utf-8")
    inputs = next(yaml.safe_load_all(text))["spec"]["inputs"]
    filled = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: str(inputs[found[1]]["default"]), text)
    for number, document in enumerate(yaml.safe_load_all(filled)):
        (tmp_path / f"{number}.json").write_text(json.dumps(document))
    words = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", *sorted(tmp_path.iterdir())]
    done = subprocess.run([BIN / "check-jsonschema", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_command_is_about_the_project_s_folder() -> None:
    """A command in a comment or issue is for that folder; only of a stranger's plan none is shown."""
    for path in REUSABLE:
        workflow = read(path)
        if "directory" in (workflow["on"]["workflow_call"] or {}).get("inputs", {}):
            steps = [step for job in workflow["jobs"].values() for step in job.get("steps", [])]
            ours = [step["with"] for step in steps if step["uses"].endswith("actions/reconciler")]
            assert [given for given in ours if given.get("directory") != "${{ inputs.directory }}"] == [], path
    text = (ROOT / ".gitlab/reconciler.gitlab-ci.yml").read_text("utf-8")
    elsewhere = re.findall(r"\breconciler (?:comment|issue|pending|check|plan|apply) .*", text)
    assert elsewhere == ['reconciler comment gitlab "$WHAT" --untrusted']


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
    steps = read(ACTION_FILE)["runs"]["steps"]
    everywhere = [step for path in WORKFLOW_FILES for job in jobs(path).values() for step in job.get("steps", [])]
    assert [step["run"] for step in steps + everywhere if "${{" in step.get("run", "")] == []


def test_permissions_are_the_least() -> None:
    """A workflow gives nothing; each job says what it needs; only those that comment may write, and nothing else.

    Who it is may only be asked by a job that has a state to read, and never by one that a pull request starts.
    """
    writes = {"comment", "nudge", "inside", "issue"}
    for path in REUSABLE:
        assert read(path)["permissions"] == {}
        for name, job in jobs(path).items():
            given = {what for what, level in job["permissions"].items() if level != "read"}
            assert ("id-token" in given) == ("secrets.RECONCILER_STATE" in json.dumps(job)), (path, name)
            assert bool(given - {"id-token"}) == (name in writes), (path, name)
            assert given <= {"pull-requests", "issues", "id-token"}
            assert job["timeout-minutes"] <= 120
    for path in CALLERS:
        assert not ("pull_request" in read(path)["on"] and "id-token" in path.read_text("utf-8")), path


def test_a_caller_grants_what_the_called_need() -> None:
    """Or GitHub refuses the run: a called job's permissions are within its caller's."""
    for path in CALLERS:
        for job in jobs(path).values():
            called = WORKFLOWS / Path(job.get("uses", "").partition("@")[0]).name
            needed = [each["permissions"] for each in jobs(called).values()] if called.is_file() else []
            granted = job.get("permissions", read(path).get("permissions", {}))
            assert all(granted.get(what) in (level, "write") for each in needed for what, level in each.items()), path


def test_strangers_code_meets_no_secret() -> None:
    """No `pull_request_target`; where a branch is checked out on a pull request no secret is named, but in the example
    for those who trust all who can push; where a stranger's plan is commented nothing of the branch is checked out."""
    for path in WORKFLOW_FILES:
        assert "pull_request_target" not in path.read_text("utf-8")
        assert (
            path.name == "inside.yml" or ("pull_request" not in read(path)["on"]) or "secrets" not in path.read_text()
        )
    assert "secrets." not in (WORKFLOWS / "plan.yml").read_text("utf-8")
    steps = jobs(WORKFLOWS / "comment.yml")["comment"]["steps"]
    assert [step["uses"] for step in steps if "checkout" in step["uses"] or "run" in step] == []


def test_what_may_write_state_belongs_to_the_environment() -> None:
    """Only a job that reviewers let through names it and the cloud's credentials; the others have one that reads."""
    for path in WORKFLOW_FILES:
        for job in jobs(path).values():
            named = set(re.findall(r"secrets\.(RECONCILER_STATE\w*|ALIBABA\w*)", json.dumps(job)))
            assert "environment" in job or all(
                re.fullmatch("RECONCILER_STATE_READ(_[A-Z0-9_]+)?", name) for name in named
            ), path


def test_no_checkout_keeps_its_token() -> None:
    """Every checkout puts its token away."""
    for path in WORKFLOW_FILES:
        steps = (step for job in jobs(path).values() for step in job.get("steps", []))
        for step in (step for step in steps if "actions/checkout@" in step.get("uses", "")):
            assert step["with"]["persist-credentials"] is False


PIN = re.compile(r"[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.mark.parametrize("path", [*WORKFLOW_FILES, ACTION_FILE], ids=lambda path: f"{path.parts[-4]}-{path.name}")
def test_what_others_wrote_is_pinned(path: Path) -> None:
    """By a commit with its version beside it; what lies in the same repository is named so, and is there."""
    for name, pin in re.findall(r"uses: ([^@\s]+)@?(.*)", path.read_text("utf-8")):
        if name.startswith("$/"):
            assert (ROOT / name[2:] / "action.yml").is_file()
        elif name.startswith("example/"):
            assert pin == "0123456789abcdef" * 2 + "01234567"
        else:
            assert PIN.fullmatch(pin), (name, pin)


def test_an_action_has_one_pin() -> None:
    """The same in every file, so that an update is whole."""
    texts = [path.read_text("utf-8") for path in (*WORKFLOW_FILES, ACTION_FILE)]
    used = [found for text in texts for found in re.findall(r"uses: ([\w-]+/[\w-]+)\S*@(.*)", text)]
    assert Counter(name for name, _ in set(used)).most_common(1)[0][1] == 1


def test_every_job_with_a_state_gets_the_backends_secrets() -> None:
    """The same in each, so that a backend which one job reaches is reached by all."""
    for name in ("apply", "nudge", "drift"):
        workflow = read(WORKFLOWS / f"{name}.yml")
        declared = set(workflow["on"]["workflow_call"]["secrets"]) - {"RECONCILER_STATE", "RECONCILER_STATE_READ"}
        steps = [step for job in jobs(WORKFLOWS / f"{name}.yml").values() for step in job["steps"]]
        for step in (step for step in steps if "RECONCILER_STATE" in step.get("env", {})):
            given = set(step["env"]) - {"RECONCILER_STATE", "GITHUB_TOKEN"}
            assert given == declared - (set() if step.get("id") == "apply" else CLOUD_KEYS)
            assert "inputs.variables" in step["with"]["variables"]
