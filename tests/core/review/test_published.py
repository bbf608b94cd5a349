"""What is published of state, and what is assumed of it where nobody may read the journals: how far, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from reconciler.core.journal.record import Intent, Record
from reconciler.core.journal.state import State, canonical, digest
from reconciler.core.model import Project, Resource, Space
from reconciler.core.plan.basis import Basis
from reconciler.core.review import assumed_state, published_state
from reconciler.core.review.published_state import PublishedState, Seen, SeenSpace, load_published, of_another, take
from reconciler.errors import StateError
from tests.core.plan.test_compared import record, wanted

AT, REVISION = "2026-11-20T10:31:00.000Z", "ab" * 20
CODE = {"ChatappVerifyAndRegister": Intent(AT, AT, 1, "code_requested", {}, "", 0, 0)}
ASKED = record("register", "code_requested", requested_at=AT, attempts=3, intents=CODE)
TOM = record("contact", "added", {"contact_id": "c-1", "to_ask": ["email"]}, door="update")
NUMBER, READY = "acme/phone_number/one", record("register", "registered")
RENAMED = replace(READY, address="phone_number/old")


def taken(
    *records: Record, blocks: tuple[Resource, ...], others: tuple[State, ...] = (), **fields: Any
) -> PublishedState:
    acme = Space("acme", "cams-1", "acme.yaml", blocks)
    state = State("cams-1", "acme", "line", "loopback", 9, "ab" * 32, AT, {each.id: each for each in records})
    project = Project("", (acme, Space("empty", "cams-9", "e.yaml")), **fields)
    return take(project, {each.space_id: each for each in (state, *others)}, REVISION, "loopback", AT)


def seen(*records: Record, block: Resource, others: tuple[State, ...] = ()) -> Seen:
    (found,) = taken(*records, blocks=(block,), others=others).spaces[0].resources
    return found


@pytest.mark.parametrize(
    ("records", "block", "found"),
    [
        ((), wanted("register"), Seen(NUMBER, "register", "", True)),
        ((replace(READY, id="phone_number/x", key="x"),), wanted("register"), Seen(NUMBER, "register", "", False)),
        ((READY,), wanted("register"), Seen(NUMBER, "register", "registered", True)),
        ((READY,), wanted("migrate"), Seen(NUMBER, "register", "registered", True)),
        ((READY,), wanted("register", about="x"), Seen(NUMBER, "register", "registered", False)),
        ((READY,), wanted("register", display_name="Other"), Seen(NUMBER, "register", "registered", False)),
        ((RENAMED,), wanted("register"), Seen(NUMBER, "register", "registered", False)),
        ((record("register", "added"),), wanted("register"), Seen(NUMBER, "register", "added", True)),
        ((record("register", "added"),), wanted("migrate"), Seen(NUMBER, "register", "added", False)),
        (
            (record("register", "retired", {"was": "registered"}, door="delete"),),
            wanted("register"),
            Seen(NUMBER, "register", "retired", False, "delete"),
        ),
        (
            (ASKED,),
            wanted("register"),
            Seen(NUMBER, "register", "code_requested", True, "create", AT, True, ("ChatappVerifyAndRegister",)),
        ),
        ((TOM,), wanted("contact"), Seen("acme/contact/one", "contact", "added", True, "update", to_ask=("email",))),
    ],
)  # fmt: skip
def test_what_is_told_of_a_resource(records: tuple[Record, ...], block: Resource, found: Seen) -> None:
    """Its phase, and all that a plan of it needs; and whether the record is as it is declared, however far it is."""
    assert seen(*records, block=block) == found


def test_what_is_recorded_elsewhere_is_not_as_declared() -> None:
    """It would move here."""
    there = State("cams-2", "globex", records={READY.id: READY})
    assert not seen(block=wanted("register"), others=(there,)).as_declared


def test_what_has_no_row_is_counted() -> None:
    """In its space, or in spaces that the revision does not declare; an empty journal counts nothing."""
    other = replace(READY, id="phone_number/x", key="x", address="phone_number/x")
    there = State("cams-2", "globex", records={"a": READY, "b": other})
    found = taken(READY, other, TOM, blocks=(wanted("register"),), others=(there,), environment="live", account="1")
    acme, empty = found.spaces
    assert (acme.undeclared, len(acme.resources), found.elsewhere) == (2, 1, 2)
    assert (acme.lineage, acme.serial, acme.changed_at, acme.hash) == ("line", 9, AT, "ab" * 32)
    assert empty == SeenSpace("empty", "", 0, "", 0, (), "")
    assert (found.revision, found.endpoint, found.taken_at) == (REVISION, "loopback", AT)
    assert (found.environment, found.account) == ("live", "1")
    basis = assumed_state.basis(found, True)
    assert basis == Basis(REVISION, AT, (), 4, True)
    unsure = taken(READY, blocks=(wanted("register", about="x"), wanted("contact")))
    assert assumed_state.basis(unsure, False) == Basis(REVISION, AT, (NUMBER,), 0, False)


@pytest.mark.parametrize(
    ("fields", "whose"),
    [
        ({}, ""),
        ({"environment": "live", "account": "1"}, ""),
        ({"environment": "", "account": ""}, ""),
        ({"environment": "test", "account": "1"}, "the environment test, and this is live"),
        ({"environment": "live", "account": "2"}, "account 2, and this is 1"),
    ],
)
def test_whose_it_is(fields: dict[str, Any], whose: str) -> None:
    """Another environment's or account's is told; what was published without them may be anybody's."""
    snapshot = PublishedState(REVISION, "loopback", AT, 0, (), **fields)
    assert of_another(snapshot, "live", "1") == whose
    if whose:
        assert of_another(snapshot, "", "").endswith((" none", " any"))


def test_what_was_not_published_is_refused() -> None:
    """A newer form by that name; what was cut, edited, or is something else."""
    whole = published_state.dump_published(taken(ASKED, TOM, blocks=(wanted("register"), wanted("contact"))))
    assert load_published(whole, "it") == taken(ASKED, TOM, blocks=(wanted("register"), wanted("contact")))
    assert whole["digest"] == digest(
        canonical({name: each for name, each in whole.items() if name not in ("digest", "reconciler_snapshot")})
    )

    def refused(document: Any) -> str:
        with pytest.raises(StateError) as error:
            load_published(document, "it")
        return f"{error.value.problems[0].code}: {error.value.problems[0].what}"

    assert (
        refused({**whole, "reconciler_snapshot": 2})
        == "snapshot-newer: it: its format is newer than this program reads"
    )
    edited = "snapshot-unreadable: it is not as it was taken, but cut or edited"
    for other in ({"digest": "x"}, {"elsewhere": 7}, {"reconciler_snapshot": True}, {"reconciler_snapshot": 0}):
        assert refused({**whole, **other}) == edited
    documents: list[Any] = [
        {},
        [],
        None,
        "x",
        1,
        {**whole, "more": 1},
        {**whole, "reconciler_snapshot": None},
        {"reconciler_snapshot": 1},
    ]
    for document in documents:
        assert refused(document).startswith("snapshot-unreadable: it holds no snapshot of state")


@pytest.mark.parametrize("row", [("register", "no_phase", NUMBER), ("contact", "added", NUMBER)])
def test_a_row_is_of_its_kind(row: tuple[str, str, str]) -> None:
    """In one of its phases, at an address of its type."""
    kind, phase, address = row
    with pytest.raises(ValueError, match=r" - at `\$\.(phase|kind)`"):
        Seen(address, kind, phase, True)
    assert Seen(NUMBER, "register", "", True).phase == Seen(NUMBER, "register", "gone", True).phase[4:]


def assumed(snapshot: PublishedState, *blocks: Resource) -> State:
    project = Project("", (Space("acme", "cams-1", "acme.yaml", blocks), Space("new", "cams-2", "new.yaml", ())))
    found = assumed_state.as_seen(project, snapshot)
    assert found["cams-2"] == State("cams-2", "new", endpoint="loopback")
    return found["cams-1"]


def test_what_is_assumed_is_as_far_as_it_was() -> None:
    """As it is declared, in its phase, with what is still to come; the calls that have no answer have none."""
    snapshot = taken(ASKED, TOM, blocks=(wanted("register"), wanted("contact")))
    found = assumed(snapshot, wanted("register", on_remove="deregister"), wanted("contact", on_remove="delete"))
    assert (found.name, found.lineage, found.serial, found.hash, found.changed_at) == ("acme", "line", 9, "ab" * 32, AT)
    assert found.endpoint == "loopback"
    number, tom = found.records[ASKED.id], found.records[TOM.id]
    assert (number.address, number.kind, number.key, number.phase) == (
        ASKED.address,
        "register",
        ASKED.key,
        "code_requested",
    )
    assert (number.on_remove, number.ends, number.requested_at, number.attempts) == ("deregister", False, AT, 3)
    (intent,) = number.intents.values()
    assert (intent.tries, intent.phase, intent.requested_at, intent.attempts) == (1, "code_requested", AT, 3)
    assert (intent.messages_sent, [*number.intents], number.facts) == (0, ["ChatappVerifyAndRegister"], ASKED.facts)
    assert (tom.facts["to_ask"], tom.door, tom.ends, tom.attempts, tom.intents) == (["email"], "update", True, 0, {})
    assert tom.facts == {**wanted("contact").attributes, "to_ask": ["email"]}
    assert assumed(snapshot, wanted("prevalidated", "other")._replace(key="x")).records == {}
    bare = taken(blocks=(wanted("register"),))
    assert assumed(bare, wanted("register")).records == {}
    older = replace(bare, spaces=(replace(bare.spaces[0], hash=UNSET),))
    assert assumed(older, wanted("register")).hash == ""
    assert (
        "to_ask" not in assumed(taken(READY, blocks=(wanted("register"),)), wanted("register")).records[READY.id].facts
    )


def test_all_is_done() -> None:
    """Without anything published: ready, nothing asked, nothing left to bind."""
    blocks = (wanted("register"), wanted("contact", members=("rd-1",), on_remove="delete"))
    found = assumed_state.all_done(Project("", (Space("acme", "cams-1", "acme.yaml", blocks),)), "loopback")
    acme = found["cams-1"]
    assert (acme.name, acme.endpoint, [each.phase for each in acme.records.values()]) == (
        "acme",
        "loopback",
        ["registered", "confirmed"],
    )
    tom = acme.records["contact/tom"]
    assert (tom.facts["to_ask"], tom.facts["to_bind"], tom.facts["to_unbind"], tom.ends) == ([], [], [], True)
