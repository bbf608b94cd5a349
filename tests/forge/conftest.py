"""Forges are served in this process; the installed command, its project and its cloud are the end-to-end tests'."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import cloud, project, served
from tests.stage.servers.forge import Forge, serving

__all__ = ["cloud", "project", "served"]


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    """One of the two, empty."""
    with serving(request.param == "gitlab") as forge:
        yield forge


@pytest.fixture
def github() -> Iterator[Forge]:
    with serving() as forge:
        yield forge
