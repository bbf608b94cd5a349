from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import canary
from tests.stage.cloud import Cloud, serving
from tests.stage.project import Project

_DECLARED = re.compile(r'number: "(\+[0-9]+)"|phone: "(\+[0-9]+)"')


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
    said = project.close()
    printed = [(f"the output of {' '.join(each.arguments)}", each.text.encode()) for each in said]
    written = list(canary.files(project.root, project.home, project.scratch))
    assert canary.leaks([*printed, *written], cloud.codes(), cloud.secret) == []
    found = [pair for _, data in written for pair in _DECLARED.findall(data.decode(errors="replace"))]
    numbers = {number for pair in found for number in pair if number}
    assert canary.unmasked(said, numbers) == []
    assert cloud.violations() == []
    assert not [each for each in said if "Traceback" in each.text]
