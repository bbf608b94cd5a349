"""A bucket of OSS, which a stub serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where
from tests.stage.servers.oss import KEYS, Bucket, serving

NAME = "oss"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with serving(Bucket()) as url:
        yield Where("oss://bucket/team/journals", scratch, {**KEYS, "OSS_ENDPOINT": url})
