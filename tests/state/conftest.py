from __future__ import annotations

import pytest

from tests.stage.failing import Failing
from tests.state.scene import Scene


@pytest.fixture
def scene(failing: Failing) -> Scene:
    scene = Scene(failing)
    scene.begin()
    return scene
