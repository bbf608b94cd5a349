"""The nth write or sync fails in the kernel. The full sizes: `python -m tests.full disk`."""

from __future__ import annotations

import pytest

from tests.badday.syscalls import Case, bad_day, missing
from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.forks import Forks

STEP = 5


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize(
    ("error", "kept", "first", "step"),
    [heavy("ENOSPC", False, 1, STEP), ("EIO", False, 3, STEP), ("ENOSPC", True, 1, STEP), heavy("EIO", True, 2, 2)],
)
def test_whichever_call_fails_nothing_is_lost_and_nothing_done_twice(
    cloud: Cloud, forks: Forks, error: str, kept: bool, first: int, step: int
) -> None:
    """n grows until a run meets no failure: a documented exit each time, and the good day after finishes it, once."""
    nth, hit, hits, wrong = first, True, 0, []
    while hit:
        with bad_day(cloud, forks) as day:
            hit, found = day(Case(error, nth, kept=kept))
        wrong += found
        hits += hit
        nth += step
    assert wrong == []
    assert hits > 2
