from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipelines.team import Team
from tests.stage.cloud import Cloud
from tests.stage.project import Project
from tests.stage.servers.forge import Forge, serving


@pytest.fixture
def forge() -> Iterator[Forge]:
    """GitLab, for its pipeline's scripts."""
    with serving(gitlab=True) as forge:
        yield forge


@pytest.fixture
def team(project: Project, cloud: Cloud) -> Iterator[Team]:
    """At GitHub."""
    with serving() as forge:
        yield Team(project, cloud, forge)
