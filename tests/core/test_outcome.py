"""What a whole run comes to, and which message a typed code belongs to."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest
from msgspec.structs import replace

from reconciler.core.outcome import Challenge, Result, exit_code

EXITS: dict[Result, int] = {"failed": 1, "unknown": 1, "blocked": 1, "paused": 3, "not_started": 3, "done": 0}


def test_the_worst_of_the_results_decides_the_exit_code() -> None:
    """What failed before what waits, what waits before what is done; whatever else there is."""
    assert set(EXITS) == set(get_args(Result))
    assert exit_code(set()) == 0
    for number in (1, 2, 3):
        for results in combinations(EXITS, number):
            codes = {EXITS[each] for each in results}
            assert exit_code(set(results)) == next(code for code in (1, 3, 0) if code in codes), results


WAITS = Challenge("acme/phone_number/support", "+8613800001234", "code", "X", id="i", message=3)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(WAITS, id="j"), False),
        (replace(WAITS, message=4), False),
        (replace(WAITS, operation="Y"), False),
        (replace(WAITS, address="acme/phone_number/renamed", attempts=2, messages_sent=2), True),
    ],
)
def test_a_code_answers_the_message_it_came_by(other: Challenge, same: bool) -> None:
    """Of the same record, for the same call; whatever it is called by now, and however often it was tried."""
    assert (WAITS.same(other), other.same(WAITS)) == (same, same)
