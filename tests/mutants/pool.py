"""Trials side by side: each process has a copy of its own, made once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.mutants.trial import Bug, Caught, Copy


def begin(folder: str, patience: float) -> None:
    global _copy
    _copy = Copy(Path(tempfile.mkdtemp(dir=folder)), patience)


def tried(bug: Bug) -> Caught:
    return _copy.trial(bug)
