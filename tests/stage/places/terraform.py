"""A server of Terraform's state protocol, in its original dialect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where
from tests.stage.servers.terraform import environment, serving

NAME = "terraform"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with serving() as (_, url):
        yield Where(f"{url}/{{space}}", scratch, environment(url))
