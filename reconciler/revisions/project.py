"""The configuration of another revision, written to a temporary folder and read like any other."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from reconciler.config import files, settings
from reconciler.config.project import load_earlier
from reconciler.config.templates.use import ENDINGS
from reconciler.core.model import Project
from reconciler.errors import ConfigError, Problem, ReconcilerError
from reconciler.revisions import git
from reconciler.runtime.scratch import scratch

_WILD = "*?[]"


def project_at(root: Path, at: str, now: Project) -> Project:
    """What the folder root declared at a commit, in hex, for the same environment; no spaces if there were none.

    Raises ConfigError if that revision's configuration has problems; each names the revision.
    """
    with scratch("reconciler-") as folder:
        top = folder.resolve()
        try:
            endings = _endings(_laid_out(top / "settings", root, at, (files.SETTINGS,)))
            found = _laid_out(top / "project", root, at, (files.SETTINGS, *endings, *ENDINGS))
            return load_earlier(found, now)
        except ConfigError as error:
            if {problem.code for problem in error.problems} == {"no-spaces"}:
                return Project(str(root), (), environment=now.environment, account=now.account)
            told = (replace(each, what=f"at revision {at[:12]}: {each.what}") for each in error.problems)
            raise ConfigError.of(told) from None


def _endings(root: Path) -> list[str]:
    """The endings of space files, from the patterns of reconciler.yaml; "" matches any."""
    said, _ = settings.read_settings(root)
    each = [files.DEFAULT if one.patterns is None else [pattern for pattern, _ in one.patterns] for one in said.sets]
    patterns = [pattern for patterns in each for pattern in patterns]
    tails = [pattern.rpartition("/")[2] for pattern in patterns]
    return [tail[max(tail.rfind(char) for char in _WILD) + 1 :] for tail in tails]


def _laid_out(top: Path, root: Path, at: str, endings: Sequence[str]) -> Path:
    """A folder below top with the files of these endings, and the files that links with such names lead to."""
    found = git.files(root, at, endings)
    there = _written(top / "once", found)
    if led := _led(there, found, endings):
        return _written(top / "again", git.files(root, at, endings, led))
    return there


def _led(root: Path, found: Sequence[git.File], endings: Sequence[str]) -> set[PurePosixPath]:
    """The targets of links within root that are not read yet."""
    links = (root / file.path for file in found if file.link and file.path.name.endswith(tuple(endings)))
    ends = (Path(os.path.realpath(link)) for link in links)
    led = {PurePosixPath(end.relative_to(root)) for end in ends if end.is_relative_to(root)}
    return led - {file.path for file in found}


def _written(root: Path, found: Sequence[git.File]) -> Path:
    """Writes into a new folder: files first, then folders for links, then links, so nothing is written through a
    link."""
    root.mkdir(parents=True)
    links = [file for file in found if file.link]
    for file in found:
        if not file.link:
            _write(root / file.path, file)
    for file in links:
        with suppress(OSError):  # forged: its parent is a file as well
            (root / file.path).parent.mkdir(parents=True, exist_ok=True)
    for file in links:
        with suppress(OSError, ValueError):  # its target is not a valid path; a checkout would fail as well
            (root / file.path).symlink_to(os.fsdecode(file.contents))
    return root


def _write(path: Path, file: git.File) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.contents)
    except OSError as error:
        what = f"a file of that revision cannot be laid out: {error.strerror}"
        raise ReconcilerError(Problem("git-failed", what, found=str(file.path))) from None
