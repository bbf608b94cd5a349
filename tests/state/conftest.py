"""Projects, clouds and failpoints are those of the bad days."""

from __future__ import annotations

import pytest

from tests.badday.conftest import cloud, failing, forks
from tests.badday.failing import Failing
from tests.e2e.conftest import project, served

from .scene import Scene

__all__ = ["cloud", "failing", "forks", "project", "served"]


@pytest.fixture
def scene(failing: Failing) -> Scene:
    scene = Scene(failing)
    scene.begin()
    return scene
