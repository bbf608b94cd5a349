"""Every state backend through the reusable workflows, with nothing but what they hand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heavy import heavy
from tests.pipelines.runner import WORKFLOWS, read
from tests.pipelines.team import SECRETS, Team
from tests.stage.cloud import Cloud
from tests.stage.places import Where, places
from tests.stage.project import SUPPORT
from tests.stage.repository import SPACE

DECLARED = set(read(WORKFLOWS / "apply.yml")["on"]["workflow_call"]["secrets"])
ELSEWHERE = sorted(set(places()) - {"dir", "sqlite"})
"""A runner's own disk keeps no state: these are the backends for pipelines."""
FEW = ("gitlab", "s3")


@pytest.fixture(params=[name if name in FEW else heavy(name, id=name) for name in ELSEWHERE])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    with places()[request.param](tmp_path) as where:
        yield where


def test_a_backend_gets_all_it_needs(team: Team, cloud: Cloud, where: Where) -> None:
    """Plan, apply, snapshot and nudge reach it by secrets that the workflows name and by lines of `variables`."""
    secrets = {name: value for name, value in where.environ.items() if name in DECLARED}
    lines = "\n".join(f"{name}={value}" for name, value in where.environ.items() if name not in DECLARED)
    keys = {name: team.secrets[name] for name in SECRETS}
    state = dict.fromkeys(("RECONCILER_STATE", "RECONCILER_STATE_READ"), where.url)
    team.pull_request("spaces/acme.yaml", SPACE)
    merged = team.merge()
    ran = team.hub.call("apply", merged, {"variables": lines}, {**secrets, **keys, **state})
    assert {name: job.result for name, job in ran.items()} == dict.fromkeys(ran, "success"), ran["plan"].log
    assert ran["apply"].outputs == {"paused": "true"}
    nudged = team.hub.call("nudge", merged, {"variables": lines, "issue": 1, "older-than": "0s"}, {**secrets, **state})
    assert nudged["nudge"].result == "success", nudged["nudge"].log
    environ = {"RECONCILER_STATE": where.url, **where.environ}
    typed = team.project.run("verify", "acme/phone_number/support", given=cloud.code(SUPPORT), **environ)
    assert typed.code == 0, typed.err
    again = team.hub.call("apply", merged, {"variables": lines}, {**secrets, **keys, **state})
    assert again["apply"].result == "skipped"
    assert len(cloud.messages()) == 1


def test_what_is_secret_is_no_line(team: Team) -> None:
    """Each variable of a backend that holds a secret has a name of its own in the workflows, so that it is masked."""
    words = ("SECRET", "TOKEN", "PASSWORD", "IDENTITY", "KEY_ID", "USERNAME")
    for place in ELSEWHERE:
        with places()[place](team.project.scratch) as where:
            given = {name for name in where.environ if any(word in name for word in words)}
            assert given <= DECLARED, place
