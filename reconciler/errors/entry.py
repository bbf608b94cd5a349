"""A row of the table of errors."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A row of the table: what the code means in general, and the general way out."""

    summary: str
    hint: str
