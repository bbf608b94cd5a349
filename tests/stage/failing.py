"""Commands with a failpoint armed, run in a project; and what a worker of a full suite has of its own."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage.cloud import Cloud, local
from tests.stage.forks import Forks
from tests.stage.project import Done, Project, Said

EMERGENCY = ".reconciler-emergency.jsonl"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EDQUOT")


@dataclass(frozen=True)
class Failing:
    """What is printed is searched by the project's canary, as everything else is."""

    project: Project
    forks: Forks

    def __call__(self, *argv: str, at: str = "", stdin: str = "", **env: str) -> Done:
        """at: `place nth action`, or nothing for a good day."""
        done = self.forks.run(self.project.here, self.project.env(env), argv, stdin, at)
        self.project.said.append(Said(argv, done.out + done.err))
        return done

    @property
    def kept(self) -> Path:
        return self.project.root / EMERGENCY

    @property
    def state(self) -> Path:
        return self.project.root / ".reconciler/state.db"

    def begin_anew(self) -> None:
        """As if nothing had ever been recorded here."""
        shutil.rmtree(self.state.parent, ignore_errors=True)
        self.kept.unlink(missing_ok=True)

    def entries(self, **env: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("log", "--json", **env).out.splitlines()]


@contextmanager
def alone(cloud: Cloud, forks: Forks) -> Iterator[Failing]:
    """In a project and a cloud that are empty, and in a hurry."""
    cloud.begin()
    cloud.hurry()
    with tempfile.TemporaryDirectory(prefix="alone-") as folder:
        project = Project(Path(folder), cloud.environment)
        project.write("reconciler.yaml", "limits: {calls_per_second: 0}\n")
        yield Failing(project, forks)
        project.close()


class Stage:
    """A local cloud and a fork server, which end with it, or with the process. settings: of the sandbox."""

    def __init__(self, **settings: Any) -> None:
        self._open = ExitStack()
        self.cloud = self._open.enter_context(local(calls_per_second=0, **settings))
        self.forks = self._open.enter_context(closing(Forks()))

    def failing(self) -> AbstractContextManager[Failing]:
        """One after the other."""
        return alone(self.cloud, self.forks)

    def close(self) -> None:
        self._open.close()


def codes(text: str) -> list[str]:
    """The codes of the errors that a command told."""
    return re.findall(r"(?:Error: |error)\[([a-z0-9-]+)\]", text)
