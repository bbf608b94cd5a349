"""The danger that `workflow_run` is warned of: a job with a token that writes, after a stranger's branch was run."""

from __future__ import annotations

from tests.pipelines.runner import ROOT, WORKFLOWS, read
from tests.pipelines.team import Team
from tests.stage.repository import SPACE

RUNS = "import pathlib; pathlib.Path('{}').touch()\n"
# What Python, pip, the action or our command would read, were the artifact's folder looked at for it.
TAKEN_FOR_OURS = ("sitecustomize.py", "usercustomize.py", "identity.py", "variables.py", "httpx.py", "pip.conf")
SETTINGS = "state: sqlite:stolen.db\nguards: {max_messages: 1000}\n"


def test_nothing_of_a_strangers_artifact_runs(team: Team) -> None:
    """Its plan is read as data; whatever lies beside it, under whatever name, is neither run nor heeded.

    The pull request is found by GitHub's event: no number, key or address of the artifact counts.
    """
    pull = team.pull_request("spaces/acme.yaml", SPACE)
    assert team.hub.call("plan", pull)["plan"].result == "success"
    pwned = team.project.scratch / "pwned"
    files = team.hub.artifacts["reconciler-plan"]
    files |= dict.fromkeys(TAKEN_FOR_OURS, RUNS.format(pwned).encode())
    files |= {"reconciler.yaml": SETTINGS.encode(), "NR": b"7", "pr_number": b"7", "event.json": b'{"number": 7}'}
    after = team.after(pull["sha"])
    after["event"]["workflow_run"]["head_branch"] = f"$(touch {pwned});touch {pwned}"
    ran = team.hub.call("comment", after)["comment"]
    assert (ran.result, ran.handed) == ("success", {"GITHUB_TOKEN"}), ran.log
    assert not pwned.exists()
    assert len(team.forge.texts(12)) == 1
    assert team.forge.texts(7) == []


def test_a_dangerous_trigger_only_calls() -> None:
    """Each file that silences the linter names why, has no step of its own, grants no more than a comment needs, and
    lets the called job reach no cache."""
    files = [*WORKFLOWS.glob("*.yml"), *(ROOT / "examples").glob("*/.github/workflows/*.yml")]
    marked = [path for path in files if "dangerous-triggers" in path.read_text("utf-8")]
    named = sorted(path.relative_to(ROOT).as_posix() for path in marked)
    assert named == [f"examples/{each}/.github/workflows/comment.yml" for each in ("environments", "github")]
    (called,) = read(WORKFLOWS / "comment.yml")["jobs"].values()
    assert called["cache-mode"] == "none"
    for path in marked:
        (job,) = read(path)["jobs"].values()
        assert {"uses", "cache-mode"} <= job.keys() <= {"uses", "cache-mode", "strategy", "with"}
        assert job.get("with", {}) in ({}, {"environment": "${{ matrix.environment }}"})
        assert job["cache-mode"] == "none"
        assert called["permissions"] == read(path)["permissions"]
