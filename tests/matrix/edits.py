"""What people do to the files: each edit takes a place in a lifecycle and says what was recorded, and what the files
declare from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from reconciler.core.model import Guards, OnRemove, Project, Resource, Space
from reconciler.core.plan.basis import Scope
from reconciler.kinds import KINDS
from tests.matrix.play import LIMITS
from tests.matrix.starts import ACME, GLOBEX, NEW, Start, block, removing


class Case(NamedTuple):
    """An edit in one place.

    before: each recorded resource with its place.
    after: the files from now on.
    scope: what the plan is limited to.
    """

    before: tuple[tuple[Start, Resource], ...]
    after: Project
    scope: Scope | None = None


Edit = Callable[[Start], Case | None]
"""None if it is none for this kind."""


def files(*spaces: Space) -> Project:
    return Project("/nowhere", spaces, guards=Guards(50, 100), limits=LIMITS)


def acme(
    *blocks: Resource,
    removed: Mapping[str, OnRemove] | None = None,
    moved: str = "",
    id: str = ACME,
    renamed: Mapping[str, str] | None = None,
) -> Space:
    return Space("acme", id, "spaces/acme.yaml", blocks, removed or {}, moved, renamed or {})


def globex(*blocks: Resource) -> Space:
    return Space("globex", GLOBEX, "spaces/globex.yaml", blocks)


def ready(kind: str) -> Start:
    return Start(kind, KINDS[kind].ready)


def unchanged(at: Start) -> Case:
    one = block(at, "one")
    return Case(((at, one),), files(acme(one)))


def renamed(at: Start) -> Case:
    one = block(at, "one")
    return Case(((at, one),), files(acme(one._replace(name="help"))))


def renamed_by_moved(at: Start) -> Case:
    one = block(at, "one")
    return Case(((at, one),), files(acme(one._replace(name="help"), renamed={"one": "help"})))


def renamed_and_replaced(at: Start) -> Case:
    one = block(at, "one")
    new = block(at, "help", key="new")
    return Case(((at, one),), files(acme(new, renamed={"one": "help"}, removed={one.key: _undoing(at)})))


def swapped(at: Start) -> Case:
    one, two = block(at, "one"), block(at, "two")
    after = acme(one._replace(name="two"), two._replace(name="one"))
    return Case(((at, one), (at, two)), files(after))


def swapped_with_one_in_service(at: Start) -> Case:
    one, two = block(at, "one"), block(at, "two")
    after = acme(one._replace(name="two"), two._replace(name="one"))
    return Case(((at, one), (ready(at.kind), two)), files(after))


def moved_to_a_space(at: Start) -> Case:
    """The same as a file that is split: one block stays, one moves."""
    one, two = block(at, "one"), block(at, "two")
    after = files(acme(two), globex(one._replace(space="globex")))
    return Case(((at, one), (ready(at.kind), two)), after)


def another_space_id(at: Start) -> Case:
    one = block(at, "one")
    return Case(((at, one),), files(acme(one, id=NEW, moved=ACME)))


def removed(word: str) -> Edit:
    def edit(at: Start) -> Case | None:
        one = block(at, "one", word)
        return Case(((at, one),), files(acme())) if word in removing(at.kind) else None

    return edit


def destroyed(word: str) -> Edit:
    def edit(at: Start) -> Case | None:
        one = block(at, "one", word)
        return Case(((at, one),), files(acme(one)), Scope(destroy=True)) if word in removing(at.kind) else None

    return edit


def replaced(word: str) -> Edit:
    """Another number, or another contact, under the same key."""

    def edit(at: Start) -> Case | None:
        one, new = block(at, "one", word), block(at, "one", word, key="new")
        return Case(((at, one),), files(acme(new))) if word in removing(at.kind) else None

    return edit


def onboarded_by(kind: str) -> Edit:
    def edit(at: Start) -> Case | None:
        if at.kind == kind or "contact" in (at.kind, kind):
            return None
        return Case(((at, block(at, "one")),), files(acme(block(at, "one", kind=kind))))

    return edit


def with_another(what: str, value: str) -> Edit:
    def edit(at: Start) -> Case | None:
        one = block(at, "one")
        return Case(((at, one),), files(acme(block(at, "one", **{what: value})))) if what in one.attributes else None

    return edit


def made_again(at: Start) -> Case:
    """--replace"""
    one = block(at, "one", _undoing(at))
    return Case(((at, one),), files(acme(one)), Scope(replaces=(one.address,)))


def _undoing(at: Start) -> OnRemove:
    return KINDS[at.kind].row.undoing


def _onboardings() -> Iterator[tuple[str, Edit]]:
    for name, kind in KINDS.items():
        if kind.type == "phone_number":
            yield f"onboarding-{name}", onboarded_by(name)


EDITS: Mapping[str, Edit] = {
    "unchanged": unchanged,
    "renamed": renamed,
    "renamed-and-replaced": renamed_and_replaced,
    "swapped": swapped,
    "swapped-with-one-in-service": swapped_with_one_in_service,
    "moved-to-a-space": moved_to_a_space,
    "another-space-id": another_space_id,
    "removed-refuse": removed("refuse"),
    "removed-forget": removed("forget"),
    "removed-deregister": removed("deregister"),
    "removed-detach": removed("detach"),
    "removed-delete": removed("delete"),
    "replaced-refuse": replaced("refuse"),
    "replaced-forget": replaced("forget"),
    "replaced-deregister": replaced("deregister"),
    "replaced-detach": replaced("detach"),
    "replaced-delete": replaced("delete"),
    **dict(_onboardings()),
    "another-email": with_another("email", "tom@example.org"),
    "another-phone": with_another("phone", "+8613900009999"),
    "another-title": with_another("title", "Other"),
    "another-picture": with_another("about", "Hi"),
    "made-again": made_again,
}
"""Each has a golden file."""
LIKE: Mapping[str, tuple[Edit, str]] = {
    "renamed-by-moved": (renamed_by_moved, "renamed"),
    "destroyed-refuse": (destroyed("refuse"), "removed-refuse"),
    "destroyed-forget": (destroyed("forget"), "removed-forget"),
    "destroyed-deregister": (destroyed("deregister"), "removed-deregister"),
    "destroyed-detach": (destroyed("detach"), "removed-detach"),
    "destroyed-delete": (destroyed("delete"), "removed-delete"),
}
"""Those whose rows are the same as another one's."""
