"""The configuration of another revision, read as any configuration is: from files, in a folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reconciler import git
from reconciler.config import files, load, settings
from reconciler.core.model import Project
from reconciler.errors import ConfigError

_WILD = "*?[]"


def project_at(root: Path, at: str) -> Project:
    """What the folder root declared at a commit, given in hex; no space where it had none yet.

    Raises ConfigError where that revision's own configuration has problems, each saying so.
    """
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        there = Path(folder)
        try:
            _write(there, git.files(root, at, (files.SETTINGS,)))
            _write(there, git.files(root, at, _endings(there)))
            return load(there)
        except ConfigError as error:
            if {problem.code for problem in error.problems} == {"no-spaces"}:
                return Project(str(root), ())
            told = (replace(each, what=f"at revision {at[:12]}: {each.what}") for each in error.problems)
            raise ConfigError.of(told) from None


def _endings(root: Path) -> list[str]:
    """How the names of space files end, as the patterns of reconciler.yaml say: "" is how any does."""
    said, _ = settings.read(root)
    patterns = files.DEFAULT if said.patterns is None else said.patterns
    tails = [str(pattern).rpartition("/")[2] for pattern in patterns]
    return [tail[max(tail.rfind(char) for char in _WILD) + 1 :] for tail in tails]


def _write(root: Path, found: Iterable[git.File]) -> None:
    """Links last, so that nothing is ever written through one."""
    for file in sorted(found, key=lambda file: file.link):
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.link and not path.is_symlink():
            path.symlink_to(file.contents.decode("utf-8", "surrogateescape"))
        elif not file.link:
            path.write_bytes(file.contents)
