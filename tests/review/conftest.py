from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.scene import Scene
from tests.stage.cloud import Cloud
from tests.stage.project import Project


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, served: Cloud) -> Path:
    served.begin()
    scene = Scene(Project(tmp_path_factory.mktemp("recorded"), served.environment), served)
    scene.begin()
    return scene.root


@pytest.fixture
def scene(recorded: Path, project: Project, cloud: Cloud) -> Scene:
    """What a real apply recorded, in a cloud that is empty since."""
    scene = Scene(project, cloud)
    scene.begin_as(recorded)
    return scene


@pytest.fixture
def live(project: Project, cloud: Cloud) -> Scene:
    """The same, and the cloud has all of it."""
    scene = Scene(project, cloud)
    scene.begin()
    return scene


@pytest.fixture
def repository(project: Project, cloud: Cloud) -> Scene:
    """The same files, committed, and nothing applied."""
    scene = Scene(project, cloud)
    scene.lay_out()
    return scene
