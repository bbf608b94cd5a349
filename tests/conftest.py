"""What every test is held to: it leaves nothing behind, and where nothing may be skipped it is not."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.leaks import standing
from tests.programs import refused

pytest_plugins = ["tests.stage.fixtures"]
# A commit's run draws the same examples every time, so that it fails for what changed, and not because the machine is
# busy. `python -m tests.full laws` draws others.
UNHURRIED: Any = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("commit", derandomize=True, **UNHURRIED)
settings.register_profile("thorough", max_examples=1_000, **UNHURRIED)
settings.load_profile("commit")

GRACE = 5.0
"""Seconds in which what is ending may end."""


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Set up before the test's own fixtures and after those of a module or a session, which own what they made."""
    before = standing()
    yield
    until = time.monotonic() + GRACE
    while (left := standing() - before) and time.monotonic() < until:
        time.sleep(0.01)
    assert not left, f"left behind: {sorted(left)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refused((yield))
