"""What is declared otherwise than recorded: each attribute of a kind is changed by an operation, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.answer import Ok
from reconciler.core.journal.record import Intent, Record
from reconciler.core.lifecycle.decide import decide
from reconciler.core.lifecycle.moves import Read, Stop, Turn
from reconciler.core.model import Resource
from reconciler.core.plan.change import Change
from reconciler.core.plan.compare import anew, compared
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from tests.core.plan.test_forecast import FACTS

OTHER = {
    "display_name": "Acme Two",
    "messages_url": "https://hooks.example.com/acme",
    "status_url": "https://hooks.example.com/acme/status",
    "queue": True,
    "about": "Ask us",
    "description": "All about Acme",
    "address": "1 Main Street",
    "websites": ("https://acme.example",),
    "vertical": "RETAIL",
    "picture": "https://acme.example/logo.png",
    "cart": True,
    "catalog": False,
    "email": "t@example.org",
    "phone": "+8613911111234",
    "title": "Other",
    "message_types": ("ServiceMessage",),
    "members": ("rd-3Ghk92",),
    "url": "https://hooks.example.com/another",
}

INTENT = Intent("2026-11-20T10:31:00.000Z", "2026-11-20T10:31:00.000Z", 1, "retired", {}, "", 0, 0)


def attributes(of: str) -> Iterator[tuple[str, str]]:
    yield from ((name, each) for name, kind in KINDS.items() for each in sorted(getattr(kind, of)))


def changed(kind: str, attribute: str) -> Change | Problem | None:
    """Ready, and then declared with another value."""
    row, key = KINDS[kind], KINDS[kind].row.key
    facts = FACTS[key]
    record = Record(f"{row.type}/{facts[key]}", f"{row.type}/one", kind, facts[key], row.ready, facts, version=3)
    wanted = {**facts, attribute: OTHER[attribute]}
    return compared(Resource("acme", row.type, "one", kind, facts[key], wanted), record)


def test_what_is_compared_belongs_to_a_kind() -> None:
    """Numbers in a space keep their display name, and have settings; a contact can be changed in all but its name."""
    onboardings = ("register", "migrate", "embedded", "prevalidated_embedded")
    assert set(attributes("fixed")) == {(each, "display_name") for each in onboardings}
    assert {name for name, _ in attributes("updated")} == {"contact", "account_callback", *onboardings}


@pytest.mark.parametrize(("kind", "attribute"), [*attributes("fixed")])
def test_what_no_operation_changes_is_refused(kind: str, attribute: str) -> None:
    """With the attribute's name, and nothing is planned."""
    found = changed(kind, attribute)
    assert isinstance(found, Problem)
    assert attribute in found.what


@pytest.mark.parametrize(("kind", "attribute"), [*attributes("updated")])
def test_what_an_operation_changes_is_planned(kind: str, attribute: str) -> None:
    """As an update of this attribute and no other."""
    found = changed(kind, attribute)
    assert isinstance(found, Change)
    assert (found.action, [name for name, *_ in found.differences]) == ("update", [attribute])


def test_what_a_look_does_not_show_is_not_said_to_be_found() -> None:
    """A stop by a reading that shows nothing has no text of what was found, not an empty one."""
    facts = FACTS["number"]
    record = Record("phone_number/+8613800001234", "phone_number/one", "register", facts["number"], "declared", facts)
    turn = Turn("cams-acme", "acme/phone_number/one", "create", "2026-11-20T10:00:00.000Z")
    while isinstance(move := decide(KINDS["register"], record, turn), Read):
        turn = turn.saw(move.operation, Ok({}))
    assert isinstance(move, Stop)
    assert move.outcome.problem is not None
    assert (move.outcome.problem.code, move.outcome.problem.found) == ("no-account", None)


def leaving(kind: str, was: str, **facts: Any) -> Record:
    """On its way out, and nothing of that called yet."""
    row, key = KINDS[kind], KINDS[kind].row.key
    out = row.ways_out[was]
    known = {**FACTS[key], **facts, "was": was}
    return Record(f"{row.type}/{known[key]}", f"{row.type}/one", kind, known[key], out, known, door="delete", version=3)


def again(record: Record, **wanted: Any) -> Change | Problem | None:
    row = KINDS[record.kind]
    facts = {**FACTS[row.row.key], **wanted}
    return compared(Resource("acme", row.type, "one", record.kind, record.key, facts), record)


@pytest.mark.parametrize(("kind", "was"), [("register", "registered"), ("register", "reviewing"), ("contact", "added")])
def test_what_is_declared_again_before_it_was_removed_goes_back(kind: str, was: str) -> None:
    """To where it was, without what removing it would have called."""
    found = again(leaving(kind, was, **({"contact_id": "c-1"} if kind == "contact" else {})))
    assert isinstance(found, Change)
    assert (found.door, found.removal) == (was, None)
    assert found.reason == "declared again before anything of it was removed"
    assert not {"ChatappPhoneNumberDeregister", "DeleteMessageContact"} & {call.operation for call in found.all_calls}


def test_what_is_declared_again_otherwise_is_held_to_what_it_was() -> None:
    """A value that no operation changes is refused then as well; one that can be changed is."""
    assert isinstance(again(leaving("register", "registered"), display_name="Acme Two"), Problem)
    changed = again(leaving("contact", "confirmed", contact_id="c-1"), title="Other")
    assert isinstance(changed, Change)
    assert (changed.door, [name for name, *_ in changed.differences]) == ("changed", ["title"])


def test_a_review_is_waited_for_whatever_else_is_declared() -> None:
    """A value that counts for the next message alone changes nothing of it; a name that is fixed is refused as ever."""
    facts = FACTS["number"]
    record = Record("phone_number/x", "phone_number/one", "register", facts["number"], "reviewing", facts, version=3)
    found = again(record, locale="id")
    assert isinstance(found, Change)
    assert (found.phase, found.differences, found.removal) == ("reviewing", (), None)
    assert isinstance(again(record, display_name="Acme Two"), Problem)


def test_what_is_reviewed_and_wanted_the_other_way_is_replaced() -> None:
    """As it is where it waited before the review: its way out first, and then from the start."""
    facts = {**FACTS["number"], "before_review": "verified"}
    record = Record("phone_number/x", "phone_number/one", "register", facts["number"], "reviewing", facts, version=3)
    found = compared(Resource("acme", "phone_number", "one", "migrate", record.key, FACTS["number"]), record)
    assert isinstance(found, Change)
    assert found.removal is not None
    assert (found.action, found.kind, found.door, found.learned) == ("replace", "migrate", "", {})


def test_what_waits_for_a_person_and_is_changed_shows_what_it_was() -> None:
    """Before and after, also before it is ready; what is only gone on with shows no before."""
    facts = {**FACTS["name"], "contact_id": "c-1"}
    record = Record("contact/tom", "contact/one", "contact", "tom", "added", facts, version=3)
    changed, waiting = again(record, title="Other"), again(record)
    assert isinstance(changed, Change)
    assert isinstance(waiting, Change)
    assert changed.after is not None
    assert (changed.before, changed.after["title"], waiting.before) == (facts, "Other", None)


def test_what_is_deregistered_first_is_not_brought_back_by_a_migration() -> None:
    """It would be out of service for ever: asked to be made again, or declared again during its removal, it is refused
    before anything is called. A number that never was in the space, and every other onboarding, may follow."""
    facts = FACTS["number"]
    record = Record("phone_number/x", "phone_number/one", "migrate", facts["number"], "registered", facts, version=3)
    halfway = replace(record, phase="initiated")
    going = replace(record, phase="retired", door="delete", facts={**facts, "was": "registered"}, intents={"x": INTENT})

    def code(kind: str, made: Any, of: Record) -> str:
        found = made(Resource("acme", "phone_number", "one", kind, record.key, facts), of)
        return found.code if isinstance(found, Problem) else found.action

    assert [code("migrate", anew, record), code("migrate", compared, going)] == ["no-migration-back"] * 2
    assert [code("register", anew, record), code("register", compared, going)] == ["replace"] * 2
    assert (code("migrate", compared, halfway), code("embedded", compared, halfway)) == ("create", "replace")
