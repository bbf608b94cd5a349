"""Times as entries have them: UTC, with milliseconds, ending in Z, so that they sort as text."""

from __future__ import annotations

from datetime import datetime, timedelta

DAY = timedelta(hours=24)
# No day ends later than so, seen from anywhere within it: the cloud's time is read off its answers, to a second or so.
DAYS_END = DAY + timedelta(hours=1)


def shift(at: str, by: timedelta) -> str:
    """A time as written in entries, moved."""
    return stamp(datetime.fromisoformat(at) + by)


def stamp(at: datetime) -> str:
    """UTC, with milliseconds, ending in Z: sorts as text."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
