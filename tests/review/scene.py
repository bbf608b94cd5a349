"""A repository with two spaces, recorded by a real apply; a stranger's clone, that sees neither state nor secrets."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage.cloud import Cloud
from tests.stage.project import APPLY, GLOBEX, SUPPORT, Done, Project
from tests.stage.repository import git

# A stranger's job has none of these.
BARE: dict[str, Any] = dict.fromkeys(
    ("RECONCILER_ENDPOINT", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
)
_PASSING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "HEX"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "COMMIT"),
    (re.compile(r"\b(?<=[Rr]evision )[0-9a-f]{12}\b"), "COMMIT"),
    (re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"), "TIME"),
    (re.compile(r"\b[0-9]{2}:[0-9]{2}\b"), "HH:MM"),
)


def timeless(text: str) -> str:
    for pattern, word in _PASSING:
        text = pattern.sub(word, text)
    return text


@dataclass
class Scene:
    """root: the repository that recorded state lies beside. clone: the stranger's."""

    project: Project
    cloud: Cloud
    commits: int = 0

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def clone(self) -> Path:
        return self.project.scratch / "clone"

    def begin_as(self, recorded: Path) -> None:
        """With the files of another scene. The cloud knows nothing of what is recorded in them."""
        shutil.copytree(recorded, self.root, symlinks=True, dirs_exist_ok=True)

    def begin(self) -> None:
        """acme/phone_number/support is ready; globex/contact/tom waits for the link that was sent."""
        self.lay_out()
        assert self.run(*APPLY).code == 3
        assert self.run("verify", "acme/phone_number/support", given=self.cloud.code(SUPPORT)).code == 0

    def lay_out(self) -> None:
        self.project.declare("support")
        self.project.write("spaces/globex.yaml", GLOBEX)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()

    def run(self, *arguments: str, **more: Any) -> Done:
        return self.project.run(*arguments, **more)

    def stranger(self, *arguments: str, **more: Any) -> Done:
        """The same, in the clone, without state and credentials."""
        return self.project.run("-C", str(self.clone), *arguments, **(BARE | more))

    def changed_since(self) -> list[str]:
        """Since main: the entries of a matrix, spaces or several that are planned in one go."""
        done = self.run("spaces", "--changed-since", "main", "--json")
        assert done.code == 0, done.err
        found: list[str] = json.loads(done.out)["space"]
        return found

    def git(self, *arguments: str, at: Path | None = None) -> str:
        return git(at or self.root, *arguments)

    def commit(self, at: Path | None = None) -> str:
        self.git("add", "--all", ".", at=at)
        self.commits += 1  # two that hold and say the same would be one
        self.git("commit", "--quiet", "--allow-empty", f"--message=commit {self.commits}", at=at)
        return self.git("rev-parse", "HEAD", at=at)

    def cloned(self, *more: str) -> Path:
        shutil.rmtree(self.clone, ignore_errors=True)
        self.git("clone", "--quiet", *more, f"file://{self.root}", str(self.clone))
        return self.clone

    def published(self) -> Path:
        """A snapshot of now, where the stranger's job finds it."""
        assert self.run("state", "snapshot", "--out", str(self.project.scratch / "snapshot.json")).code == 0
        return self.project.scratch / "snapshot.json"

    def edit(self, name: str, old: str, new: str, at: Path | None = None) -> None:
        path = (at or self.root) / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
