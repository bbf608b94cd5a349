"""More messages than a day allows: exactly the day's are sent, the rest on the days after, and nobody gets two."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, Project

NUMBERS, CAP = 50, 20
DAY = 86_400 + 60  # an answer says its second, and is read a while later: cloud time is known to a few seconds
SEND, CAPPED = "GetChatappVerifyCode", "SendValidateCodeExceedsLimitForAccount"
WHEN = re.compile(r"\nThe day's messages are used up; apply again after 20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC\.\n")
PAUSED = f"Apply paused: 0 added, 0 changed, 0 destroyed, {NUMBERS} paused, 0 failed, 0 unknown, 0 not started."
OURS = "limits: {calls_per_second: 0, code_messages_per_day: 20}\nguards: {max_messages: 1000}\n"


@pytest.mark.parametrize("ours", [heavy(False, id="the cloud's cap"), pytest.param(True, id="our own limit")])
def test_three_days_of_messages(failing: Failing, project: Project, cloud: Cloud, ours: bool) -> None:
    """20, 20 and 10: each day ends paused and says when to go on; a cap of the cloud costs one refused try a day.

    Asked again on the first day, nothing is sent and nothing refused.
    """
    project.declare_many(range(NUMBERS))
    if ours:
        project.write("reconciler.yaml", OURS)
    else:
        cloud.tell("settings", code_messages_per_day=CAP)
    for day, sent in ((1, 20), (2, 40), (3, NUMBERS)):
        for _ in range(2 if day == 1 else 1):
            done = failing(*APPLY)
            assert (done.code, done.last, bool(WHEN.search(done.out))) == (3, PAUSED, sent < NUMBERS)
            assert len(cloud.messages()) == sent
            results = Counter(call["result"] for call in cloud.calls(SEND))
            assert results == Counter({"OK": sent, CAPPED: 0 if ours else min(day, 2)})
        cloud.tell("clock", advance_s=DAY)
    assert set(Counter(message["to"] for message in cloud.messages()).values()) == {1}
    assert cloud.violations() == []
