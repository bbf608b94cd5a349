"""What removing a resource ends, by its type and its `on_remove`."""

from __future__ import annotations

from reconciler.kinds.types import TYPES


def test_only_deleting_a_contact_ends_what_it_is_bound_to() -> None:
    """A contact that is detached, forgotten or kept leaves its members messaging it; a number is bound to nothing."""
    words = ("refuse", "forget", "detach", "delete", "deregister")
    ending = {(name, word) for name, row in TYPES.items() for word in words if row.ends(word)}
    assert ending == {("contact", "delete")}
