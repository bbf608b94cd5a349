"""What one set of spaces has that another lacks: by what it means, and by identities only where they are asked for."""

from __future__ import annotations

from typing import Any

from reconciler.core.model import Project, Resource, Space
from reconciler.core.review.promotion import Difference, what_differs


def number(name: str, key: str, kind: str = "register", on_remove: Any = "refuse", **facts: Any) -> Resource:
    return Resource("acme", "phone_number", name, kind, key, {"number": key, **facts}, on_remove)


def project(*blocks: Resource, id: str = "cams-1", removed: Any = None, moved: str = "", more: Any = ()) -> Project:
    return Project("", (Space("acme", id, "acme.yaml", blocks, removed or {}, moved), *more))


ONE, OTHER = "+8613800000001", "+8613800000002"
TOM = Resource("acme", "contact", "tom", "contact", "tom", {"name": "tom", "title": "CEO"})


def test_what_means_the_same_differs_in_nothing() -> None:
    """A number and a space's id are each environment's own; a contact's name is not."""
    left, right = project(number("a", ONE), TOM), project(number("a", OTHER), TOM, id="cams-2", moved="cams-0")
    assert what_differs(left, right) == []
    assert what_differs(left, right, identities=True) == [
        Difference("acme", "both", (("moved.space_id", None, "cams-0"), ("space_id", "cams-1", "cams-2"))),
        Difference("acme/phone_number/a", "both", (("number", ONE, OTHER),)),
    ]
    renamed = TOM._replace(key="tim", attributes={**TOM.attributes, "name": "tim"})
    assert [each.values for each in what_differs(left, project(number("a", ONE), renamed))] == [
        (("name", "tom", "tim"),)
    ]


def test_what_is_declared_otherwise_is_told() -> None:
    """Its onboarding, what happens when it is removed, and each value; what only one of both has, by its side; by
    address."""
    left = project(number("a", ONE, about="x"), number("b", OTHER), removed={"old": "forget"})
    globex = Space("globex", "cams-9", "g.yaml")
    right = project(number("a", ONE, "migrate", "forget"), TOM, more=[globex])
    assert what_differs(left, right) == [
        Difference("acme", "both", (("removed.old", "forget", None),)),
        Difference("acme/contact/tom", "right"),
        Difference(
            "acme/phone_number/a",
            "both",
            (("about", "x", None), ("on_remove", "refuse", "forget"), ("onboarding", "register", "migrate")),
        ),
        Difference("acme/phone_number/b", "left"),
        Difference("globex", "right"),
    ]
