"""Two spaces, recorded by a real apply: a number that waits for its code, and a contact that waits for its link."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage.failing import Failing
from tests.stage.project import APPLY, GLOBEX, Done, Project

SUPPORT, TOM = "acme/phone_number/support", "globex/contact/tom"
TARGET = "sqlite:team.db"
_TIMES = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3}Z)?")
_RUNS = re.compile(r"run [a-p]{12}")


@dataclass(frozen=True)
class Scene:
    run: Failing

    @property
    def project(self) -> Project:
        return self.run.project

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def kept(self) -> Path:
        return self.project.scratch / "recorded"

    def begin(self) -> None:
        self.project.declare("support")
        self.project.write("spaces/globex.yaml", GLOBEX)
        assert self.run(*APPLY).code == 3
        self.keep()

    def keep(self) -> None:
        """From now on this is how things were."""
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.root, self.kept)

    def begin_anew(self) -> None:
        """As things were."""
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root)

    def said(self, *argv: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, with times as TIME and runs as run RUN."""
        done = self.run(*argv)
        return done.code, told(done.out), told(done.err)

    def pull(self, name: str, *more: str) -> dict[str, Any]:
        """The document, also as a file of this name."""
        done = self.run("state", "pull", *more)
        assert done.code == 0, done.err
        self.project.write(name, done.out)
        document: dict[str, Any] = json.loads(done.out)
        return document

    def records(self, *more: str) -> dict[str, Any]:
        return records(self.run("state", "pull", *more))


def told(text: str) -> str:
    return _RUNS.sub("run RUN", _TIMES.sub("TIME", text))


def records(pulled: Done) -> dict[str, Any]:
    """Space -> what is recorded there, with all that is known of it."""
    return {space["name"]: space["records"] for space in json.loads(pulled.out)["spaces"]}
