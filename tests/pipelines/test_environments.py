"""Several environments in one run of the pipeline: nothing of one is taken for the other's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.pipelines.runner import ROOT, Ran, Row, read
from tests.pipelines.team import Team
from tests.stage.cloud import Cloud
from tests.stage.project import SALES, SUPPORT, Project, registered
from tests.stage.servers.forge import serving

ACCOUNT = "1234567890123456"
SETTINGS = f"""environments:
  staging: {{spaces: staging/*.yaml, account: "{ACCOUNT}"}}
  production: {{spaces: production/*.yaml, account: "{ACCOUNT}", protect: true}}
"""
NUMBERS = {"staging": SUPPORT, "production": SALES}
EXAMPLE = ROOT / "examples/environments/.github/workflows"


def space(environment: str) -> str:
    number = registered("support", NUMBERS[environment])
    return f"space: acme\nspace_id: cams-{environment}\nphone_numbers:\n{number}"


@pytest.fixture
def team(project: Project, cloud: Cloud) -> Iterator[Team]:
    cloud.tell("settings", account=ACCOUNT)
    with serving() as forge:
        team = Team(project, cloud, forge)
        team.repository.commit("reconciler.yaml", SETTINGS)
        for name in NUMBERS:
            team.repository.commit(f"{name}/other.yaml", f"space: other\nspace_id: cams-{name}-other\n")
        yield team


def call(team: Team, name: str, github: Row, environment: str, **inputs: object) -> dict[str, Ran]:
    place = f"sqlite:{team.project.scratch / environment}.db"
    secrets = {**team.secrets, "RECONCILER_STATE": place, "RECONCILER_STATE_READ": place}
    return team.hub.call(name, github, {"environment": environment, **inputs}, secrets)


def test_the_whole_way(team: Team, cloud: Cloud) -> None:
    """Plans, comments, applies, snapshots, memories and reminders of two environments, side by side in one run."""
    team.pull_request("staging/acme.yaml", space("staging"))
    team.repository.commit("production/acme.yaml", space("production"))
    pull = {"sha": team.repository.head, "event": {"pull_request": {"base": {"sha": team.main}, "number": 12}}}
    team.forge.pulls[0]["head"]["sha"] = pull["sha"]
    for name in NUMBERS:
        planned = call(team, "plan", pull, name)["plan"]
        assert planned.result == "success", planned.log
    assert sorted(team.hub.artifacts) == ["reconciler-plan-production", "reconciler-plan-staging"]
    for name in NUMBERS:
        assert call(team, "comment", team.after(str(pull["sha"])), name)["comment"].result == "success"
    assert [marker(text) for text in team.forge.texts(12)] == ["plan-staging", "plan-production"]

    merged = team.merge()
    for name in NUMBERS:
        ran = call(team, "apply", merged, name)
        assert {job: each.result for job, each in ran.items()} == dict.fromkeys(ran, "success"), ran["apply"].log
        assert ran["apply"].outputs == {"paused": "true"}
        assert f"reconciler verify acme/phone_number/support --environment={name}" in ran["apply"].summary
    assert {"reconciler-outcome-staging", "reconciler-outcome-production"} <= set(team.hub.artifacts)
    texts = team.forge.texts(12)
    assert [marker(text) for text in texts] == ["plan-staging", "plan-production"]
    for name, text in zip(NUMBERS, texts, strict=True):
        assert f"reconciler verify acme/phone_number/support --environment={name}" in text
    for name in NUMBERS:
        assert f'"environment": "{name}"'.encode() in team.hub.newest(f"reconciler-snapshot:.@{name}:")
        assert team.hub.newest(f"reconciler-seen:.@{name}:")
        nudge = call(team, "nudge", merged, name, issue=1, **{"older-than": "0s"})["nudge"]
        assert nudge.result == "success", nudge.log
    assert [marker(text) for text in team.forge.texts(1)] == ["nudge-staging", "nudge-production"]
    assert len(cloud.messages()) == 2


def marker(text: str) -> str:
    return text.partition("<!-- reconciler:")[2].partition(" ")[0]


def test_a_state_that_is_missing_is_no_other(team: Team, cloud: Cloud) -> None:
    """An environment whose secret is not there applies nothing, neither with its own variable nor with the shared."""
    team.pull_request("staging/acme.yaml", space("staging"))
    merged = team.merge()
    for secrets in ({}, {"RECONCILER_STATE_READ": ""}):
        ran = team.hub.call("apply", merged, {"environment": "staging"}, secrets)
        assert (ran["plan"].result, ran["apply"].result) == ("failure", "skipped")
    ran = team.hub.call("apply", merged, {"environment": "staging"}, {**team.secrets, "RECONCILER_STATE": ""})
    assert (ran["plan"].result, ran["apply"].result) == ("success", "failure"), ran["plan"].log
    assert cloud.calls() == []


def test_consent_beside_the_environment_is_consent_to_it(team: Team, cloud: Cloud) -> None:
    """A caller that names a protected environment and an option of consent has named both in one place."""
    team.pull_request("production/acme.yaml", space("production"))
    ran = call(team, "apply", team.merge(), "production", arguments="--allow-messages 5")
    assert (ran["apply"].result, ran["apply"].outputs) == ("success", {"paused": "true"}), ran["apply"].log


def test_outcomes_that_were_not_written_are_each_environments(team: Team) -> None:
    """As artifacts of their own names: one does not replace the other's."""
    for name in NUMBERS:
        team.repository.commit(f".reconciler-emergency-{name}.jsonl", f"{name}\n")
    for name in NUMBERS:
        call(team, "apply", {"sha": team.main}, name)
    names = {name for name in team.hub.artifacts if "emergency" in name}
    assert names == {f"reconciler-emergency-job-{name}" for name in NUMBERS}


def test_every_name_that_runs_share_has_the_environment_in_it() -> None:
    """Of artifacts, caches, memories and groups: the inputs would be the only difference between two calls."""
    for name in ("plan", "comment", "apply", "nudge", "drift"):
        text = (ROOT / f".github/workflows/{name}.yml").read_text("utf-8")
        assert "env:\n  RECONCILER_ENVIRONMENT: ${{ inputs.environment }}\n" in text
        said = r"^ *(?:key|restore-keys|group|memory|name): *\"?(?:reconciler-|\$\{\{ inputs).*"
        shared = re.findall(said, text, re.MULTILINE)
        assert shared
        assert [line for line in shared if "inputs.environment" not in line] == []


def test_the_example_names_every_environment() -> None:
    """Of its reconciler.yaml, in each of the files; each apply waits for the one before."""
    names = list(read(ROOT / "examples/environments/reconciler.yaml")["environments"])
    for file in ("plan", "comment"):
        (job,) = read(EXAMPLE / f"{file}.yml")["jobs"].values()
        assert job["strategy"] == {"fail-fast": False, "matrix": {"environment": names}}
    for file in ("apply", "nudge", "drift"):
        jobs = read(EXAMPLE / f"{file}.yml")["jobs"]
        assert [job["with"]["environment"] for job in jobs.values()] == list(jobs) == names
        for name, job in jobs.items():
            assert job["secrets"]["RECONCILER_STATE_READ"].endswith(f".RECONCILER_STATE_READ_{name.upper()} }}}}")
    applies = read(EXAMPLE / "apply.yml")["jobs"]
    assert [job.get("needs") for job in applies.values()] == [None, *names[:-1]]


def test_a_memory_that_is_missing_is_not_taken_for_none(team: Team) -> None:
    """An empty RECONCILER_EXPECT reaches the command, which refuses it."""
    step: Row = {"id": "plan", "uses": "$/.github/actions/reconciler", "env": {"RECONCILER_EXPECT": ""}}
    step["with"] = {"command": "pending", "arguments": "--environment staging --state dir:somewhere"}
    job: Row = {"steps": [{"uses": "actions/checkout@v7"}, step]}
    ran = team.hub.job(job, {}, {"sha": team.main}, {}, {})
    assert (ran.result, ran.steps["plan"]["outputs"]["exit-code"]) == ("failure", "64"), ran.log
