"""Finds the configuration's files and reads their bytes.

It never follows a path out of the repository, waits on something that is not a regular file, or reads without a limit.
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
# A glob pattern for space files, and its place in the settings.
Pattern = tuple[str, Place]


def relative(root: Path, path: Path) -> str:
    """A file's path relative to the project. Bytes that are not UTF-8 are escaped, so it can always be printed."""
    name = path.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find(root: Path, patterns: Sequence[Pattern] | None) -> tuple[list[Path], list[Problem]]:
    """The space files of the patterns, each once, sorted; None means the default folder."""
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
    """All bytes of one file. Raises ConfigError."""
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
    """Each further `**` multiplies the paths to every file; a few of them would take for ever."""
    if leaves_root(pattern):
        return Problem("file-outside", "the path leads out of the repository", here, pattern)
    if PurePosixPath(pattern).parts.count("**") > 1:
        return Problem("pattern-too-wide", "the pattern holds more than one `**`", here, pattern)
    return None


def _astray(pattern: str, here: Place) -> Problem:
    """A pattern without a match is a mistake: its spaces would disappear from the plan."""
    return Problem("file-missing", "no file matches", here, pattern)


def leaves_root(path: str) -> bool:
    """Whether a relative path may lead out of its root."""
    pure = PurePosixPath(path)
    return pure.is_absolute() or ".." in pure.parts


def _glob(root: Path, pattern: str) -> list[Path]:
    """Hidden files need a pattern that begins with a dot: editors leave locks and backups beside their files."""
    try:
        found = list(root.glob(pattern))
    except (OSError, ValueError, NotImplementedError):  # a name that is too long, `**` inside a name, an empty path
        return []
    named = PurePosixPath(pattern).name.startswith(".")
    return [path for path in found if named or not path.name.startswith(".")]
