"""The installed command, its project and its cloud are those of the end-to-end tests; failpoints need forks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import project, served
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.forks import Forks
from tests.stage.project import Project

__all__ = ["project", "served"]


@pytest.fixture
def cloud(served: Cloud) -> Cloud:
    """The sandbox, empty and without a pace: a bad day is not a slow one."""
    served.begin()
    served.tell("settings", calls_per_second=0, watched_calls_per_second=0)
    return served


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks(tmp_path_factory.mktemp("forks"))
    yield forks
    forks.close()


@pytest.fixture
def failing(project: Project, forks: Forks) -> Failing:
    project.write("reconciler.yaml", "limits: {calls_per_second: 0}\nguards: {max_messages: 1000}\n")
    return Failing(project, forks)
