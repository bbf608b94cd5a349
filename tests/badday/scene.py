"""What a worker of a full suite has of its own: a local cloud, a fork server, and projects one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.sandbox import Sandbox
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.forks import Forks
from tests.stage.project import Project


class Scene:
    """Ends with its process: the cloud is a thread of it, and the fork server reads from it."""

    def __init__(self) -> None:
        sandbox = Sandbox(calls_per_second=0).start()
        key = {"access_key_id": sandbox.access_key_id, "access_key_secret": sandbox.access_key_secret}
        self.cloud = Cloud({"url": sandbox.url, **key})
        self._scratch = tempfile.TemporaryDirectory(prefix="badday-")
        self.forks = Forks(Path(self._scratch.name))

    @contextmanager
    def failing(self) -> Iterator[Failing]:
        """An empty project in an empty cloud."""
        self.cloud.begin()
        self.cloud.tell("settings", watched_calls_per_second=0)
        with tempfile.TemporaryDirectory(prefix="badday-") as folder:
            project = Project(Path(folder), self.cloud.environment)
            project.write("reconciler.yaml", "limits: {calls_per_second: 0}\n")
            yield Failing(project, self.forks)
            project.close()
