"""What one set of spaces has that another lacks: by what they mean, before a change is promoted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from reconciler.core.diff import differences
from reconciler.core.model import Project, Resource, Space
from reconciler.kinds.types import TYPES

Side = Literal["left", "right", "both"]
_OF_ONE = ("number", "space_id")
"""Keys whose values belong to one environment each."""


class Difference(NamedTuple):
    """A resource or a space that two sets of spaces do not declare alike.

    address: of a resource, or a space's name.
    side: which of the two sets has it.
    values: (name, left, right) of each value that differs; None for an absent one.
    """

    address: str
    side: Side
    values: tuple[tuple[str, Any, Any], ...] = ()


def what_differs(left: Project, right: Project, identities: bool = False) -> list[Difference]:
    """By address. identities: also space ids and phone numbers, which belong to one environment each."""
    mine, theirs = _named(left, identities), _named(right, identities)
    return [each for name in sorted({*mine, *theirs}) if (each := _difference(name, mine.get(name), theirs.get(name)))]


def _difference(name: str, left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> Difference | None:
    if left is None or right is None:
        return Difference(name, "left" if right is None else "right")
    values = differences(left, right)
    return Difference(name, "both", values) if values else None


def _named(project: Project, identities: bool) -> dict[str, Mapping[str, Any]]:
    return {name: values for space in project.spaces for name, values in _of_space(space, identities)}


def _of_space(space: Space, identities: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    removed = {f"removed.{name}": todo for name, todo in space.removed.items()}
    own = {"space_id": space.space_id, "moved.space_id": space.moved or None} if identities else {}
    yield space.name, {**own, **removed}
    yield from ((each.address, _values(each, identities)) for each in space.resources)


def _values(resource: Resource, identities: bool) -> Mapping[str, Any]:
    key = TYPES[resource.type].key
    left_out = {key} if key in _OF_ONE and not identities else set()
    kept = {name: value for name, value in resource.attributes.items() if name not in left_out}
    return {"onboarding": resource.kind, "on_remove": resource.on_remove, **kept}
