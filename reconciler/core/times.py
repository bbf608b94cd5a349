"""Times as in entries: UTC with milliseconds, ending in Z, so that they sort as text."""

from __future__ import annotations

from datetime import datetime, timedelta

DAY = timedelta(hours=24)
# The longest possible wait for another day, with tolerance: the cloud's time is read from its answers.
DAYS_END = DAY + timedelta(hours=1)


def shift(at: str, by: timedelta) -> str:
    """A time of an entry, moved by `by`."""
    return stamp(datetime.fromisoformat(at) + by)


def stamp(at: datetime) -> str:
    """UTC with milliseconds, ending in Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
