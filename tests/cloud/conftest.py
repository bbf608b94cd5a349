"""A client pointed at one loopback address, which waits only in its own imagination."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from reconciler.cloud.client import Cloud
from reconciler.cloud.credentials import Given, Key
from reconciler.core.model import Limits
from reconciler.operations import VERSIONS

KEY = Key("id", "the-secret")

Client = Callable[..., Cloud]


@pytest.fixture
def client() -> Iterator[Client]:
    with ExitStack() as stack:

        def make(url: str, limits: Limits | None = None, **options: Any) -> Cloud:
            options = {"sleep": lambda seconds: None, "read_timeout": 10.0, "credentials": Given(KEY)} | options
            limits = limits or Limits(calls_per_second=0)
            return stack.enter_context(closing(Cloud(dict.fromkeys(VERSIONS, url), limits=limits, **options)))

        yield make
