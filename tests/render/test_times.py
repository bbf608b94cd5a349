"""Moments as people read them: local with offset and age at a terminal, and named UTC wherever a text may go."""

from __future__ import annotations

import pytest

from reconciler.render.times import ANY_DAY, age, moment, second

AT = "2026-11-20T10:31:02.000Z"
MOMENTS = {
    "2026-11-20T23:59:00.000Z": "10:31 UTC",
    "2026-11-21T00:00:00.000Z": "2026-11-20 10:31 UTC",
    ANY_DAY: "2026-11-20 10:31 UTC",
    "2026-11-20T18:31:40+08:00": "18:31 +08:00, just now",
    "2026-11-20T18:35:40+08:00": "18:31 +08:00, 4 min ago",
    "2026-11-20T20:31:40+08:00": "18:31 +08:00, 2 hours ago",
    "2026-11-21T00:10:00+08:00": "2026-11-20 18:31 +08:00, 5 hours ago",
    "2026-11-20T05:01:30-03:30": "07:01 -03:30, in 1 hour",
    "2026-11-23T07:01:30-03:30": "2026-11-20 07:01 -03:30, 3 days ago",
    "2026-11-20T18:31:00+08:00": "18:31 +08:00, just now",
}


@pytest.mark.parametrize(("now", "said"), MOMENTS.items())
def test_a_moment(now: str, said: str) -> None:
    """The day where it is another one, there; the offset of who reads it; how long ago, or in how long."""
    assert moment(AT, now) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-21T00:00:00.000Z", "2026-11-20 10:31:02 UTC"),
        (ANY_DAY, "2026-11-20 10:31:02 UTC"),
        ("2026-11-21T00:10:00+14:00", "2026-11-21 00:31:02 +14:00"),
    ],
)
def test_to_the_second(now: str, said: str) -> None:
    """For a log, always with its day."""
    assert second(AT, now) == said


@pytest.mark.parametrize("now", ["2026-11-20T10:35:40.000Z", "2026-11-20T18:35:40+08:00"])
def test_an_age_is_the_same_everywhere(now: str) -> None:
    """Whoever's clock it is read by."""
    assert age(AT, now) == "4 min ago"
