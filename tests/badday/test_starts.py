"""Many at the same moment. More rounds: `python -m tests.full starts`."""

from __future__ import annotations

import pytest

from tests.badday.starts import FEW, MANY, PATIENCE, SECONDS, round_of_starts
from tests.heavy import heavy
from tests.stage.cloud import Cloud
from tests.stage.failing import Failing
from tests.stage.project import APPLY, Project


@pytest.mark.parametrize("many", [FEW, heavy(MANY)])
@pytest.mark.parametrize("kept", [False, True], ids=["on an empty state", "on a kept state"])
def test_of_many_applies_at_once_one_runs(
    failing: Failing, project: Project, cloud: Cloud, many: int, kept: bool
) -> None:
    """The others exit 4 within two seconds of trying the lease, and say who holds it, where, since when, in which run.

    Nothing is called but by the one.
    """
    if kept:
        project.declare("support")
        assert failing(*APPLY, at="append.before:declared 1 kill").code == -9
    assert list(round_of_starts(project, cloud, many, SECONDS if many == FEW else PATIENCE)) == []
