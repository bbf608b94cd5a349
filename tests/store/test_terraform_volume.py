"""What an apply costs a server of Terraform's protocol: requests, and bytes both ways, counted at the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.heavy import heavy
from tests.pace.clients import declare, start
from tests.stage.cloud import local
from tests.stage.places import Where
from tests.stage.project import APPLY
from tests.stage.servers.terraform import environment, serving

MB = 1_000_000


@pytest.mark.parametrize(
    ("numbers", "requests", "size"), [(25, 130, 0.5 * MB), heavy(100, 250, 3 * MB), heavy(400, 900, 40 * MB)]
)
def test_an_apply_groups_and_packs_what_it_writes(tmp_path: Path, numbers: int, requests: int, size: float) -> None:
    """At the cloud's full pace: so many requests at most, and so many bytes in all."""
    folder = tmp_path / "project"
    declare(folder, "s", numbers)
    with serving(gitlab=True) as (world, url), local(code_messages_per_day=0) as cloud:
        applied = start(folder, Where("http:", folder, environment(url, gitlab=True)), cloud, *APPLY)
        _, told = applied.communicate()
        assert applied.returncode == 3, told.decode()
        assert len(cloud.messages()) == numbers
    assert len(world.heard) <= requests
    assert world.received + world.sent <= size
