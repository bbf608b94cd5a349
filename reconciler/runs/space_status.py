"""The status of all recorded spaces: who holds them since when, what waits, when they last changed."""

from __future__ import annotations

import os
from collections import Counter
from typing import NamedTuple

from reconciler.core.journal.state import State
from reconciler.runs.codes.open_challenges import open_challenges
from reconciler.runs.workspace import Workspace
from reconciler.store.lease import is_gone, this_process


class SpaceStatus(NamedTuple):
    """The status of one space.

    state: as recorded.
    waiting: the number of resources that wait for a person.
    is_gone: the process of the run that holds the space provably does not exist.
    """

    state: State
    waiting: int
    is_gone: bool


def space_status(workspace: Workspace) -> list[SpaceStatus]:
    """By name."""
    me = this_process(os.environ)
    waiting = Counter(each.address.partition("/")[0] for each in open_challenges(workspace, ()).listed)
    states = sorted(workspace.recorded.values(), key=lambda state: (state.name, state.space_id))
    return [
        SpaceStatus(state, waiting[state.name], state.run is not None and is_gone(state.run, me)) for state in states
    ]
