"""Ten calls a second belong to the account, not to a process. More numbers: `python -m tests.full pace`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pace import distant
from tests.pace.clients import SLOW, paced
from tests.stage.places import places

PLACES = places()
LIMIT = 10
# Seconds without a call that are no starvation; and refused calls of a hundred, on a machine that is busy.
PATIENT, FEW = 5, 0.1


@pytest.mark.parametrize(("name", "clients"), [("sqlite", 2), ("postgres", 5)])
def test_runs_share_one_pace_where_the_backend_can(name: str, clients: int, tmp_path: Path) -> None:
    """Never more than ten accepted in a second, hardly one refused, eight of the ten used, and nobody starves.

    In six seconds: the second in which the others make room is one of them.

    One that is refused all the same, on a machine too busy to keep time, slows all down for half a minute.
    """
    with PLACES[name](tmp_path) as where:
        pace = paced(tmp_path, where, clients, 60 // clients)
    assert pace.calls == 60
    assert pace.most <= LIMIT
    assert pace.refused <= FEW * pace.calls
    assert pace.rate >= (0.5 if pace.refused else 0.8) * LIMIT
    assert pace.waited < PATIENT


def test_runs_back_off_fairly_elsewhere(tmp_path: Path) -> None:
    """Without anybody to share with, calls are refused, each run slows down, and none is starved."""
    with PLACES["dir"](tmp_path) as where:
        pace = paced(tmp_path, where, 2, 30)
    assert pace.most <= LIMIT
    assert pace.refused < pace.calls / 2
    assert pace.waited < 4 * PATIENT


@pytest.mark.heavy
def test_a_slow_backend_does_not_slow_the_calls(tmp_path: Path) -> None:
    """With fifty milliseconds added to every write, nine of the ten calls a second are made, as without."""
    with PLACES["sqlite"](tmp_path) as where:
        pace = paced(tmp_path, where, 1, 60, SLOW)
    assert pace.calls == 60
    assert pace.rate >= 0.9 * LIMIT


def test_a_backend_far_away_does_not_slow_the_calls(tmp_path: Path) -> None:
    """With fifty milliseconds there and back, turns, counts and writes take none of the calls' time."""
    with distant.place(tmp_path) as where:
        pace = paced(tmp_path, where, 1, 50)
    assert pace.calls == 50
    assert pace.most <= LIMIT
    assert pace.rate >= 0.9 * LIMIT
