"""What is declared beside what is recorded: by what the cloud knows it by, not by its key in the file."""

from __future__ import annotations

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.model import Resource, Space
from reconciler.core.plan.match import Pair, pairs, wanted


def number(key: str, name: str) -> Record:
    facts = {"number": key}
    return Record(f"phone_number/{key}", f"phone_number/{name}", "register", key, "registered", facts)


def test_a_key_that_passes_from_one_number_to_another_replaces_nothing() -> None:
    """Where the new holder is recorded under another key: it is renamed, and the old holder goes by itself."""
    main, support = number("+8613800001234", "main"), number("+8613800005678", "support")
    state = State("cams-acme", records={each.id: each for each in (main, support)})
    renamed = Resource("acme", "phone_number", "support", "register", main.key, main.facts)
    space = Space("acme", "cams-acme", "spaces/acme.yaml", (renamed,))
    assert pairs(space, state, {}, wanted([space])) == [Pair(renamed, main), Pair(None, support)]
