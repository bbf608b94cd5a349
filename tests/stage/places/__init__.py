"""Real places to keep journals in, one file each, which the suites over all backends run in.

A file has `NAME` and `place(scratch)`, a context manager that brings the engine up on this machine, yields a `Where`
in it that nobody else uses, and takes the engine down again. Nothing is shared between two `place`s but a server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.store import open_backend
from reconciler.store.backend import Backend


@dataclass(frozen=True)
class Where:
    """url: as `--state` takes it. environ: what the backend's credentials come from."""

    url: str
    root: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> Backend:
        """Once more, as another process would."""
        return open_backend(self.url, self.root, environ=self.environ)


Open = Callable[[Path], AbstractContextManager[Where]]


def places() -> dict[str, Open]:
    from tests.stage.places import directory, encrypted, gitlab, oss, postgres, s3, sqlite, terraform

    return {each.NAME: each.place for each in (directory, encrypted, gitlab, oss, postgres, s3, sqlite, terraform)}
