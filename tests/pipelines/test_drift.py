"""A schedule's job asks the cloud and keeps one issue: opened, updated, closed, and quiet while nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.check.lived import lived
from tests.heavy import heavy
from tests.pipelines.runner import Ran
from tests.pipelines.team import SECRETS, Team
from tests.pipelines.test_gitlab import Runner
from tests.pipelines.test_identity import BRANCH, INPUTS, READS, trust
from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT, Project
from tests.stage.repository import Repository
from tests.stage.servers.forge import Forge, serving
from tests.stage.servers.identity import tokens, way_to

HELP, SUPPORTS = "Acme Help @octocat", "Acme Support"
GREEN, RED = "success", "failure"


def recorded(project: Project, cloud: Cloud) -> str:
    """The place of a state whose every record is true; the project's files are there, and not committed yet."""
    lived(project, cloud)
    (project.root / ".reconciler").rename(project.scratch / "state")
    return f"sqlite:{project.scratch / 'state/state.db'}"


def console(cloud: Cloud, **done: Any) -> None:
    cloud.tell("console", number=SUPPORT, **done)


def story(cloud: Cloud, forge: Forge, scheduled: Callable[[], str], whole: bool) -> None:
    """scheduled: runs the job, and returns what became of it. whole: until nothing differs any more."""
    console(cloud, do="rename", name=HELP)
    cloud.tell("numbers", number="+8613800005555", state="verified", space="cams-e2e")
    assert scheduled() == GREEN
    ((number, state, text),) = forge.told()
    assert (number, state) == (1, "open")
    assert "\n- `acme/phone_number/support` changed outside: CONNECTED, name Acme Help `@octocat`" in text
    assert "\n- `acme` phone number `+86 138****5555`: PENDING" in text
    if whole:
        console(cloud, do="show", row={"Status": "PAUSED"})
        assert (scheduled(), forge.told()[0][1]) == (RED, "open")
        console(cloud, do="show", row={"Status": "CONNECTED"})
        console(cloud, do="rename", name=SUPPORTS)
        assert [scheduled(), scheduled()] == [GREEN, GREEN]
        assert [told[:2] for told in forge.told()] == [(1, "closed")]
    writes = [method for method, path in forge.heard if "/issues" in path and method != "GET"]
    assert (len(writes), cloud.messages()) == (3 if whole else 1, [])


@pytest.fixture
def team(project: Project, cloud: Cloud) -> Iterator[Team]:
    """Without a key: the job's role may only read."""
    state = recorded(project, cloud)
    with serving() as forge, tokens() as service, way_to(cloud.url, project.scratch) as way:
        team = Team(project, cloud, forge)
        trust(cloud, READS, BRANCH)
        service.subject = BRANCH
        team.hub.machine |= way
        team.hub.identity = service.environment
        team.secrets = {"RECONCILER_STATE_READ": state}
        yield team


def drift(team: Team, done: dict[str, Ran] | None = None, **inputs: str) -> dict[str, Ran]:
    """done: jobs that are not run."""
    lines = f"{INPUTS['variables']}ALIBABA_CLOUD_ROLE_ARN={READS}\n"
    return team.hub.call("drift", {"sha": team.main}, {"variables": lines, **inputs}, team.secrets, done)


WHOLE = [False, heavy(True)]


@pytest.mark.parametrize("whole", WHOLE)
def test_github(team: Team, cloud: Cloud, whole: bool) -> None:
    """By a role that only reads; the job that writes is handed its token and no state."""

    def scheduled() -> str:
        ran = drift(team)
        assert ran["check"].result == GREEN, ran["check"].log
        assert ran["issue"].handed == {"GITHUB_TOKEN"}
        assert "GITHUB_TOKEN" not in ran["check"].handed
        return ran["issue"].result

    story(cloud, team.forge, scheduled, whole)


def test_projects_of_one_run_keep_to_themselves(team: Team, cloud: Cloud) -> None:
    """Each under a key of its own: both are read before either issue is written, and each issue has its own readings.
    The commands in it are about its project's folder."""
    (team.repository.root / "phones").mkdir()
    team.repository.git("mv", "spaces", "reconciler.yaml", "phones")
    team.repository.git("commit", "--quiet", "--message", "a folder of its own")
    checks = {}
    for key in ("one", "two"):
        console(cloud, do="rename", name=f"Acme {key}")
        ran = drift(team, {"issue": Ran("skipped")}, key=key, directory="phones")
        checks[key] = {"check": ran["check"]}
        assert ran["check"].result == GREEN, ran["check"].log
    for key, done in checks.items():
        assert drift(team, done, key=key, directory="phones")["issue"].result == GREEN
    for key, (_, _, text) in zip(checks, team.forge.told(), strict=True):
        assert text.startswith(f"<!-- reconciler:{key} -->\n") and f"name Acme {key} (recorded" in text
        assert "\n  reconciler -C phones apply --refresh-only\n" in text


def test_a_fork_has_no_state_and_writes_nothing(team: Team, cloud: Cloud) -> None:
    """Its schedule would run without secrets: the check is refused, and the job that writes does not begin."""
    team.secrets = {}
    ran = drift(team)
    assert (ran["check"].result, ran["issue"].result, team.forge.heard) == (RED, "skipped", [])
    assert "it is empty: name a place, or leave it out" in ran["check"].log
    assert cloud.calls() == []


@pytest.mark.parametrize("whole", WHOLE)
def test_gitlab(project: Project, cloud: Cloud, forge: Forge, whole: bool) -> None:
    """In one job, with the project's token; a check that cannot be made fails it, and leaves the issue alone."""
    state = recorded(project, cloud)
    Repository(project.root)
    runner = Runner(project, forge)
    given = {"RECONCILER_STATE": state, **{name: project.environment[name] for name in SECRETS}}

    def scheduled() -> str:
        code, log = runner.run("reconciler-drift", **given)
        assert code in (0, 1), log
        return RED if code else GREEN

    story(cloud, forge, scheduled, whole)
    assert runner.run("reconciler-drift", **{**given, "RECONCILER_STATE": ""})[0] == 64


@pytest.mark.heavy
def test_the_nudge_of_gitlab_shows_it(project: Project, cloud: Cloud, forge: Forge) -> None:
    """With `nudge` in place of `issue`: at the head of its note."""
    state = recorded(project, cloud)
    Repository(project.root)
    console(cloud, do="rename", name=HELP)
    given = {"RECONCILER_STATE": state, **{name: project.environment[name] for name in SECRETS}}
    nudge = {"NUMBERS_NUDGE_ISSUE": "1", "NUMBERS_CHECK": "nudge", "CI_PIPELINE_ID": "9"}
    code, log = Runner(project, forge).run("reconciler-nudge", **given, **nudge)
    assert (code, forge.issues) == (0, []), log
    assert "- `acme/phone_number/support` changed outside: CONNECTED, name Acme Help" in forge.texts(1)[0]
