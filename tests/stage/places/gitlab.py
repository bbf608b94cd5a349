"""A server of Terraform's state protocol, in GitLab's dialect, found by the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stage.places import Where
from tests.stage.servers.terraform import environment, serving

NAME = "gitlab"


@contextmanager
def place(scratch: Path) -> Iterator[Where]:
    with serving(gitlab=True) as (_, url):
        yield Where("http:", scratch, environment(url, gitlab=True))
