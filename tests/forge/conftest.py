from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stage.servers.forge import Forge, serving


@pytest.fixture
def github() -> Iterator[Forge]:
    with serving() as forge:
        yield forge
