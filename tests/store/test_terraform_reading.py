"""Reading many spaces from a server of Terraform's protocol: over few connections, and each document once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from reconciler.sandbox.http.serving import serving as listening
from reconciler.store import open_backend
from reconciler.store.terraform.server import READERS
from tests.stage.servers import terraform


def test_what_is_only_read_shares_connections(tmp_path: Path) -> None:
    """As many as are read at once at most, however many spaces there are; each document is asked for once."""
    opened: list[None] = []

    class Counting(terraform.Handler):
        def setup(self) -> None:
            opened.append(None)
            super().setup()

    server = terraform.Server(Counting)
    server.world = terraform.World()
    with listening(server):
        url = f"{server.url}/state"
        with closing(open_backend(f"{url}/{{space}}", tmp_path, environ=terraform.environment(url))) as backend:
            ids = [f"s{number:02}" for number in range(3 * READERS)]
            for space_id in ids:
                backend.append(space_id, 0, ["a"])
            opened.clear()
            server.world.heard.clear()
            assert [space_id for space_id, _ in backend.read_all()] == ids
    assert (len(server.world.heard), len(opened) <= READERS + 1) == (len(ids) + 1, True)
