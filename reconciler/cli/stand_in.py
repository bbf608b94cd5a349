"""What stands for recorded state where none may be read: a published snapshot, or what another revision declares."""

from __future__ import annotations

import json
from pathlib import Path

from reconciler import git
from reconciler.cli.revisions import project_at
from reconciler.cli.workspace import Workspace
from reconciler.core import imagined, snapshot
from reconciler.core.basis import Basis
from reconciler.core.plan import States
from reconciler.errors import Problem, Stale, StateError
from reconciler.store import BACKENDS

SIZE = 64 * 1024 * 1024


def stand_in(workspace: Workspace, against: str) -> tuple[States, str, Basis] | None:
    """States by space id, the endpoint they are of, and what is to be said of them; None for recorded state itself."""
    root = workspace.root
    if against:
        at = git.base(root, against)
        return imagined.all_done(project_at(root, at), workspace.identity), workspace.identity, Basis(at)
    if path := snapshot_file(workspace):
        seen = read(path)
        declared = project_at(root, git.commit(root, seen.revision))
        behind = not git.contains(root, seen.revision)
        return imagined.as_seen(declared, seen), seen.endpoint, imagined.basis(seen, behind)
    return None


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


def read(path: Path) -> snapshot.Snapshot:
    try:
        if not path.is_file() or path.stat().st_size > SIZE:
            raise StateError(Problem("snapshot-unreadable", f"{path} is no file that could hold a snapshot"))
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StateError(Problem("snapshot-unreadable", f"{path}: {error.strerror}")) from None
    except (ValueError, RecursionError):
        raise StateError(Problem("snapshot-unreadable", f"{path} is not JSON, or was cut")) from None
    return snapshot.load(data, str(path))
