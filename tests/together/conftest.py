"""The installed command, its project and its cloud are those of bad days; the second process is a fork."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.badday.conftest import cloud, failing, forks
from tests.e2e.conftest import project, served
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.places import Where
from tests.together.positions import Scene

__all__ = ["cloud", "failing", "forks", "project", "served"]


@pytest.fixture
def scene(failing: Failing, cloud: Cloud, tmp_path: Path) -> Callable[[Where], Scene]:
    def at(where: Where) -> Scene:
        failing.project.environment.update({"RECONCILER_STATE": where.url, **where.environ})
        return Scene(failing, cloud)

    return at
