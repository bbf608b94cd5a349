"""What an apply costs a server of Terraform's protocol: requests, and bytes both ways, counted at the server."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import x25519

from reconciler.store.encryption import IDENTITY, RECIPIENTS
from reconciler.store.terraform.journals import open_terraform
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


@pytest.mark.parametrize(("numbers", "requests", "size"), [(25, 130, 0.6 * MB), heavy(100, 250, 3 * MB)])
def test_what_is_encrypted_costs_hardly_more(tmp_path: Path, numbers: int, requests: int, size: float) -> None:
    """It is packed before it is encrypted, as one."""
    folder, key = tmp_path / "project", x25519.Identity.generate()
    declare(folder, "s", numbers)
    with serving(gitlab=True) as (world, url), local(code_messages_per_day=0) as cloud:
        environ = {**environment(url, gitlab=True), RECIPIENTS: str(key.to_public()), IDENTITY: str(key)}
        applied = start(folder, Where("http:", folder, environ), cloud, *APPLY)
        _, told = applied.communicate()
        assert applied.returncode == 3, told.decode()
    assert len(world.heard) <= requests
    assert world.received + world.sent <= size


@pytest.mark.parametrize(("left", "least", "most"), [(121, 0.0, 0.5), (120, 2.5, 5.0)])
def test_a_quota_that_is_half_used_up_is_made_to_last(left: int, least: float, most: float) -> None:
    """Of 240 requests a minute the second half is one append in two seconds, after those that may go at once."""
    with serving() as (world, url), closing(open_terraform("http:", environment(url))) as backend:
        world.headers = {"RateLimit-Limit": "240", "RateLimit-Remaining": str(left)}
        backend.append("acme", 0, ["a"])
        began = time.monotonic()
        for _ in range(4):
            backend.gather("acme")
        assert least <= time.monotonic() - began <= most
