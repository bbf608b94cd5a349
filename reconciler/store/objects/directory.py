"""Journals as files in one directory, each written once and readable in an editor. For local disks only."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.runtime.failpoints import reached
from reconciler.store.backend import Opening
from reconciler.store.filesystem import MOUNTS, ignore_all, keep_out_of_git, network
from reconciler.store.objects.journals import ObjectJournals

LARGEST = 1 << 30
"""The maximum size of one file, in bytes."""


class Directory:
    """An object store in a directory. A file gets its name when it is complete; drafts of a killed process are
    ignored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"dir:{path}"

    def check(self) -> None:
        """Linking to an existing name fails on every file system with links."""

    def create(self, key: str, body: bytes) -> bool:
        path = self.path / key
        with _explained(path):
            self._begin()
            with _draft(path, body) as draft:
                reached("dir.before")
                try:
                    os.link(draft, path)
                except FileExistsError:
                    return False
                reached("dir.linked")
                _sync(path.parent)
        return True

    def replace(self, key: str, body: bytes) -> None:
        path = self.path / key
        with _explained(path), _draft(path, body) as draft:
            draft.replace(path)
            _sync(path.parent)

    def get(self, key: str) -> bytes | None:
        with _explained(self.path / key), contextlib.suppress(FileNotFoundError):
            return regular_files.read(self.path / key, LARGEST)
        return None

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        return sorted(name for name in self._listed(self.path / folder) if name > after)

    def folders(self) -> list[str]:
        return [name for name in self._listed(self.path) if self._is_space(self.path / name)]

    def keys(self, most: int) -> list[str]:
        return [f"{folder}/{name}" for folder in sorted(self.folders()) for name in self.names(folder)]

    def remove(self, key: str) -> None:
        with _explained(self.path / key):
            (self.path / key).unlink(missing_ok=True)

    def close(self) -> None:
        pass

    def _begin(self) -> None:
        """A new folder belongs to this program and will hold phone numbers, so git ignores it."""
        if not self.path.is_dir():
            _make(self.path)
            ignore_all(self.path)

    def _is_space(self, path: Path) -> bool:
        """Other files may be there, such as .gitignore."""
        return not path.is_file() and any(name.endswith(".json") for name in self._listed(path))

    def _listed(self, folder: Path) -> list[str]:
        with _explained(folder):
            try:
                return [path.name for path in folder.iterdir()]
            except FileNotFoundError:
                if folder.is_symlink():
                    raise
                return []


@contextlib.contextmanager
def _draft(path: Path, body: bytes) -> Iterator[Path]:
    """The body in a temporary file beside path, synced; removed afterwards unless it was renamed to path."""
    _make(path.parent)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        for own in (folder, folder.parent):
            keep_out_of_git(own)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """A file's name is durable only when its directory is synced."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{path} cannot be used as state: {error.strerror or error}"
        raise StateError(Problem("state-unusable", what)) from None


def open_backend(url: str, place: Opening) -> ObjectJournals:
    return open_directory(place.root / url.partition(":")[2], place.network_allowed)


def open_directory(path: Path, network_allowed: bool = False, mounts: Path = MOUNTS) -> ObjectJournals:
    """Raises StateError on a network file system, unless it is allowed. mounts: the system's table of mounts."""
    kind = "" if network_allowed else network(path, mounts)
    if kind:
        raise StateError(Problem("network-filesystem", f"{path} is on {kind}, where names cannot be trusted"))
    return ObjectJournals(Directory(path), at_once=1)
