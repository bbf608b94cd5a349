"""Which spaces a change of the configuration affects, and which of them belong together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from reconciler.core.journal.state import State
from reconciler.core.model import Project
from reconciler.core.plan.match import identity
from reconciler.core.plan.space_digest import space_digest


def changed(before: Project, after: Project) -> set[str]:
    """Names of the spaces whose declarations changed, were added or removed; all of them if common settings changed.

    Comments, and the file that holds a space, do not matter.
    """
    old, new = _digests(before), _digests(after)
    if _settings(before) != _settings(after):
        return {*old, *new}
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def together(before: Project, after: Project, names: Collection[str]) -> list[list[str]]:
    """The sorted names in groups: spaces that exchange resources are planned together."""
    groups = {name: {name} for name in names}
    for mine, theirs in _exchanges(before, after):
        if mine in groups and theirs in groups:
            joined = groups[mine] | groups[theirs]
            groups |= dict.fromkeys(joined, joined)
    return sorted({tuple(sorted(group)): sorted(group) for group in groups.values()}.values())


def with_partners(names: Collection[str], project: Project, states: Mapping[str, State]) -> set[str]:
    """The names, and those of all spaces that exchange resources with them, transitively."""
    links = list(_unapplied(project, states))
    found, more = set(names), set(names)
    while more:
        more = {name for link in links if link & found for name in link} - found
        found |= more
    return found


def _digests(project: Project) -> dict[str, tuple[str, frozenset[str]]]:
    """Also what a space imports, which is no part of its digest."""
    return {space.name: (space_digest(space), space.imports) for space in project.spaces}


def _settings(project: Project) -> tuple[object, ...]:
    whose = (project.further.get(name) for name in ("account", "contacts_account", "site"))
    return project.state, project.guards, project.limits, *whose


def _exchanges(before: Project, after: Project) -> Iterator[tuple[str, str]]:
    owned = dict(_owned(before))
    return ((owned[id], name) for id, name in _owned(after) if owned.get(id, name) != name)


def _owned(project: Project) -> Iterator[tuple[str, str]]:
    return ((identity(resource), space.name) for space in project.spaces for resource in space.resources)


def _unapplied(project: Project, states: Mapping[str, State]) -> Iterator[set[str]]:
    """Pairs of space names: the one that declares a resource, and the one whose journal still holds it."""
    declared = dict(_owned(project))
    names = {space.space_id: space.name for space in project.spaces}
    for space_id, state in states.items():
        here = names.get(space_id, state.name)
        yield from ({here, declared[id]} for id in state.records if declared.get(id, here) != here)
