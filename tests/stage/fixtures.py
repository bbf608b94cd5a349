"""What tests ask for by name: the installed command's project, a cloud, a fork server, a forge. All suites share them.

A suite that needs one otherwise has a fixture of that name in its own conftest.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.stage import canary
from tests.stage.cloud import Cloud, serving
from tests.stage.failing import Failing
from tests.stage.forks import Forks
from tests.stage.project import Project
from tests.stage.servers import forge as forges
from tests.stage.servers.forge import Forge


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with serving(tmp_path_factory.mktemp("sandbox")) as cloud:
        yield cloud


@pytest.fixture
def cloud(served: Cloud) -> Cloud:
    """The sandbox, empty."""
    served.begin()
    return served


@pytest.fixture
def project(tmp_path: Path, cloud: Cloud) -> Iterator[Project]:
    """A folder to work in, pointed at the sandbox. At the end every byte that was written is searched."""
    project = Project(tmp_path, cloud.environment)
    yield project
    assert canary.found(project, cloud.codes(), cloud.secret) == []
    assert cloud.violations() == []


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    with closing(Forks()) as forks:
        yield forks


@pytest.fixture
def failing(project: Project, cloud: Cloud, forks: Forks) -> Failing:
    """A bad day is not a slow one."""
    cloud.hurry()
    project.write("reconciler.yaml", "limits: {calls_per_second: 0}\nguards: {max_messages: 1000}\n")
    return Failing(project, forks)


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    """One of the two, empty."""
    with forges.serving(request.param == "gitlab") as forge:
        yield forge
