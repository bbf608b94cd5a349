"""Moments and spans as people read them. Times are UTC, as everywhere in the journal."""

from __future__ import annotations

from datetime import datetime

ANY_DAY = ""
"""As `now`, for a text that is read later: times are whole, with their zone."""
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def moment(at: str, now: str) -> str:
    """10:31 for today, 2026-11-19 10:31 for another day, 2026-11-19 10:31 UTC on ANY_DAY."""
    day, clock = at[:10], at[11:16]
    if now == ANY_DAY:
        return f"{day} {clock} UTC"
    return clock if day == now[:10] else f"{day} {clock}"


def age(at: str, now: str) -> str:
    """`3 hours ago`; `just now` under a minute and for a clock that runs behind. On ANY_DAY the moment itself."""
    if now == ANY_DAY:
        return moment(at, now)
    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(at)).total_seconds()
    for size, name in _UNITS[:-1]:
        if seconds >= size:
            return f"{counted(int(seconds // size), name)} ago"
    return "just now"


def length(seconds: float) -> str:
    """`2 days`, `36 hours`, `1.5 seconds`: in the largest unit of which it is a whole number."""
    for size, name in _UNITS:
        if seconds >= size and seconds % size == 0:
            return counted(int(seconds // size), name)
    return f"{seconds:g} seconds"


def span(seconds: float) -> str:
    """`under a second`, `7 seconds`, `3 min 20 s`, `2 h 46 min`."""
    if seconds < 1:
        return "under a second"
    whole = round(seconds)
    if whole < 60:
        return counted(whole, "second")
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
