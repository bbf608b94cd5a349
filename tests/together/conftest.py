from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.places import Where
from tests.together.positions import Scene


@pytest.fixture
def scene(failing: Failing, cloud: Cloud) -> Callable[[Where], Scene]:
    def at(where: Where) -> Scene:
        failing.project.environment.update({"RECONCILER_STATE": where.url, **where.environ})
        return Scene(failing, cloud)

    return at
