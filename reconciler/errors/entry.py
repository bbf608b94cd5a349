"""A row of the table of errors."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A row of the table of errors.

    summary: the general meaning of the code.
    hint: the general way to fix it.
    """

    summary: str
    hint: str
