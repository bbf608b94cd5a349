"""Roles in place of keys: the job's token is exchanged for temporary keys, which sign the calls, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.heavy import heavy, mostly_heavy
from tests.pipelines.runner import Row
from tests.pipelines.team import SECRETS, Team
from tests.stage.cloud import Cloud
from tests.stage.project import SUPPORT, Project
from tests.stage.repository import SPACE
from tests.stage.servers import forge as forges
from tests.stage.servers.identity import ISSUER, SECRET, Tokens, tokens, way_to

ACCOUNT = "acs:ram::1234567890123456"
READS, APPLIES = f"{ACCOUNT}:role/numbers-read", f"{ACCOUNT}:role/numbers-apply"
PROVIDER = f"{ACCOUNT}:oidc-provider/github"
BRANCH, PRODUCTION = "repo:acme/phones:ref:refs/heads/main", "repo:acme/phones:environment:production"
INPUTS = {
    "variables": f"ALIBABA_CLOUD_OIDC_PROVIDER_ARN={PROVIDER}\n",
    "apply-variables": f"# the role that may write\nALIBABA_CLOUD_ROLE_ARN={APPLIES}\n",
}


@pytest.fixture
def service() -> Iterator[Tokens]:
    with tokens() as service:
        yield service


@pytest.fixture
def team(project: Project, cloud: Cloud, service: Tokens) -> Iterator[Team]:
    """Without a key: only the roles that the sandbox trusts it with."""
    with forges.serving() as forge, way_to(cloud.url, project.scratch) as way:
        team = Team(project, cloud, forge)
        team.hub.machine |= way
        team.hub.identity = service.environment
        team.secrets = {name: value for name, value in team.secrets.items() if name not in SECRETS}
        yield team


def trust(cloud: Cloud, role: str, subject: str, **more: Any) -> None:
    cloud.tell(
        "roles",
        role=role,
        provider=PROVIDER,
        issuer=ISSUER,
        audience="sts.aliyuncs.com",
        subject=subject,
        secret=SECRET,
        **more,
    )


def sessions(cloud: Cloud) -> list[Row]:
    found: list[Row] = cloud.see("sessions")["sessions"]
    return found


def test_a_role_signs_in_place_of_a_key(team: Team, cloud: Cloud, service: Tokens) -> None:
    """No key is kept anywhere: the job that reviewers let through asks for a token, and its session signs each call."""
    trust(cloud, APPLIES, PRODUCTION)
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), INPUTS, team.secrets)
    assert (ran["apply"].result, ran["apply"].outputs) == ("success", {"paused": "true"}), ran["apply"].log
    assert service.asked == ["sts.aliyuncs.com"]
    (session,) = sessions(cloud)
    assert (session["role"], session["claims"]["sub"]) == (APPLIES, PRODUCTION)
    assert session["calls"] == len(cloud.calls()) > 0
    assert len(cloud.messages()) == 1
    assert list(team.hub.scratch.rglob("reconciler-identity-*")) == []
    assert SECRETS.isdisjoint(ran["apply"].handed)


def test_a_role_that_only_reads_checks_what_is_in_service(team: Team, cloud: Cloud, service: Tokens) -> None:
    """The nudge asks the cloud, too: what is not as recorded comes first in its comment. No key, no message."""
    trust(cloud, APPLIES, PRODUCTION)
    trust(cloud, READS, BRANCH)
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    team.hub.call("apply", merged, INPUTS, team.secrets)
    cloud.tell("console", number=SUPPORT, do="verify")
    service.subject = BRANCH
    lines = f"{INPUTS['variables']}ALIBABA_CLOUD_ROLE_ARN={READS}\n"
    asked = {"older-than": "0s", "issue": 1, "check": True, "variables": lines}
    nudged = team.hub.call("nudge", merged, asked, team.secrets)["nudge"]
    assert nudged.result == "success", nudged.log
    assert "- `acme/phone_number/support` verified elsewhere" in team.forge.texts(1)[0]
    assert len(cloud.messages()) == 1


def test_sessions_are_renewed_in_the_midst_of_an_apply(team: Team, cloud: Cloud, service: Tokens) -> None:
    """Tokens that are valid for seconds, keys that are old after two: the apply ends, with more than one session.

    The client renews keys a quarter of an hour before they expire. By then the first token has long expired, so the
    file must have been renewed as well.
    """
    service.lasts_s = 3.0
    trust(cloud, APPLIES, PRODUCTION, lasts_s=902)
    cloud.tell("faults", operation="*", fault="delay:2.5", times=4)
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), INPUTS, team.secrets)
    assert ran["apply"].outputs == {"paused": "true"}, ran["apply"].log
    used = [session for session in sessions(cloud) if session["calls"]]
    assert len(used) > 1
    assert used[-1]["claims"]["iat"] >= used[0]["claims"]["exp"]
    assert sum(session["calls"] for session in used) == len(cloud.calls())
    assert len(cloud.messages()) == 1


def test_a_renewal_that_fails_stops_no_apply(team: Team, cloud: Cloud, service: Tokens) -> None:
    """The forge gives one token and no other, and it expires: the keys are used for as long as the cloud takes them."""
    service.lasts_s, service.most = 3.0, 1
    trust(cloud, APPLIES, PRODUCTION, lasts_s=902)
    cloud.tell("faults", operation="*", fault="delay:2.5", times=4)
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), INPUTS, team.secrets)
    assert ran["apply"].outputs == {"paused": "true"}, ran["apply"].log
    used = [session for session in sessions(cloud) if session["calls"]]
    assert sum(session["calls"] for session in used) == len(cloud.calls())
    assert used[-1]["claims"]["jti"] == used[0]["claims"]["jti"]
    assert len(cloud.messages()) == 1


@pytest.mark.parametrize(
    ("role", "subject"), [pytest.param(APPLIES, BRANCH, id="subject"), heavy(READS, PRODUCTION, id="role")]
)
def test_a_role_that_does_not_trust_the_job_is_said(team: Team, cloud: Cloud, role: str, subject: str) -> None:
    """Another subject, another role: nothing is called, and what the token service said is shown."""
    trust(cloud, role, subject)
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), INPUTS, team.secrets)["apply"]
    assert ran.result == "failure"
    assert "the token service refused the role: AuthenticationFail.NoPermission" in ran.log
    assert cloud.calls() == []


def test_a_token_that_cannot_be_had_is_said(team: Team, cloud: Cloud, service: Tokens) -> None:
    """A job without `id-token: write` says what to grant; a service that fails for a moment is asked again."""
    trust(cloud, APPLIES, PRODUCTION)
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    team.hub.identity = {}
    ran = team.hub.call("apply", merged, INPUTS, team.secrets)["apply"]
    assert ran.result == "failure"
    assert "::error title=no identity::A role is set, and this job may ask for no token: give it and" in ran.log
    assert cloud.calls() == []
    team.hub.identity, service.failing = service.environment, 2
    assert team.hub.call("apply", merged, INPUTS, team.secrets)["apply"].outputs == {"paused": "true"}


def test_a_key_that_is_left_over_is_said(team: Team, cloud: Cloud, service: Tokens, project: Project) -> None:
    """The official chain takes a key before a role: the job says so, and asks for no token."""
    keys = {name: project.environment[name] for name in SECRETS}
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), INPUTS, {**team.secrets, **keys})["apply"]
    assert ran.outputs == {"paused": "true"}
    assert "::warning title=long-lived keys::ALIBABA_CLOUD_ACCESS_KEY_ID is set and comes before" in ran.log
    assert (service.asked, sessions(cloud)) == ([], [])


@pytest.mark.parametrize(
    "line", mostly_heavy(["LD_PRELOAD=/tmp/x.so", "no line", "PATH=/tmp", "AWS_REGION: eu-central-1"], 2)
)
def test_a_line_that_is_no_setting_is_refused(team: Team, cloud: Cloud, line: str) -> None:
    """64, by its number; nothing is run."""
    team.pull_request("spaces/acme.yaml", SPACE)
    ran = team.hub.call("apply", team.merge(), {"variables": f"AWS_REGION=x\n{line}\n"}, team.secrets)["plan"]
    assert (ran.result, "::error title=variables::variables, line 2: " in ran.log) == ("failure", True)
    assert json.dumps(cloud.calls()) == "[]"
