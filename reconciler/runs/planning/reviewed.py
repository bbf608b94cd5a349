"""The reviewed plan, from its file or by its digest, and what is left to do of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from reconciler.core.journal.snapshot import fold
from reconciler.core.journal.state import State, parse
from reconciler.core.plan.basis import Scope
from reconciler.core.plan.change import Plan
from reconciler.core.review.staleness import remaining
from reconciler.errors import ConfigError, Problem, Stale
from reconciler.runs.expected import of_plan
from reconciler.runs.files import plan
from reconciler.runs.planning import stand_in
from reconciler.runs.planning.checks import check_fresh
from reconciler.runs.planning.make import made, make
from reconciler.runs.workspace import Workspace
from reconciler.runtime.gc_pause import paused
from reconciler.store.safety import last_seen


@paused(once=True)
def from_file(workspace: Workspace, path: Path) -> tuple[Plan, Plan]:
    """The plan in the file, and what is left to do of it. Raises Stale if it no longer fits."""
    reviewed = plan.read(path, workspace.root)
    if reviewed.basis:
        told = "a snapshot of state" if reviewed.basis.taken_at else f"revision {reviewed.basis.revision[:12]}"
        raise Stale(Problem("plan-not-recorded", f"{path} was made against {told}, not against recorded state"))
    stand_in.refuse(workspace)
    last_seen.check(workspace.recorded, of_plan(reviewed), f"by {path.name}")
    return reviewed, left(workspace, reviewed)


def by_digest(
    workspace: Workspace, digest: str, only: Sequence[str], since: str, scope: Scope | None = None
) -> tuple[Plan, Plan]:
    """The plan with this digest, and what is left to do of it: either the current plan, or one that earlier runs
    have begun."""
    stand_in.refuse(workspace)
    now = make(workspace, only, since, scope=scope)
    if now.digest == digest:
        return now, now
    begun = made(workspace, _as_found(workspace, digest), workspace.identity, only, since, scope=scope)
    if begun.digest == digest:
        return begun, left(workspace, begun)
    raise Stale(Problem("plan-other-digest", f"what there is to do has the digest {now.digest}", found=digest))


def left(workspace: Workspace, reviewed: Plan) -> Plan:
    """What is left to do of a plan. Raises Stale if it no longer fits, or if there is more to do than it has."""
    check_fresh(workspace, reviewed, workspace.recorded)
    scope = reviewed.scope and replace(reviewed.scope, replaces=())
    derived = make(workspace, [space.name for space in reviewed.spaces], scope=scope)
    if derived.left_out:
        raise ConfigError.of(derived.left_out)
    rest, problems = remaining(reviewed, derived, workspace.recorded)
    if problems:
        raise Stale(*problems)
    return rest


def _as_found(workspace: Workspace, digest: str) -> dict[str, State]:
    """The states before the first run of the plan with this digest. Spaces that this run created are left out."""
    found = {id: _rewound(workspace, state, digest) for id, state in workspace.recorded.items()}
    return {id: state for id, state in found.items() if state.serial > 1}


def _rewound(workspace: Workspace, state: State, digest: str) -> State:
    snapshot, lines = _from_the_start(workspace, state.space_id)
    entries = [parse(line, state.space_id) for line in lines]
    runs = (at for at, entry in enumerate(entries) if entry.get("holder", {}).get("plan") == digest)
    first = next(runs, None)
    return state if first is None else fold(state.space_id, lines[:first], snapshot)


def _from_the_start(workspace: Workspace, space_id: str) -> tuple[str | None, Sequence[str]]:
    """(checkpoint, entries): None and all entries, or for a pruned journal its checkpoint and the entries after it."""
    lines = workspace.backend.history(space_id)
    whole = not lines or parse(lines[0], space_id).get("serial") == 1
    return (None, lines) if whole else workspace.backend.read(space_id)
