"""--changed-since: the spaces that a branch changes, out of hundreds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reconciler.core.model import Project
from reconciler.core.plan.make import States
from reconciler.core.review.affected_spaces import changed, with_partners
from reconciler.errors import ConfigError
from reconciler.render.times import counted
from reconciler.runs.workspace import Workspace


def before(workspace: Workspace, since: str) -> Project | None:
    """The configuration at the merge base of this branch and the revision; None if it is invalid, so that all spaces
    count."""
    from reconciler.revisions import git
    from reconciler.revisions.project import project_at

    at = git.base(workspace.root, since)
    try:
        return project_at(workspace.root, at, workspace.project)
    except ConfigError:
        workspace.start.notify(
            f"Revision {at[:12]} has a configuration with problems of its own, so every space counts as changed."
        )
        return None


def names(project: Project, earlier: Project | None) -> set[str]:
    """Names of the changed spaces."""
    return changed(earlier, project) if earlier else {space.name for space in project.spaces}


def declared_or_recorded(workspace: Workspace, states: States) -> set[str]:
    """Names of all spaces."""
    return {space.name for space in workspace.project.spaces} | {state.name for state in states.values()}


def chosen(workspace: Workspace, states: States, only: Sequence[str], since: str) -> Collection[str]:
    """Names of the spaces to plan, without those that are neither declared nor recorded.

    Spaces that exchange resources are planned together, unless `only` names the spaces.
    """
    earlier = before(workspace, since)
    known = declared_or_recorded(workspace, states)
    workspace.check_names(only, known | {space.name for space in (earlier.spaces if earlier else ())})
    found = names(workspace.project, earlier) if earlier else set(known)
    found = found & set(only) if only else with_partners(found, workspace.project, states)
    of = len(known & set(only)) if only else len(known)
    workspace.start.notify(f"Changed since {since}: {counted(len(found & known), 'space')} of {of}.")
    return found & known
