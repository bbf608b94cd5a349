"""Ten calls a second of each operation: never more, and hardly less."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from tests.stage.cloud import Cloud
from tests.stage.project import Project, registered

NUMBERS = [f"+86138000012{index}" for index in range(10, 70)]


def test_sixty_numbers_keep_the_limit_and_use_it(project: Project, cloud: Cloud) -> None:
    """No call is throttled, and of the busiest operation nine of ten calls a second are made throughout."""
    blocks = "".join(registered(f"n{number[-4:]}", number) for number in NUMBERS)
    project.write("spaces/acme.yaml", f"space: acme\nspace_id: cams-e2e\nphone_numbers:\n{blocks}")
    project.write("reconciler.yaml", "guards: {max_messages: 60}\n")
    done = project.run("apply", "--auto-approve", "--no-input")
    assert done.code == 3
    assert done.last == "Apply paused: 0 added, 0 changed, 0 destroyed, 60 paused, 0 failed, 0 unknown, 0 not started."
    calls = cloud.calls()
    assert [call for call in calls if call["result"] != "OK"] == []
    assert len(cloud.messages()) == 60
    operation, number = Counter(call["operation"] for call in calls).most_common(1)[0]
    times = sorted(datetime.fromisoformat(call["arrived"]) for call in calls if call["operation"] == operation)
    assert (number - 1) / (times[-1] - times[0]).total_seconds() >= 7
