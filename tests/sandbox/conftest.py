from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.callers import Official, Wire


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def call(sandbox: Sandbox) -> Official:
    return Official(sandbox)


@pytest.fixture
def wire(sandbox: Sandbox) -> Wire:
    return Wire(sandbox)
