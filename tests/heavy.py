"""What the README's command leaves to `pytest -m heavy`: more of the same, in no other way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def heavy(*values: Any, id: str | None = None) -> Any:
    """One parameter set of a test."""
    return pytest.param(*values, id=id, marks=pytest.mark.heavy)


def mostly_heavy(values: Iterable[Any], light: int) -> list[Any]:
    """All of them, of which the first few are light."""
    return [value if place < light else heavy(value) for place, value in enumerate(values)]
