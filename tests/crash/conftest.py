"""One fork server and one local cloud for each worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.matrix import Bench, bench


@pytest.fixture(scope="session")
def crash_bench() -> Iterator[Bench]:
    with bench() as made:
        yield made
