"""What stands for recorded state where none may be read: a published snapshot, or what another revision declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler import regular
from reconciler.cli.workspace import Workspace
from reconciler.core.basis import Basis
from reconciler.core.plan import States
from reconciler.errors import Problem, Stale, StateError
from reconciler.store import BACKENDS

if TYPE_CHECKING:
    from reconciler.core.snapshot import Snapshot

SIZE = 64 * 1024 * 1024


def stand_in(workspace: Workspace, against: str) -> tuple[States, str, Basis] | None:
    """States by space id, the endpoint they are of, and what is to be said of them; None for recorded state itself."""
    if against:
        return _declared(workspace, against)
    path = snapshot_file(workspace)
    return _published(workspace.root, read(path)) if path else None


def _declared(workspace: Workspace, against: str) -> tuple[States, str, Basis]:
    from reconciler import git
    from reconciler.cli.revisions import project_at
    from reconciler.core import imagined

    at = git.base(workspace.root, against)
    return imagined.all_done(project_at(workspace.root, at), workspace.identity), workspace.identity, Basis(at)


def _published(root: Path, seen: Snapshot) -> tuple[States, str, Basis]:
    from reconciler import git
    from reconciler.cli.revisions import project_at
    from reconciler.core import imagined

    declared = project_at(root, git.commit(root, seen.revision))
    behind = not git.contains(root, seen.revision)
    return imagined.as_seen(declared, seen), seen.endpoint, imagined.basis(seen, behind)


def snapshot_file(workspace: Workspace) -> Path | None:
    """Where --state names a file and no backend: what is of no known scheme, and ends in .json or is there."""
    url = workspace.state_url or ""
    if not url or url.partition(":")[0] in BACKENDS:
        return None
    path = workspace.root / url
    return path if url.endswith(".json") or path.is_file() else None


def refuse(workspace: Workspace) -> None:
    """Raises Stale where there is only a snapshot: nothing can be applied to it."""
    if path := snapshot_file(workspace):
        raise Stale(Problem("plan-not-recorded", f"{path} is a snapshot of state, to plan with and not to apply to"))


def read(path: Path) -> Snapshot:
    from reconciler.core import snapshot

    try:
        data = json.loads(regular.text(path, SIZE))
    except OSError as error:
        raise StateError(Problem("snapshot-unreadable", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise StateError(Problem("snapshot-unreadable", f"{path} is not JSON, or was cut")) from None
    return snapshot.load(data, str(path))
