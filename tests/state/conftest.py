"""Projects, clouds and failpoints are those of the bad days."""

from __future__ import annotations

import pytest

from tests.badday.conftest import cloud, failing, forks
from tests.e2e.conftest import project, served
from tests.stage.failing import Failing
from tests.state.scene import Scene

__all__ = ["cloud", "failing", "forks", "project", "served"]


@pytest.fixture
def scene(failing: Failing) -> Scene:
    scene = Scene(failing)
    scene.begin()
    return scene
