"""From declared to ready, with a code each. A thousand numbers: `python -m tests.full journey`."""

from __future__ import annotations

from pathlib import Path

from tests.pace.journey import PACE, journey
from tests.stage.places import places

NUMBERS = 30
# How much longer than the least time, on a machine that is busy; at full size it is held to 2 %.
BUSY = 2


def test_a_whole_journey_is_as_long_as_the_pace_makes_it(tmp_path: Path) -> None:
    """No call is refused, no second holds eleven of an operation, the status is read once before the message and once

    before the code, and the codes go out at the same pace as what asked for them. The listing is synced and read once
    for all before anything is made, and after registering by whoever does not find a newer one: at most once a number.
    """
    with places()["sqlite"](tmp_path) as where:
        done = journey(tmp_path / "project", where, NUMBERS)
    synced, listed = (done.calls.pop(operation) for operation in ("ChatappSyncPhoneNumber", "QueryChatappPhoneNumbers"))
    assert synced == listed <= NUMBERS + 2
    assert done.calls == {
        "QueryChatappBindWaba": 1,
        "AddChatappPhoneNumber": NUMBERS,
        "GetChatappVerifyCode": NUMBERS,
        "GetPhoneNumberVerificationStatus": 2 * NUMBERS,
        "ChatappVerifyAndRegister": NUMBERS,
    }
    assert (done.refused, done.most) == (0, PACE)
    assert 2 * (NUMBERS - 1) <= done.least * PACE <= 2 * NUMBERS
    assert done.between <= BUSY * done.least
