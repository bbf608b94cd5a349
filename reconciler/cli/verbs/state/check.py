"""The checks of `reconciler state check`. It writes nothing, and one damaged space does not hide the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from reconciler.core.journal.complete import Whole
from reconciler.core.journal.tip import Tips
from reconciler.errors import Problem, StateError
from reconciler.render.escape import escape
from reconciler.render.times import counted
from reconciler.runs.workspace import Workspace
from reconciler.store.lease import held_by, is_gone, this_process
from reconciler.store.safety import last_seen, transfer

T = TypeVar("T")


def examined(workspace: Workspace) -> tuple[list[str], list[Problem]]:
    """A line for each space, and all that is wrong."""
    problems: list[Problem] = []
    # First: another run may move on both meanwhile.
    seen: Tips = _tried(workspace.witness.seen, problems) or {}
    expected = _tried(workspace.expected, problems) or {}
    named = {id: name for name, id in workspace.space_ids.items()}
    _tried(lambda: transfer.check_filled(workspace.place), problems)
    _tried(workspace.emergency.check, problems)
    lines, states = [], {}
    for space_id in transfer.spaces(workspace.place):
        found = _tried(partial(transfer.read_whole, workspace.place, space_id), problems)
        lines.append(
            escape(f"{found.state.name or space_id}: {'; '.join(_sound(found))}" if found else f"{space_id}: damaged")
        )
        if found:
            states[space_id] = found.state
            problems += transfer.halves([found])
        else:
            damaged = {space_id, named.get(space_id)}
            seen, expected = ({id: tip for id, tip in tips.items() if id not in damaged} for tips in (seen, expected))
    _tried(lambda: last_seen.check(states, seen, "here before"), problems)
    _tried(lambda: last_seen.check(states, expected, f"by {workspace.expect}"), problems)
    return lines or ["Nothing is recorded."], problems


def _tried(look: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return look()
    except StateError as error:
        problems += error.problems
        return None


def _sound(found: Whole) -> Iterator[str]:
    state, run = found.state, found.state.run
    how = "not all of it is here yet" if found.padding else "sound"
    yield f"{how}, entry {found.last}, {counted(len(state.records), 'resource')}"
    if found.first > 1:
        yield f"entries before {found.first} pruned"
    unanswered = [(record.address, operation) for record in state.records.values() for operation in record.intents]
    for address, operation in unanswered:
        yield f"{operation} of {address} is unanswered"
    if run:
        yield held_by("it", run) + (", which is gone" if is_gone(run, this_process(os.environ)) else "")
    if state.moved_to:
        yield f"closed: it continues in {state.moved_to}"
