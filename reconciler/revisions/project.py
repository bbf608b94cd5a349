"""The configuration of another revision, read as any configuration is: from files, in a folder of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from reconciler.config import files, settings
from reconciler.config.project import load_project
from reconciler.config.templates.use import ENDINGS
from reconciler.core.model import Project
from reconciler.errors import ConfigError, Problem, ReconcilerError
from reconciler.revisions import git

_WILD = "*?[]"


def project_at(root: Path, at: str) -> Project:
    """What the folder root declared at a commit, given in hex; no space where it had none yet.

    Raises ConfigError where that revision's own configuration has problems, each saying so.
    """
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        top = Path(folder).resolve()
        try:
            endings = _endings(_laid_out(top / "settings", root, at, (files.SETTINGS,)))
            return load_project(_laid_out(top / "project", root, at, (files.SETTINGS, *endings, *ENDINGS)))
        except ConfigError as error:
            if {problem.code for problem in error.problems} == {"no-spaces"}:
                return Project(str(root), ())
            told = (replace(each, what=f"at revision {at[:12]}: {each.what}") for each in error.problems)
            raise ConfigError.of(told) from None


def _endings(root: Path) -> list[str]:
    """How the names of space files end, as the patterns of reconciler.yaml say: "" is how any does."""
    said, _ = settings.read_settings(root)
    patterns = files.DEFAULT if said.patterns is None else [pattern for pattern, _ in said.patterns]
    tails = [pattern.rpartition("/")[2] for pattern in patterns]
    return [tail[max(tail.rfind(char) for char in _WILD) + 1 :] for tail in tails]


def _laid_out(top: Path, root: Path, at: str, endings: Sequence[str]) -> Path:
    """The folder, below top, of the files whose names end so, and of those that links with such names lead to."""
    found = git.files(root, at, endings)
    there = _written(top / "once", found)
    if led := _led(there, found, endings):
        return _written(top / "again", git.files(root, at, endings, led))
    return there


def _led(root: Path, found: Sequence[git.File], endings: Sequence[str]) -> set[PurePosixPath]:
    """Where links lead, within root, to what was not read yet."""
    links = (root / file.path for file in found if file.link and file.path.name.endswith(tuple(endings)))
    ends = (Path(os.path.realpath(link)) for link in links)
    led = {PurePosixPath(end.relative_to(root)) for end in ends if end.is_relative_to(root)}
    return led - {file.path for file in found}


def _written(root: Path, found: Sequence[git.File]) -> Path:
    """In a folder that is new, links last, and all folders before them: nothing is ever written through a link."""
    root.mkdir(parents=True)
    links = [file for file in found if file.link]
    for file in found:
        if not file.link:
            _write(root / file.path, file)
    for file in links:
        with suppress(OSError):  # forged: it lies below what is a file, too
            (root / file.path).parent.mkdir(parents=True, exist_ok=True)
    for file in links:
        with suppress(OSError, ValueError):  # where it leads is no path: no checkout could have it either
            (root / file.path).symlink_to(os.fsdecode(file.contents))
    return root


def _write(path: Path, file: git.File) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.contents)
    except OSError as error:
        what = f"a file of that revision cannot be laid out: {error.strerror}"
        raise ReconcilerError(Problem("git-failed", what, found=str(file.path))) from None
