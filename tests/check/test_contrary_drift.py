"""Drift in contrary worlds: what was done in the console is found, unknown or not shown yet; never anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.operations import OPERATIONS, Effect
from tests.check.lived import lived
from tests.check.test_drift import ACCEPT, TABLE, planned
from tests.heavy import mostly_heavy
from tests.stage.cloud import local
from tests.stage.project import Project

# Of a verification that runs out, and of one made elsewhere, the status of a later phase tells the same. What another
# space does not list yet is gone.
ALIKE = {"running_out": {"verified_elsewhere"}, "verified_elsewhere": {"running_out"}, "in_another_space": {"gone"}}
LATER = 60 * 60
SEEDS, FEW = 24, 2


@pytest.mark.parametrize("seed", mostly_heavy(range(SEEDS), FEW))
def test_no_drift_is_taken_for_another(tmp_path: Path, seed: int) -> None:
    """One of the table's rows a world: read twice, an hour apart, and then accepted.

    No message, only reads, no exit code but the documented ones.
    """
    address, console, phases, finding, *_ = TABLE[seed % len(TABLE)]
    with local(contrary=seed) as cloud:
        project = Project(tmp_path, cloud.environment)
        lived(project, cloud, phases, days=2)
        found(project, address)  # listings show what the test put there some minutes after their first sync
        cloud.advance(LATER)
        may_be = {"as_recorded", "unknown", *(ALIKE.get(finding, set()) - {"gone"})}
        assert found(project, address) <= may_be
        cloud.tell("console", **console)
        for _ in range(2):
            assert found(project, address) <= {*may_be, finding, *ALIKE.get(finding, ())}
            cloud.advance(LATER)
        assert project.run(*ACCEPT).code in (0, 1)
        assert cloud.messages() == []
        assert {OPERATIONS[call["operation"]].effect for call in cloud.calls()} == {Effect.READ}


def found(project: Project, address: str) -> set[str]:
    drift: dict[str, Any] = planned(project, "--refresh-only")["reconciler"]["drift"]
    (verdict,) = (each["verdict"] for each in drift["resources"] if each["address"] == address)
    return {verdict}
