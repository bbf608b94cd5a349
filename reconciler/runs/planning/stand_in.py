"""What a plan uses instead of recorded state that may not be read: published state, or another revision's
configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.core.model import Project
from reconciler.core.plan.basis import Basis
from reconciler.core.plan.make import States
from reconciler.core.plan.settings import Base
from reconciler.errors import Problem, Stale, StateError
from reconciler.runs.workspace import Workspace
from reconciler.runtime import regular_files
from reconciler.store import BACKENDS

if TYPE_CHECKING:
    from reconciler.core.review.published_state import PublishedState

SIZE = 64 * 1024 * 1024


Found = tuple[States, str, Basis, Base]


def stand_in(workspace: Workspace, against: str) -> Found | None:
    """States by space id, their endpoint, the basis to mention, and the revision that declares them. None for
    recorded state."""
    if against:
        return _declared(workspace, against)
    path = snapshot_file(workspace)
    return _published(workspace, read(path)) if path else None


def base_of(root: Path, revision: str, now: Project) -> Base:
    """The configuration at the merge base of this branch and a revision. now: today's."""
    from reconciler.revisions import git
    from reconciler.revisions.project import project_at

    at = git.base(root, revision)
    return Base(at, project_at(root, at, now))


def _declared(workspace: Workspace, against: str) -> Found:
    from reconciler.core.review import assumed_state

    base = base_of(workspace.root, against, workspace.project)
    return assumed_state.all_done(base.project, workspace.identity), workspace.identity, Basis(base.revision), base


def _published(workspace: Workspace, seen: PublishedState) -> Found:
    from reconciler.core.review import assumed_state
    from reconciler.core.review.published_state import of_another
    from reconciler.revisions import git
    from reconciler.revisions.project import project_at

    project = workspace.project
    if whose := of_another(seen, project.environment, project.account):
        raise StateError(Problem("snapshot-of-another", f"the snapshot is of {whose}"))
    root = workspace.root
    at = git.commit(root, seen.revision)
    declared, behind = project_at(root, at, project), not git.contains(root, seen.revision)
    return assumed_state.as_seen(declared, seen), seen.endpoint, assumed_state.basis(seen, behind), Base(at, declared)


def snapshot_file(workspace: Workspace) -> Path | None:
    """The file that --state names instead of a backend: of no known scheme, and existing or ending in .json."""
    url = workspace.named_place
    if not url or url.partition(":")[0] in BACKENDS:
        return None
    path = workspace.root / url
    return path if url.endswith(".json") or path.is_file() else None


def refuse(workspace: Workspace) -> None:
    """Raises Stale if there is only published state: nothing can be applied to it."""
    if path := snapshot_file(workspace):
        raise Stale(Problem("plan-not-recorded", f"{path} is a snapshot of state, to plan with and not to apply to"))


def read(path: Path) -> PublishedState:
    """A published state. Raises StateError."""
    from reconciler.core.review import published_state

    try:
        data = json.loads(regular_files.text(path, SIZE))
    except OSError as error:
        raise StateError(Problem("snapshot-unreadable", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise StateError(Problem("snapshot-unreadable", f"{path} is not JSON, or was cut")) from None
    return published_state.load_published(data, str(path))
