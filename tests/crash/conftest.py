"""One fork server and one local cloud for each worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.crash.matrix import Bench


@pytest.fixture(scope="session")
def crash_bench() -> Iterator[Bench]:
    with closing(Bench()) as bench:
        yield bench
