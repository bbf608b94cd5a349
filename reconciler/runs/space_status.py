"""The status of all recorded spaces: who holds them since when, what waits, when they last changed."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass

from reconciler.core.journal.entries import Run
from reconciler.runs.codes.open_challenges import open_challenges
from reconciler.runs.workspace import Workspace
from reconciler.store.lease import is_gone, this_process


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """The status of one space.

    name: of the space.
    space_id: in the cloud.
    recorded: the number of resources.
    waiting: the number of resources that wait for a person.
    changed_at: "" if nothing has changed yet.
    run: that holds the space; None if it is free.
    is_gone: the run's process provably does not exist.
    """

    name: str
    space_id: str
    recorded: int
    waiting: int
    changed_at: str
    run: Run | None
    is_gone: bool


def space_status(workspace: Workspace) -> list[SpaceStatus]:
    """By name."""
    me = this_process(os.environ)
    waiting = Counter(each.address.partition("/")[0] for each in open_challenges(workspace, ()).listed)
    found = [
        SpaceStatus(
            state.name,
            state.space_id,
            len(state.records),
            waiting[state.name],
            state.changed_at,
            state.run,
            state.run is not None and is_gone(state.run, me),
        )
        for state in workspace.recorded.values()
    ]
    return sorted(found, key=lambda each: (each.name, each.space_id))
