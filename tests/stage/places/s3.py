"""A bucket of S3, which moto serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where
from tests.stage.servers.s3 import KEYS, serving

NAME = "s3"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with serving() as (url, bucket):
        yield Where(f"s3://{bucket}/team/journals", scratch, {**KEYS, "AWS_ENDPOINT_URL_S3": url})
