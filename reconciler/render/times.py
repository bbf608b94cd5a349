"""Times and durations for people. Recorded times are UTC; the time zone of `now` is the reader's.

`now` ends in Z for text that may be read anywhere, and in an offset for somebody at a terminal.
"""

from __future__ import annotations

from datetime import datetime

ANY_DAY = ""
"""As `now`, for a text that is read later: times are whole."""
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def moment(at: str, now: str) -> str:
    """`10:31 UTC` for today, `2026-11-19 10:31 UTC` for another day; at a terminal `18:31 +08:00, 4 min ago`."""
    if now == ANY_DAY or now.endswith("Z"):
        clock = f"{at[11:16]} UTC"
        return clock if at[:10] == now[:10] else f"{at[:10]} {clock}"
    there, here = datetime.fromisoformat(now), datetime.fromisoformat(at)
    local = here.astimezone(there.tzinfo)
    day = "" if local.date() == there.date() else f"{local:%Y-%m-%d} "
    seconds = (there - here).total_seconds()
    return f"{day}{local:%H:%M} {now[-6:]}, {f'in {_about(-seconds)}' if seconds <= -60 else _ago(seconds)}"


def second(at: str, now: str) -> str:
    """`2026-11-19 10:31:02 UTC`, or local with the offset."""
    if now == ANY_DAY or now.endswith("Z"):
        return f"{at[:10]} {at[11:19]} UTC"
    return f"{datetime.fromisoformat(at).astimezone(datetime.fromisoformat(now).tzinfo):%Y-%m-%d %H:%M:%S} {now[-6:]}"


def age(at: str, now: str) -> str:
    """`3 hours ago`; `just now` under a minute and for a clock that runs behind. On ANY_DAY the moment itself."""
    if now == ANY_DAY:
        return moment(at, now)
    return _ago((datetime.fromisoformat(now) - datetime.fromisoformat(at)).total_seconds())


def _ago(seconds: float) -> str:
    return f"{_about(seconds)} ago" if seconds >= 60 else "just now"


def _about(seconds: float) -> str:
    """In the largest unit there is one of. At least a minute."""
    size, name = next(unit for unit in _UNITS if seconds >= unit[0])
    return f"{seconds // 60:.0f} min" if size == 60 else counted(int(seconds // size), name)


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


def counted(number: int, noun: str, several: str = "") -> str:
    """`1 space`, `2 spaces`. several: the plural, where it takes more than an s."""
    return f"{number} {noun if number == 1 else several or f'{noun}s'}"
