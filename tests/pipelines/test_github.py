"""The reusable workflows and the action, run: a stranger's pull request, the comment, the merge, the pause, the end."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.heavy import heavy
from tests.pipelines.runner import ROOT, Ran, Row, read
from tests.pipelines.team import Team
from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT
from tests.stage.repository import SPACE

RUN = "https://git.example.com/acme/phones/actions/runs/5"
NOT_REFUSED = {"changes": "true", "refused": "false"}


def test_the_whole_way(team: Team, cloud: Cloud) -> None:
    """Plan, comment, merge, apply that pauses, reminder, code typed elsewhere, the same apply; one message."""
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    planned = team.hub.call("plan", pull)["plan"]
    assert (planned.result, planned.outputs, planned.handed) == ("success", NOT_REFUSED, set())
    assert "1 to add, 0 to change, 0 to destroy" in planned.summary
    assert "::notice title=reconciler::Plan: 1 to add, 0 to change, 0 to destroy.\n" in planned.log
    assert cloud.calls() == []

    assert team.hub.call("comment", team.after(pull["sha"]))["comment"].result == "success"
    (text,) = team.forge.texts(12)
    assert text.startswith("<!-- reconciler:plan -->")
    assert "untrusted" in text

    merged = team.merge()
    first = team.hub.call("apply", merged, secrets=team.secrets)
    assert {name: ran.result for name, ran in first.items()} == dict.fromkeys(first, "success")
    assert first["apply"].outputs == {"paused": "true"}
    assert first["apply"].steps["apply"]["outputs"]["exit-code"] == "3"
    assert "reconciler verify acme/phone_number/support" in first["apply"].summary
    (text,) = team.forge.texts(12)
    assert "reconciler verify acme/phone_number/support" in text
    assert first["comment"].handed == {"GITHUB_TOKEN"}
    snapshot, seen = (team.hub.newest(f"reconciler-{name}:.:") for name in ("snapshot", "seen"))
    assert str(team.project.scratch).encode() not in seen
    assert b"acme/phone_number/support" in snapshot
    assert SUPPORT.encode()[3:] not in snapshot

    nudged = team.hub.call("nudge", merged, {"older-than": "0s", "issue": 1}, team.secrets)["nudge"]
    assert nudged.result == "success", nudged.log
    assert "acme/phone_number/support" in team.forge.texts(1)[0]

    typed = team.project.run(
        "verify", "acme/phone_number/support", given=cloud.code(SUPPORT), RECONCILER_STATE=team.state
    )
    assert typed.code == 0

    again = team.hub.call("apply", {**merged, "run_attempt": "2"}, secrets=team.secrets, done={"plan": first["plan"]})
    assert (again["apply"].result, again["apply"].outputs) == ("success", {"paused": "false"})
    assert first["plan"].outputs["digest"] in again["apply"].steps["apply"]["with"]["arguments"]
    (text,) = team.forge.texts(12)
    assert "reconciler verify" not in text
    assert len(cloud.messages()) == 1

    assert team.hub.call("apply", merged, secrets=team.secrets)["apply"].result == "skipped"
    log = team.project.run("log", RECONCILER_STATE=team.state).out
    assert "merger@run-77" in log


def test_the_next_plan_is_made_against_the_snapshot(team: Team) -> None:
    """What a trusted job published stands for recorded state: what is done already is not planned again."""
    team.pull_request("spaces/acme.yaml", SPACE)
    assert team.hub.call("apply", team.merge(), secrets=team.secrets)["snapshot"].result == "success"
    sales = '  sales: {number: "+8613800001235", onboarding: register, display_name: "Acme sales"}\n'
    planned = team.hub.call("plan", team.pull_request("spaces/acme.yaml", SPACE + sales))["plan"]
    assert planned.result == "success", planned.log
    assert "snapshot" in planned.summary
    assert planned.handed == set()
    assert b"acme/phone_number/sales" in gzip.decompress(team.hub.artifacts["reconciler-plan"]["reconciler-plan.out"])


def test_a_mistake_is_annotated_where_it_stands(team: Team) -> None:
    """A plan that cannot be made fails the job, says file and line, and replaces yesterday's in the comment."""
    planned = team.pull_request("spaces/acme.yaml", SPACE)
    team.hub.call("plan", planned)
    team.hub.call("comment", team.after(planned["sha"]))
    team.hub.artifacts.clear()
    wrong = team.pull_request("spaces/acme.yaml", SPACE.replace("register", "regster"))
    failed = team.hub.call("plan", wrong)["plan"]
    assert (failed.result, list(team.hub.artifacts)) == ("failure", ["reconciler-no-plan"])
    assert "\n::error file=spaces/acme.yaml,line=4,col=" in failed.log
    assert failed.summary.startswith("### Plan failed, 1 problem: nothing is planned\n")
    assert team.hub.call("comment", team.after(wrong["sha"]))["comment"].result == "success"
    (text,) = team.forge.texts(12)
    assert "### Plan failed, 1 problem: nothing is planned\n" in text
    assert f"commit `{wrong['sha'][:12]}` on base `{team.main[:12]}`, [run `5`]({RUN})" in text
    assert "`spaces/acme.yaml:4:" in text and "untrusted" in text


HOSTILE = (
    "::set-output name=digest::evil",
    "##[set-output name=digest]evil",
    "$(touch pwned) `touch pwned`; touch pwned",
    "<img src=x> @everyone [x](http://example.com) ~~~ ```",
)


def test_nothing_that_a_branch_says_is_heard_as_a_command(team: Team) -> None:
    """Text of the config is not run by a shell, is no workflow command, and begins no line of the summary."""
    rows = [
        f'  n{at}: {{number: "+861380000{at}234", onboarding: register, display_name: {json.dumps(said)}}}\n'
        for at, said in enumerate(HOSTILE)
    ]
    text = SPACE.partition("  support")[0] + "".join(rows)
    planned = team.hub.call("plan", team.pull_request("spaces/acme.yaml", text))["plan"]
    assert planned.result == "success", planned.log
    assert {line.partition(" ")[0] for line in heard(planned.log)} == {"::notice", "::warning"}
    assert not [line for line in planned.summary.splitlines() if line.startswith(tuple(said[:6] for said in HOSTILE))]
    assert not list(team.hub.scratch.rglob("pwned"))


def heard(log: str) -> list[str]:
    """What GitHub looks at for workflow commands: lines that are not between stop-commands and its word."""
    lines, until = [], ""
    for line in filter(None, log.splitlines()):
        if until:
            until = "" if line == f"::{until}::" else until
        elif line.startswith("::stop-commands::"):
            until = line.removeprefix("::stop-commands::")
        else:
            lines.append(line)
    assert not until
    return lines


def test_a_pause_fails_the_job_when_asked(team: Team) -> None:
    """Outputs still say that it paused, the comment is written, and the snapshot is published."""
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), {"fail-on-pause": True}, team.secrets)
    assert (ran["apply"].result, ran["apply"].outputs) == ("failure", {"paused": "true"})
    assert (ran["comment"].result, ran["snapshot"].result) == ("success", "success")


def test_what_was_not_reviewed_is_not_applied(team: Team, cloud: Cloud) -> None:
    """A digest that is not that of the plan of this moment: exit 5, the job fails, and nothing is called."""
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    stale = Ran("success", {"changes": "true", "digest": "0" * 64})
    ran = team.hub.call("apply", merged, secrets=team.secrets, done={"plan": stale})["apply"]
    assert (ran.result, ran.steps["apply"]["outputs"]["exit-code"]) == ("failure", "5")
    assert cloud.calls() == []


def test_a_comment_takes_no_document_that_is_too_large_or_forged(team: Team) -> None:
    """What a stranger's job left in place of a plan is refused by name; nothing of it is posted."""
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    for forged in (b" " * (33 << 20), b"{}", gzip.compress(b'{"type": "plan", "format": 2}'), b"# @everyone\n"):
        team.hub.artifacts["reconciler-plan"] = {"reconciler-plan.out": forged}
        assert team.hub.call("comment", team.after(pull["sha"]))["comment"].result == "failure"
    assert team.forge.texts(12) == []


@pytest.mark.parametrize(("fails", "result"), [(True, "failure"), heavy(False, "success")])
def test_a_refused_plan_is_a_plan(team: Team, fails: bool, result: str) -> None:
    """It is summed up, annotated and commented; the job is red unless an input says otherwise."""
    team.repository.commit("reconciler.yaml", "guards: {max_messages: 0}\n")
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    planned = team.hub.call("plan", pull, {"fail-on-refusal": fails})["plan"]
    assert (planned.result, planned.outputs) == (result, {"changes": "true", "refused": "true"}), planned.log
    assert "1 to add, 0 to change, 0 to destroy" in planned.summary
    assert (
        "::error file=reconciler.yaml,line=1,col=1,title=too-many-messages::up to 1 message would be sent"
        in planned.log
    )
    after = team.after(pull["sha"])
    after["event"]["workflow_run"]["conclusion"] = result
    assert team.hub.call("comment", after)["comment"].result == "success"
    (text,) = team.forge.texts(12)
    assert "up to 1 message would be sent" in text


def test_a_plan_that_leaves_a_space_out_is_a_plan(team: Team) -> None:
    """The others' changes are summed up and commented, with the error of the one; the job is red."""
    team.repository.commit("spaces/acme.yaml", SPACE)
    (team.repository.root / "spaces/other.yaml").write_text(
        SPACE.replace("acme", "other").replace("cams-e2e", "cams-o").replace("1234", "1299")
    )
    team.repository.git("add", "--all")
    pull = team.pull_request("spaces/acme.yaml", SPACE.replace("Acme support", "Renamed"))
    planned = team.hub.call("plan", pull)["plan"]
    assert (planned.result, planned.outputs) == ("failure", {"changes": "true", "refused": "false"}), planned.log
    assert "1 to add, 0 to change, 0 to destroy" in planned.summary
    assert "title=no-way-back::acme/phone_number/support: display_name is" in planned.log
    after = team.after(pull["sha"])
    after["event"]["workflow_run"]["conclusion"] = "failure"
    assert team.hub.call("comment", after)["comment"].result == "success"
    (text,) = team.forge.texts(12)
    assert "no-way-back" in text
    assert "other" in text


def test_without_a_word_the_comment_says_so(team: Team) -> None:
    """A job that failed before it began to plan left nothing: the comment leads to its run; no second job is red."""
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("comment", team.after(pull["sha"]))["comment"]
    assert ran.result == "success"
    (text,) = team.forge.texts(12)
    assert "### Plan failed: nothing is planned\n" in text
    assert f"[run `5`]({RUN})" in text


def test_after_the_merge_there_is_a_comment_of_every_plan(team: Team, cloud: Cloud) -> None:
    """Also of one that cannot be made any more, and of one that finds nothing left to do."""
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    ran = team.hub.call("apply", merged, secrets={**team.secrets, "RECONCILER_STATE_READ": "nothing:like-it"})
    assert (ran["plan"].result, ran["apply"].result, ran["comment"].result) == ("failure", "skipped", "success")
    assert "### Plan failed" in team.forge.texts(12)[0]
    team.hub.artifacts.clear()
    assert team.hub.call("apply", merged, secrets=team.secrets)["apply"].outputs == {"paused": "true"}
    team.project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT), RECONCILER_STATE=team.state)
    team.hub.artifacts.clear()
    ran = team.hub.call("apply", merged, secrets=team.secrets)
    assert (ran["apply"].result, ran["comment"].result) == ("skipped", "success")
    (text,) = team.forge.texts(12)
    assert "### No changes. Your infrastructure matches the configuration.\n" in text


def test_a_matrix_comes_out_as_an_output(team: Team) -> None:
    """`spaces --json` in a step gives what a matrix is made of."""
    team.pull_request("spaces/acme.yaml", SPACE)
    step: Row = {"id": "list", "uses": "$/.github/actions/reconciler"}
    step["with"] = {"command": "spaces", "arguments": "--changed-since main~1 --json"}
    checkout = {"uses": "actions/checkout@v7"}
    job: Row = {"steps": [checkout, step], "outputs": {"matrix": "${{ steps.list.outputs.result }}"}}
    ran = team.hub.job(job, {}, team.merge(), {}, {})
    assert json.loads(ran.outputs["matrix"]) == {"space": ["acme"]}, ran.log


@pytest.mark.parametrize(
    ("guards", "result"), [heavy("{max_messages: 9}", "success"), ("{max_messages: 0}", "failure")]
)
def test_inside_a_team_the_rehearsal_stands_beside_the_plan(team: Team, cloud: Cloud, guards: str, result: str) -> None:
    """examples/github: one job with recorded state; a plan that a guard refuses fails it, and is commented, too."""
    team.repository.commit("reconciler.yaml", f"state: sqlite:.reconciler/state.db\nguards: {guards}\n")
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    pull["event"]["pull_request"]["head"] = {"repo": {"full_name": "acme/phones"}}
    job = read(ROOT / "examples/github/.github/workflows/inside.yml")["jobs"]["plan"]
    ran = team.hub.job(job, {}, pull, {}, {"RECONCILER_STATE_READ": team.state})
    assert (ran.result, ran.handed) == (result, {"RECONCILER_STATE", "GITHUB_TOKEN"}), ran.log
    (text,) = team.forge.texts(12)
    assert "ehears" in text
    assert cloud.calls() == []
    pull["event"]["pull_request"]["head"] = {"repo": {"full_name": "eve/phones"}}
    assert team.hub.job(job, {}, pull, {}, {}).result == "skipped"


def test_a_runner_finds_out_a_state_that_was_put_back(team: Team, cloud: Cloud) -> None:
    """By what an earlier job saw, which the forge's cache keeps: nothing is planned, and nothing is sent."""
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    assert team.hub.call("apply", merged, secrets=team.secrets)["apply"].outputs == {"paused": "true"}
    (team.project.scratch / "state.db").unlink()
    again = team.hub.call("apply", merged, secrets=team.secrets)
    assert (again["plan"].result, again["apply"].result) == ("failure", "skipped")
    assert "error[state-vanished]" in again["plan"].log
    assert len(cloud.messages()) == 1


def test_what_the_journal_could_not_take_outlives_the_runner(team: Team, cloud: Cloud) -> None:
    """As an artifact of the job, under a name that is not hidden."""
    team.pull_request(".reconciler-emergency.jsonl", "kept\n")
    assert team.hub.call("apply", team.merge(), secrets=team.secrets)["plan"].result == "failure"
    assert team.hub.artifacts["reconciler-emergency-job"] == {"reconciler-emergency.jsonl": b"kept\n"}
    assert cloud.calls() == []
