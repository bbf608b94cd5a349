from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.config.telling import lines, write


@pytest.fixture
def told(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], str]:
    """Writes a project of these files, loads it, and gives back what was wrong, as text."""
    return lambda files: lines(write(tmp_path, files))
