"""Migrates from a backend that can be read but no longer written safely. It cannot be closed, and that is reported.

Nothing continues to write there either, because every append first checks whether it is safe.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

from reconciler.cli.terminal import say
from reconciler.cli.verbs.state.backup import backed_up, lacking
from reconciler.core.journal.complete import Whole, begins, handed_over
from reconciler.core.journal.state import State
from reconciler.errors import Problem, StateError
from reconciler.render.escape import escape
from reconciler.runs.workspace import Workspace, now
from reconciler.store.backend import Backend
from reconciler.store.lease import free, this_process
from reconciler.store.safety import transfer


class OnlyReadable(Exception):
    """problem: why nothing can be written there."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@contextlib.contextmanager
def writing_there() -> Iterator[None]:
    """Around what writes to the old place, and nowhere else. Raises OnlyReadable where that is not safe."""
    try:
        yield
    except StateError as error:
        if error.problems[0].code == "state-not-safe":
            raise OnlyReadable(error.problems[0]) from None
        raise


def read_out(workspace: Workspace, target: Backend, states: Mapping[str, State], wait: float) -> None:
    """Copy all, until nothing more has come meanwhile. Raises Locked while a run is at work there."""
    _check_nobody_works(workspace, states, wait)
    wanted = _wholes(workspace, states)
    backed_up(workspace, {})
    while True:
        _bring(target, workspace.backend.url, lacking(target, wanted), states)
        again = _wholes(workspace, states)
        if [each.last for each in again] == [each.last for each in wanted]:
            return
        wanted = again


def _check_nobody_works(workspace: Workspace, states: Mapping[str, State], wait: float) -> None:
    me = this_process(os.environ)
    for space_id, state in states.items():
        if not state.moved_to:
            next(free(workspace.journal(space_id), state.name, state.endpoint, me, wait))


def _wholes(workspace: Workspace, states: Mapping[str, State]) -> list[Whole]:
    found = transfer.read_wholes(workspace.backend, states)
    return [handed_over(each) if each.state.moved_to else each for each in found]


def _bring(target: Backend, source: str, lacks: list[tuple[Whole, Whole]], states: Mapping[str, State]) -> None:
    if lacks:
        transfer.begin(target, source, {state.lineage for state in states.values()}, now())
    due = [(want, have) for want, have in lacks if not (begins(want, have) and have.last > want.last)]
    for want in transfer.copy_all(target, due):
        say(f"{escape(want.state.name)}: entry {want.last} is there, and all before it reads as it does here.")


def left_open(problem: Problem) -> None:
    say(f"This place was only read, and is not closed, as writing is not safe there: {escape(problem.what)}.")
    say("See that nobody continues from it: change RECONCILER_STATE wherever it is set, then take its objects away.")
