"""One declared resource beside its record, from every stage that it may have come to: what changes, and where it goes
on."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.model import Resource
from reconciler.core.plan.change import Change
from reconciler.core.plan.compare import anew, carried_along, compared
from reconciler.core.refusal import Refusal
from reconciler.errors import Place, Problem
from reconciler.kinds import KINDS
from tests.core.plan.test_compare import FACTS

AT, NOON = "2026-11-20T10:31:00.000Z", "2026-11-20T12:00:00.000Z"
OPEN = {"AddChatappPhoneNumber": Intent(AT, AT, 1, "declared", {}, "", 0, 0)}
ASKED = {"GetChatappVerifyCode": Intent(AT, AT, 1, "added", {}, "", 0, 0)}
FIRST = "it is the same phone number, so the old way ends first"
BEGUN = "it was begun and is not finished"
A, B = "https://a.example", "https://b.example"


def record(kind: str, phase: str, facts: Any = None, **fields: Any) -> Record:
    row = KINDS[kind].row
    known = {**FACTS[row.key], **(facts or {})}
    return Record(
        f"{row.name}/{known[row.key]}", f"{row.name}/one", kind, known[row.key], phase, known, version=3, **fields
    )


def wanted(kind: str, name: str = "one", on_remove: Any = "refuse", **attributes: Any) -> Resource:
    row = KINDS[kind].row
    facts = {**FACTS[row.key], **attributes}
    return Resource("acme", row.name, name, kind, facts[row.key], facts, on_remove)


def change(found: Change | Problem | None) -> Change:
    assert isinstance(found, Change), found
    return found


@pytest.mark.parametrize(
    ("there", "block", "change", "reason"),
    [
        # Never begun: as if it were new, in whichever way.
        (record("register", "declared"), wanted("register"), "create register declared", BEGUN),
        (record("register", "declared"), wanted("migrate"), "create migrate declared", BEGUN),
        (record("register", "declared"), wanted("register", display_name="Other"), "create register declared", BEGUN),
        # Begun: what no operation changes is refused, another way ends the one before.
        (record("register", "declared", intents=OPEN), wanted("register", display_name="Other"), "no-way-back", ""),
        (
            record("register", "declared", intents=OPEN),
            wanted("register", locale="id"),
            "create register declared",
            BEGUN,
        ),
        (
            record("register", "added"),
            wanted("migrate"),
            "replace migrate | before",
            f"onboarding changed from register to migrate halfway; {FIRST}",
        ),
        (record("register", "added"), wanted("register", display_name="Other"), "no-way-back", ""),
        (
            record("prevalidated", "identified"),
            wanted("register"),
            "replace register | before",
            f"onboarding changed from prevalidated to register halfway; {FIRST}",
        ),
        # In its space it is where every way leads to.
        (record("register", "registered"), wanted("migrate"), None, ""),
        (record("register", "connected"), wanted("migrate"), "create register connected", BEGUN),
        # The number is where another way would have brought it.
        (
            record("embedded", "added"),
            wanted("register"),
            "create register added > added",
            "onboarding changed from embedded to register; it continues, nothing is repeated",
        ),
        (
            record("embedded", "added"),
            wanted("register", display_name="Other"),
            "no-way-back",
            "",
        ),
        (
            record("prevalidated", "identified"),
            wanted("prevalidated_embedded"),
            "create prevalidated_embedded identified > identified",
            "onboarding changed from prevalidated to prevalidated_embedded; it continues, nothing is repeated",
        ),
        (
            record("prevalidated", "identified"),
            wanted("embedded"),
            "create embedded declared > declared",
            "onboarding changed from prevalidated to embedded; it continues, nothing is repeated",
        ),
        (
            record("prevalidated_embedded", "identified"),
            wanted("prevalidated"),
            "update prevalidated > identified | before",
            "onboarding changed from prevalidated_embedded to prevalidated; it continues, nothing is repeated",
        ),
        # Settings are sent once it is in service, as they are declared by then.
        (record("register", "added"), wanted("register", about="x"), "create register added", BEGUN),
        (
            record("register", "connected"),
            wanted("register", about="x"),
            "create register connected > connected : about before",
            "about changed",
        ),
        (
            record("register", "registered"),
            wanted("register", about="x"),
            "update register > connected : about before",
            "about changed",
        ),
        (
            record("register", "registered", {"about": "x"}),
            wanted("register"),
            "update register : about before",
            "about removed from the YAML: not sent any more",
        ),
        (
            record("register", "registered", {"about": "x", "description": "z"}),
            wanted("register", about="y"),
            "update register > connected : about description before",
            "about changed; description removed from the YAML: not sent any more",
        ),
        (
            record("register", "connected", {"about": "x"}),
            wanted("register"),
            "create register connected > connected : about before",
            "about removed from the YAML: not sent any more",
        ),
        # What was reviewed for one host and goes to another shows what it was.
        (
            record("register", "added", {"messages_url": A}),
            wanted("register", messages_url=B),
            "create register added | before",
            BEGUN,
        ),
        (
            record("register", "added", {"messages_url": A}),
            wanted("register", messages_url=A),
            "create register added",
            BEGUN,
        ),
        (record("register", "added"), wanted("register", messages_url=B), "create register added", BEGUN),
        # A contact can be changed halfway, but for what nothing changes.
        (
            record("contact", "links_sent"),
            wanted("contact", email="x@example.com"),
            "create contact links_sent > changed : email before",
            "email changed",
        ),
        (record("contact", "confirmed", {"phone": "+8613911111234"}), wanted("contact"), "no-way-back", ""),
        (
            record("contact", "confirmed", {"members": ("rd-1",)}),
            wanted("contact"),
            "update contact > activated : members before",
            "members changed",
        ),
        (
            record("contact", "declared", intents=OPEN),
            wanted("contact", title="Other"),
            "create contact declared",
            BEGUN,
        ),
        (record("contact", "changed", door="update"), wanted("contact"), "update contact changed", BEGUN),
        # The same, as the cloud writes it.
        (record("contact", "confirmed"), wanted("contact", email="T@Example.com"), None, ""),
        (record("register", "registered"), wanted("register", display_name=" Acme"), None, ""),
        (record("register", "registered"), wanted("register", display_name="acme"), "no-way-back", ""),
        # A removal that was begun ends first.
        (
            record("register", "retired", {"was": "registered"}, door="delete", intents=OPEN),
            wanted("register"),
            "replace register | before",
            "declared again while it was being removed; it is the same phone number, so the old way ends first",
        ),
        (
            record("account_callback", "accepted"),
            wanted("account_callback", url=B),
            "update account_callback > changed : url before",
            "url changed",
        ),
    ],
)
def test_what_is_to_be_done(there: Record, block: Resource, change: str | None, reason: str) -> None:
    """By how far it came: begun anew, gone on with, changed, put another way, or refused."""
    found = compared(block, there)
    if isinstance(found, Change):
        before = " before" if found.before is not None else ""
        differs = " ".join(name for name, *_ in found.differences)
        rest = f" : {differs}{before}" if differs else f" |{before}" if before else ""
        at = f" {found.phase}" if found.phase else ""
        said = f"{found.action} {found.kind}{at}{f' > {found.door}' if found.door else ''}{rest}"
        assert (said, found.reason, found.version, found.address) == (change, reason, 3, block.address)
    else:
        assert (found and found.code) == change


@pytest.mark.parametrize(
    ("there", "block", "after"),
    [
        (
            record("register", "declared", {"moves": 1, "moved_from": "x", "instead_of": "y", "about": "z"}),
            {},
            {"moves": 1, "moved_from": "x", "instead_of": "y"},
        ),
        (
            record("register", "declared", {"about": "z"}, intents=OPEN),
            {"locale": "id"},
            {"about": "z", "locale": "en_US"},
        ),
        (record("account_callback", "declared", {"put_back": "x"}, intents=OPEN), {"url": B}, {"url": B}),
        (
            record("register", "added", {"about": "z", "channel": "sms"}),
            {"locale": "id"},
            {"channel": "sms", "locale": "id"},
        ),
    ],
    ids=["not begun", "may be there", "sent again", "begun"],
)
def test_what_it_will_be(there: Record, block: dict[str, Any], after: dict[str, Any]) -> None:
    """As declared. What was never begun keeps only where it comes from; where a creation may have been made, its own
    values are looked for; what is not declared any more and may be left out is not sent."""
    declared = FACTS[KINDS[there.kind].row.key]
    assert change(compared(wanted(there.kind, **block), there)).after == {**declared, **after}


@pytest.mark.parametrize(
    ("before", "block", "told"),
    [
        ("added", wanted("register"), ("create", "register", "reviewing", "", None)),
        ("added", wanted("register", locale="id"), ("create", "register", "added", "added", None)),
        ("declared", wanted("register", locale="id"), ("create", "register", "declared", "declared", None)),
        ("added", wanted("migrate"), ("replace", "migrate", "", "", "")),
        ("", wanted("register"), ("create", "register", "reviewing", "", None)),
        ("", wanted("migrate"), ("create", "register", "reviewing", "", None)),
        ("", wanted("register", about="x"), ("create", "register", "reviewing", "", None)),
        ("", wanted("register", locale="id"), ("create", "register", "reviewing", "", None)),
    ],
)
def test_what_is_under_review(before: str, block: Resource, told: tuple[Any, ...]) -> None:
    """It waits as it is declared; changed, it goes on from before its review, or another way. In service but for the
    review, nothing else begins."""
    there = record("register", "reviewing", {"before_review": before} if before else {})
    found = change(compared(block, there))
    assert (found.action, found.kind, found.phase, found.door, found.removal and found.removal.door) == told
    assert found.learned == ({"before_review": ""} if found.door else {})


def test_a_review_is_gone_on_from() -> None:
    """Where a value of the next message changes, it goes back to the phase before, and the review is no more."""
    there = record("register", "reviewing", {"before_review": "code_requested"})
    found = change(compared(wanted("register", method="voice"), there))
    assert (found.phase, found.door, found.learned["before_review"]) == ("code_requested", "code_requested", "")
    assert isinstance(compared(wanted("register", display_name="Other"), there), Problem)
    waits = change(compared(wanted("register"), there))
    assert (waits.phase, waits.door, waits.learned) == ("reviewing", "", {})


def leaving(phase: str, was: str, **fields: Any) -> Record:
    return record("contact", phase, {"contact_id": "c-1", "was": was}, door="delete", **fields)


@pytest.mark.parametrize(
    ("there", "goes_back"),
    [
        (leaving("dismissed", "confirmed"), True),
        (leaving("retired", "confirmed"), True),
        (leaving("dismissed", "confirmed", intents=OPEN), False),
        (leaving("deleting", "confirmed"), False),
        (leaving("dismissed", "dismissed"), False),
        (replace(leaving("confirmed", "confirmed"), door="create"), None),
    ],
    ids=["not begun", "not begun either", "called for", "being deleted", "left twice", "not leaving"],
)
def test_what_was_not_removed_yet_goes_back(there: Record, goes_back: bool | None) -> None:
    """As long as nothing of its removal was called, and it was somewhere before."""
    found = compared(wanted("contact"), there)
    if goes_back is None:
        assert found is None
        return
    again = change(found)
    assert (again.door, again.action) == (("confirmed", "update") if goes_back else ("", "replace"))
    assert ("was" in (again.after or {})) is (not goes_back and again.after is there.facts)
    if goes_back:
        assert again.reason == "declared again before anything of it was removed"
        assert again.after == {name: value for name, value in there.facts.items() if name != "was"}


@pytest.mark.parametrize(
    ("there", "block", "told"),
    [
        ({"on_remove": "refuse"}, {"name": "one"}, None),
        (
            {"on_remove": "refuse"},
            {"name": "two"},
            ("move", "the key was renamed; nothing is called", (), "acme/contact/one"),
        ),
        (
            {"on_remove": "forget"},
            {"on_remove": "detach"},
            (
                "update",
                "on_remove changed; only recorded, nothing is called",
                (("on_remove", "forget", "detach"),),
                None,
            ),
        ),
        (
            {"on_remove": "forget"},
            {"on_remove": "detach", "name": "two"},
            (
                "update",
                "on_remove changed; only recorded, nothing is called",
                (("on_remove", "forget", "detach"),),
                "acme/contact/one",
            ),
        ),
        ({"on_remove": "delete", "ends": True}, {"on_remove": "delete"}, None),
        (
            {"on_remove": "delete", "ends": False},
            {"on_remove": "delete"},
            (
                "update",
                "on_remove means more now; only recorded, nothing is called",
                (("on_remove", "delete, its members keep messaging it", "delete, its members stop messaging it"),),
                None,
            ),
        ),
        (
            {"on_remove": "forget", "ends": False},
            {"on_remove": "delete"},
            (
                "update",
                "on_remove changed; only recorded, nothing is called",
                (("on_remove", "forget", "delete"),),
                None,
            ),
        ),
        ({"on_remove": "forget", "ends": False}, {"on_remove": "forget"}, None),
    ],
)
def test_what_is_only_recorded(there: dict[str, Any], block: dict[str, Any], told: tuple[Any, ...] | None) -> None:
    """A new key, and what happens one day when the block is removed: no call is made for them."""
    ready = record("contact", "confirmed", {"contact_id": "c-1"}, **there)
    found = compared(wanted("contact", **block), ready)
    if told is None:
        assert found is None
    else:
        made = change(found)
        assert (made.action, made.reason, made.differences, made.previous) == told
        assert (made.before, made.after, made.calls) == (ready.facts, ready.facts, ())


def test_what_is_resumed_says_how_far_it_came() -> None:
    """When its code was sent, whether that is known, and what was refused last: none of it of what is ready, or begins
    anew elsewhere."""
    said = {"GetChatappVerifyCode": Refusal("X", 400, "", NOON, 1, "")}
    there = record("register", "code_requested", requested_at=AT, attempts=3, refusals=said, intents=ASKED)
    found = change(compared(wanted("register"), there))
    assert (found.phase, found.requested_at, found.parked, found.in_doubt) == ("code_requested", AT, True, True)
    assert found.refusal and found.refusal.code == "X"
    assert change(compared(wanted("register"), replace(there, intents=OPEN | ASKED))).in_doubt
    assert not change(compared(wanted("register"), replace(there, intents={}))).in_doubt
    other = replace(there, phase="added", attempts=0, intents=OPEN)
    found = change(compared(wanted("register"), other))
    assert (found.requested_at, found.parked, found.in_doubt) == ("", False, False)
    ready = replace(there, phase="registered", attempts=0, intents={})
    found = change(compared(wanted("register", about="x"), ready))
    assert (found.phase, found.requested_at, found.refusal) == ("", "", None)
    asked = record("contact", "links_sent", requested_at=AT)
    assert change(compared(wanted("contact"), asked)).requested_at == AT
    assert change(compared(wanted("contact", title="Other"), asked)).requested_at == ""


def test_a_value_that_cannot_be_changed_is_shown_with_its_point() -> None:
    """At its place, with what it is and where they differ; where it is left out, with what it was."""
    places = {"": Place("acme.yaml", 3), "display_name": Place("acme.yaml", 5)}
    block = wanted("register", display_name="Acmе")._replace(places=places)
    found = compared(block, record("register", "registered"))
    assert isinstance(found, Problem)
    start = "acme/phone_number/one: display_name is 'Acme' and cannot be changed by any operation; they differ by "
    assert found.what.startswith(start)
    assert (found.place, found.found, found.address) == (places["display_name"], "Acmе", block.address)
    assert found.hint.startswith("Put display_name back to 'Acme'. ")
    gone = wanted("contact")._replace(places={"": places[""]})
    found = compared(gone, record("contact", "confirmed", {"phone": "+8613911111234"}))
    assert isinstance(found, Problem)
    what = "acme/contact/one: phone is '+8613911111234' and cannot be changed by any operation"
    assert (found.what, found.place, found.found) == (what, places[""], "")
    plain = compared(wanted("register", display_name="Other"), record("register", "registered"))
    assert isinstance(plain, Problem)
    assert plain.what.endswith("by any operation")


@pytest.mark.parametrize(("on_remove", "refused"), [("refuse", True), ("forget", False), ("deregister", False)])
def test_what_is_asked_to_be_made_again(on_remove: str, refused: bool) -> None:
    """By an operation if there is one, whatever its word but `refuse`."""
    found = change(anew(wanted("register", on_remove=on_remove), record("register", "registered")))
    assert found.removal
    assert (found.action, found.removal.door, found.removal.refused) == ("replace", "retired", refused)
    assert found.reason == "--replace asks for it; it is the same phone number, so the old one goes first"


def test_a_contact_takes_its_record_along() -> None:
    """From the other space, in its phase; ready, it has none to go on from."""
    block = change(compared(wanted("contact", title="Other"), record("contact", "added")))
    for phase, at, since in (("links_sent", "links_sent", AT), ("added", "added", ""), ("confirmed", "", "")):
        there = record("contact", phase, {"title": "Old"}, requested_at=AT)
        found = carried_along(block, ("cams-2", there), "globex")
        assert (found.action, found.previous, found.carried) == ("move", "globex/contact/one", ("cams-2", there.id))
        assert (found.phase, found.requested_at, found.before, found.after) == (at, since, there.facts, there.facts)


def test_a_contact_without_members_loses_them() -> None:
    """Left out of the file they are taken from it; left in, they stay."""
    there = record("contact", "confirmed", {"contact_id": "c-1", "members": ("rd-1",)})
    assert compared(wanted("contact", members=("rd-1",)), there) is None
    found = change(compared(wanted("contact"), there))
    assert found.differences == (("members", ("rd-1",), []),) or found.differences == (("members", ["rd-1"], []),)


def test_what_waits_for_a_signup_can_still_be_anything() -> None:
    """Nothing of it was sent anywhere yet."""
    there = record("embedded", "declared", intents=OPEN)
    found = change(compared(wanted("embedded", display_name="Other"), there))
    assert (found.action, found.phase, found.differences) == ("create", "declared", ())


def test_a_name_that_only_one_of_both_has_is_no_difference() -> None:
    """A migrated number has a name that nobody declared; one may be declared that is not recorded yet."""
    named, unnamed = FACTS["number"], {name: value for name, value in FACTS["number"].items() if name != "display_name"}
    there, block = record("migrate", "registered"), wanted("migrate")
    for facts, attributes in ((named, unnamed), (unnamed, named), (unnamed, unnamed)):
        assert compared(block._replace(attributes=attributes), replace(there, facts=facts)) is None


def test_a_list_is_as_it_was_recorded() -> None:
    """From JSON it comes as a list, from the file as a tuple: only what it holds counts."""
    there = record("contact", "confirmed", {"message_types": ["FaultMessage"]})
    assert change(compared(wanted("contact", title="Other"), there)).differences == (("title", "CEO", "Other"),)


@pytest.mark.parametrize(
    ("there", "block", "learned"),
    [
        (record("contact", "bound", {"members": ("rd-1",)}), wanted("contact", members=("rd-1",)), {}),
        (record("register", "connected", {"to_set": ["profile"]}), wanted("register"), {}),
        (record("register", "registered"), wanted("register", about="x"), {"to_set": ["profile"], "to_check": []}),
        (record("register", "registered", {"about": "x"}), wanted("register"), {}),
    ],
)
def test_what_an_update_sends(there: Record, block: Resource, learned: dict[str, Any]) -> None:
    """Only what differs is sent once more: nothing where it goes on, or is only left out from now on."""
    found = change(compared(block, there))
    assert (found.learned, bool(found.door)) == (learned, bool(learned))


def test_what_goes_back_and_changes_forgets_that_it_was_leaving() -> None:
    """With what differs."""
    found = change(compared(wanted("contact", title="Other"), leaving("dismissed", "confirmed")))
    assert (found.door, "was" in (found.after or {}), "was" in (found.before or {})) == ("changed", False, False)


def test_what_is_finished_by_another_onboarding_keeps_what_it_learned() -> None:
    """The id of a bought number is the same either way."""
    there = record("prevalidated_embedded", "identified", {"phone_number_id": "p-1"})
    found = change(compared(wanted("prevalidated"), there))
    assert (found.door, found.after) == ("identified", there.facts)
