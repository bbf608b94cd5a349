"""A customer's repository, made by real git, and git itself on a machine that nobody has set up."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SPACE = """space: acme
space_id: cams-e2e
phone_numbers:
  support: {number: "+8613800001234", onboarding: register, display_name: "Acme support"}
"""
_ANN = ("-c", "user.name=ann", "-c", "user.email=ann@example.com", "-c", "protocol.file.allow=always")
_MOMENT = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-11-20T10:31:00Z")


def git(at: Path, *words: str) -> str:
    """As ann, and always at the same moment."""
    env = {"PATH": os.environ["PATH"], "HOME": str(at), "GIT_CONFIG_NOSYSTEM": "1", **_MOMENT}
    done = subprocess.run(["git", *_ANN, *words], cwd=at, env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Repository:
    """One with a branch `main`, which others branch off."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("reconciler.yaml", "state: sqlite:.reconciler/state.db\n")

    def git(self, *words: str) -> str:
        return git(self.root, *words)

    def commit(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")
