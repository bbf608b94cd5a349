"""A customer's repository, made by real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

SPACE = """space: acme
space_id: cams-e2e
phone_numbers:
  support: {number: "+8613800001234", onboarding: register, display_name: "Acme support"}
"""


class Repository:
    """A repository with a branch `main`, which others branch off; made anew by real git."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "user.email", "ann@example.com")
        self.git("config", "user.name", "ann")
        self.commit("reconciler.yaml", "state: sqlite:.reconciler/state.db\n")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")
