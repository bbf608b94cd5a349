"""Everybody around one repository: each on a machine of its own, with what it may have there and no more."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage.plans import unpacked
from tests.stage.project import Done, Project, registered
from tests.stage.repository import git

SUPPORT, HOTLINE, SALES = "+8613800001234", "+6581234567", "+8613800001235"
OLD, NEW = "tom@example.com", "tim@example.com"
TOM = "contacts:\n  tom: {{email: {email}, title: {title}, message_types: [FaultMessage]}}\n"
NUMBERS = "space: acme\nspace_id: cams-acme\nphone_numbers:\n" + registered("support", SUPPORT)
GLOBEX = "space: globex\nspace_id: cams-globex\nphone_numbers:\n" + registered("hotline", HOTLINE)
BASE = {"spaces/acme.yaml": NUMBERS + TOM.format(email=OLD, title="CEO"), "spaces/globex.yaml": GLOBEX}
MORE = NUMBERS + registered("sales", SALES)
PUSHES = (MORE + TOM.format(email=OLD, title="TechnicalDirector"), MORE + TOM.format(email=NEW, title="CEO"))

KEYS = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
KNOWN = (*KEYS, "RECONCILER_ENDPOINT", "RECONCILER_STATE", "RECONCILER_WHO", "RECONCILER_HOST")
"""Nothing of it is known on a machine that was not told."""


@dataclass(frozen=True)
class Machine:
    """folder: where commands are started. env: all that is known there of KNOWN, and what its pipeline says."""

    project: Project
    folder: Path
    env: Mapping[str, str]

    def run(self, *arguments: str, given: str = "") -> Done:
        self.project.here = self.folder
        env: dict[str, Any] = {**dict.fromkeys(KNOWN), **self.env}
        return self.project.run(*arguments, given=given, **env)

    def keep(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def digest(self, name: str) -> str:
        """Of a saved plan."""
        return str(unpacked(self.folder / name)["digest"])

    def take(self, name: str, other: Machine) -> None:
        """A file that another machine left as its artifact."""
        shutil.copy(other.folder / name, self.folder / name)


class Repository:
    """A bare one, cloned by all. state: where journals are, told only to those who may read them."""

    def __init__(self, project: Project, place: str) -> None:
        self.project = project
        self.origin = project.scratch / "origin.git"
        self.state = f"{place}:{project.scratch / 'recorded'}"
        git(project.scratch, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self._author = project.root
        git(self._author, "clone", "--quiet", str(self.origin), ".")

    def push(self, files: Mapping[str, str], branch: str = "main") -> None:
        git(self._author, "checkout", "--quiet", "-B", branch)
        for name, text in files.items():
            self.project.write(name, text)
        git(self._author, "add", "--", *files)
        git(self._author, "commit", "--quiet", "--message=change")
        git(self._author, "push", "--quiet", "origin", branch)

    def merge(self, branch: str) -> str:
        """What a forge does when the button is pressed; the commit that it made."""
        git(self._author, "checkout", "--quiet", "main")
        git(self._author, "merge", "--quiet", "--no-ff", "--message=merge", branch)
        git(self._author, "push", "--quiet", "origin", "main")
        return git(self._author, "rev-parse", "HEAD")

    def head(self, branch: str) -> str:
        return git(self.origin, "rev-parse", branch)

    def clone(self, who: str, host: str, branch: str = "main", state: bool = False, keys: bool = False) -> Machine:
        """A fresh one. state: whether recorded state can be read there. keys: whether the cloud can be called."""
        folder = self._folder(host)
        git(folder, "clone", "--quiet", f"--branch={branch}", f"file://{self.origin}", ".")
        known = ["RECONCILER_ENDPOINT"] * (state or keys) + [*KEYS] * keys
        env = {name: self.project.environment[name] for name in known}
        where = {"RECONCILER_STATE": self.state} if state else {}
        return Machine(self.project, folder, {**env, **where, "RECONCILER_WHO": who, "RECONCILER_HOST": host})

    def empty(self, host: str, env: Mapping[str, str]) -> Machine:
        """No repository, no state, no cloud."""
        return Machine(self.project, self._folder(host), env)

    def _folder(self, host: str) -> Path:
        folder = self.project.scratch / "machines" / host
        folder.mkdir(parents=True)
        return folder
