"""Finds the configuration's files and reads their bytes.

It must never follow a path out of the repository, wait on what is not a regular file, or read without a bound.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from reconciler.errors import ConfigError, Place, Problem
from reconciler.runtime import regular_files

SETTINGS = "reconciler.yaml"
DEFAULT = ("spaces/*.yaml", "spaces/*.yml")
MOST = 5_000
LARGEST = 16 * 1024 * 1024
# What a setting says of where the space files are, and where it says so.
Pattern = tuple[str, Place]


def relative(root: Path, path: Path) -> str:
    """A file's name relative to the project; bytes that are no text are escaped, so that it can always be printed."""
    name = path.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find(root: Path, patterns: Sequence[Pattern] | None) -> tuple[list[Path], list[Problem]]:
    """The space files that the patterns name, each once, sorted; without patterns, those of the default folder."""
    problems = [problem for pattern in patterns or () if (problem := _refused(*pattern))]
    said = [pattern for pattern in patterns or () if not _refused(*pattern)]
    found = [_glob(root, pattern) for pattern in (DEFAULT if patterns is None else [text for text, _ in said])]
    problems += [_astray(*pattern) for pattern, paths in zip(said, found, strict=False) if not paths]
    files = sorted({path for paths in found for path in paths}, key=lambda path: path.parts)
    if len(files) > MOST:
        what = f"{len(files):,} space files; at most {MOST:,} are read"
        return [], [*problems, Problem("too-many-files", what, Place(SETTINGS))]
    return files, problems


def contents(root: Path, path: Path) -> bytes:
    """All bytes of one file."""
    here = Place(relative(root, path))
    try:
        real = os.path.realpath(path, strict=True)
        if not f"{real}/".startswith(f"{os.path.realpath(root).rstrip('/')}/"):
            raise ConfigError(Problem("file-outside", "the file lies outside the repository", here))
        return regular_files.read(real, LARGEST)
    except regular_files.NotRegular as error:
        raise ConfigError(Problem("file-not-regular", f"this is {error.what}, not a file", here)) from None
    except regular_files.TooLarge:
        raise ConfigError(Problem("file-too-large", f"the file is larger than {LARGEST:,} bytes", here)) from None
    except FileNotFoundError:
        raise ConfigError(Problem("file-missing", "the file is not there", here)) from None
    except OSError as error:
        reason = "a loop of symbolic links" if error.errno == errno.ELOOP else error.strerror
        raise ConfigError(Problem("file-unreadable", f"the file cannot be read: {reason}", here)) from None


def _refused(pattern: str, here: Place) -> Problem | None:
    """Each further `**` multiplies the ways to every file: a few of them would take longer than anybody lives."""
    if leaves_root(pattern):
        return Problem("file-outside", "the path leads out of the repository", here, pattern)
    if PurePosixPath(pattern).parts.count("**") > 1:
        return Problem("pattern-too-wide", "the pattern holds more than one `**`", here, pattern)
    return None


def _astray(pattern: str, here: Place) -> Problem:
    """A pattern that matches nothing is a mistake: the spaces it was to name would be gone from the plan."""
    return Problem("file-missing", "no file matches", here, pattern)


def leaves_root(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.is_absolute() or ".." in pure.parts


def _glob(root: Path, pattern: str) -> list[Path]:
    """Hidden files count only where a pattern names them: editors leave locks and backups beside what they edit."""
    try:
        found = list(root.glob(pattern))
    except (OSError, ValueError, NotImplementedError):  # too long a name, `**` inside a name, an empty path
        return []
    named = PurePosixPath(pattern).name.startswith(".")
    return [path for path in found if named or not path.name.startswith(".")]
