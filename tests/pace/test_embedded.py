"""A space of numbers that were signed up in a browser: into service in one apply, at the pace of the cloud."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from tests.heavy import heavy
from tests.pace.clients import most, start
from tests.stage.cloud import Cloud, local
from tests.stage.places import places
from tests.stage.project import APPLY

PACE = 10
# On a quiet machine 0.6 % over the least time were measured at full size. Two passes, one after the other, would be 2.
SIZES = [pytest.param(30, 4.0, id="few"), heavy(200, 1.5, id="200")]
_numbers = count(20_000_000)


@pytest.mark.parametrize(("numbers", "within"), SIZES)
def test_a_space_comes_into_service_in_one_apply(numbers: int, within: float, tmp_path: Path) -> None:
    """No message, one status and one registration a number, no call refused, and no second holds eleven of one."""
    with local() as cloud, places()["sqlite"](tmp_path) as where:
        _declare(tmp_path / "project", cloud, numbers)
        process = start(tmp_path / "project", where, cloud, *APPLY)
        _, told = process.communicate()
        assert process.returncode == 0, told.decode()
        calls, truth = cloud.calls(), cloud.see("world")["truth"]["numbers"]
        assert (cloud.messages(), cloud.violations()) == ([], [])
    made = Counter(call["operation"] for call in calls)
    assert made["GetPhoneNumberVerificationStatus"] == made["ChatappPhoneNumberRegister"] == numbers
    assert made["ChatappSyncPhoneNumber"] == made["QueryChatappPhoneNumbers"] <= numbers + 2
    assert {call["result"] for call in calls} == {"OK"}
    assert {row["status"] for row in truth} == {"CONNECTED"}
    assert max(most(_times(calls, operation)) for operation in made) <= PACE
    least = (numbers - 1) / PACE
    times = _times(calls, "ChatappPhoneNumberRegister")
    took = times[-1] - _times(calls)[0]
    print(f"{numbers} numbers: {took:.2f} s, {took / least:.3f} of the least time")
    assert took <= within * least


def _declare(folder: Path, cloud: Cloud, numbers: int) -> None:
    (folder / "spaces").mkdir(parents=True)
    rows = []
    for n in range(numbers):
        number = f"+86138{next(_numbers):08}"
        cloud.tell("signups", number=number, space="cams-one")
        rows.append(f'  n{n}: {{number: "{number}", onboarding: embedded}}\n')
    text = f"space: one\nspace_id: cams-one\nphone_numbers:\n{''.join(rows)}"
    (folder / "spaces/space.yaml").write_text(text)


def _times(calls: list[dict[str, str]], operation: str = "") -> list[float]:
    named = [call for call in calls if operation in ("", call["operation"])]
    return sorted(datetime.fromisoformat(call["arrived"]).timestamp() for call in named)
