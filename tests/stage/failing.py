"""Commands with a failpoint armed, run in a project of the end-to-end tests."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage.forks import Forks
from tests.stage.project import Done, Project, Said, registered

APPLY = ("apply", "--auto-approve", "--no-input")
EMERGENCY = ".reconciler-emergency.jsonl"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EDQUOT")


@dataclass(frozen=True)
class Failing:
    """What is printed is searched by the project's canary, as everything else is."""

    project: Project
    forks: Forks

    def __call__(self, *argv: str, at: str = "", stdin: str = "", **env: str) -> Done:
        """at: `place nth action`, or nothing for a good day."""
        ended = self.forks.run(self.project.here, self.project.env(env), argv, stdin, at)
        self.project.said.append(Said(argv, ended.out + ended.err))
        return Done(ended.exit, ended.out, ended.err)

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


def codes(text: str) -> list[str]:
    """The codes of the errors that a command told."""
    return re.findall(r"(?:Error: |error)\[([a-z0-9-]+)\]", text)


def declare_many(project: Project, numbers: range, space: str = "acme", space_id: str = "cams-e2e") -> None:
    """A space with these numbers, n0, n1 …, all to be registered."""
    blocks = "".join(registered(f"n{n}", f"+86138{n:08}") for n in numbers)
    project.write(f"spaces/{space}.yaml", f"space: {space}\nspace_id: {space_id}\nphone_numbers:\n{blocks}")
