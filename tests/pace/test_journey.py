"""From declared to ready, with a code each. A thousand numbers: `python -m tests.full journey`."""

from __future__ import annotations

from pathlib import Path

from tests.store.places import places

from .journey import PACE, journey

NUMBERS = 30
# How much longer than the least time, on a machine that is busy; at full size it is held to 2 %.
BUSY = 1.3


def test_a_whole_journey_is_as_long_as_the_pace_makes_it(tmp_path: Path) -> None:
    """No call is refused, no second holds eleven of an operation, the status is read once before the message and once

    before the code, and the codes go out at the same pace as what asked for them.
    """
    with places()["sqlite"](tmp_path) as where:
        done = journey(tmp_path / "project", where, NUMBERS)
    assert done.calls == {
        "QueryChatappBindWaba": 1,
        "AddChatappPhoneNumber": NUMBERS,
        "GetChatappVerifyCode": NUMBERS,
        "GetPhoneNumberVerificationStatus": 2 * NUMBERS,
        "ChatappVerifyAndRegister": NUMBERS,
    }
    assert (done.refused, done.most) == (0, PACE)
    assert done.least == 2 * (NUMBERS - 1) / PACE
    assert done.between <= BUSY * done.least
