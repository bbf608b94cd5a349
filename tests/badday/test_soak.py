"""A long run against a cloud that loses answers. At its full size: `python -m tests.full soak`."""

from __future__ import annotations

import sys

import pytest

from tests.badday.soak import Soak
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import Project

NUMBERS = 100


@pytest.mark.skipif(sys.platform != "linux", reason="memory and open files are read from /proc")
def test_a_tenth_of_the_answers_lost(failing: Failing, project: Project, cloud: Cloud) -> None:
    """Within five resumes every number waits for its person, each got one message, memory and open files stay flat."""
    soak = Soak(project, cloud, NUMBERS)
    assert soak() == []
    assert cloud.calls("QueryChatappPhoneNumbers") != []  # lost answers were looked up
    assert soak.runs[0].memory > 0
    assert soak.runs[0].files > 3
