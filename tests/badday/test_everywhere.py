"""Two runs at once, and one that slept through its lease, wherever the state is: each backend on a real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.badday.starts import FEW, MANY, PATIENCE, SECONDS, round_of_starts
from tests.badday.test_lost_place import SEND, sleeps_through_its_lease
from tests.heavy import heavy, mostly_heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.places import places
from tests.stage.project import Project

PLACES = places()
ELSEWHERE = sorted(set(PLACES) - {"sqlite"})
LIGHT = {"dir", "gitlab", "postgres", "s3"}  # the others differ from one of these only in who they speak to
OTHERS = set(ELSEWHERE) - {"dir", "postgres"}
MOSTLY_LIGHT = [name if name in LIGHT else heavy(name) for name in ELSEWHERE]

# A server of the tests is one process of Python, which all ask at once: that it is slow then is its own doing.
SERVED = {"s3", "oss", "terraform", "gitlab"}


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, project: Project) -> Iterator[str]:
    """The state is there, for every command of this project."""
    with PLACES[request.param](project.scratch) as where:
        project.environment |= {"RECONCILER_STATE": where.url, **where.environ}
        yield request.param


@pytest.mark.parametrize("many", [FEW, heavy(MANY)])
@pytest.mark.parametrize("elsewhere", MOSTLY_LIGHT, indirect=True)
def test_of_many_applies_at_once_one_runs(elsewhere: str, many: int, project: Project, cloud: Cloud) -> None:
    """Also on an empty state: the others exit 4 within two seconds of trying the lease, naming who holds it."""
    project.write("reconciler.yaml", "limits: {calls_per_second: 0}\n")
    assert list(round_of_starts(project, cloud, many, PATIENCE if elsewhere in SERVED or many > FEW else SECONDS)) == []


@pytest.mark.parametrize("elsewhere", mostly_heavy(["postgres", "dir", *sorted(OTHERS)], 1), indirect=True)
@pytest.mark.usefixtures("elsewhere")
def test_a_sleeper_wakes_beyond_its_lease(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Whoever slept through its lease cannot append and sends nothing more."""
    sleeps_through_its_lease(failing, project, cloud, SEND)
