from __future__ import annotations

import pytest

from tests.stage.cloud import Cloud


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    """A bad day is not a slow one."""
    cloud.hurry()
    return cloud
