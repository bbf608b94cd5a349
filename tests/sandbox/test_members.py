"""Which members a contact is bound to: the documented limits and refusals, and what no document promises."""

from __future__ import annotations

import pytest

from tests.sandbox import stories
from tests.sandbox.callers import Official, Wire

ACCOUNTS = [f"10000000000000{n}" for n in range(10, 21)]
Given = list[str]


def bound(call: Official, id: str) -> list[str] | None:
    found = call("GetMessageContact", ContactId=id)["Contact"].get("Members")
    return None if found is None else list(found)


def test_a_contact_is_bound_and_unbound(call: Official, wire: Wire) -> None:
    """What is bound is read back, with nobody notified; a listing finds the contact by its member."""
    id, messages = stories.active(call, wire), wire.see("inbox")
    named = call("AssociateMembers", ContactId=id, Members=["rd-3Ghk92", ACCOUNTS[0]])["Members"]
    assert [(row["ContactId"], row["MemberId"]) for row in named] == [(id, "rd-3Ghk92"), (id, ACCOUNTS[0])]
    assert bound(call, id) == [ACCOUNTS[0], "rd-3Ghk92"]
    assert call("ListMessageContacts", Member="rd-3Ghk92")["TotalCount"] == 1
    call("DisassociateMembers", ContactId=id, Members=["rd-3Ghk92"])
    assert bound(call, id) == [ACCOUNTS[0]]
    assert wire.see("inbox") == messages
    assert wire.see("world")["truth"]["contacts"][0]["members"] == [ACCOUNTS[0]]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (["rd_3Ghk92"], "InvalidParameter.Members"),
        (ACCOUNTS[:6], "InvalidParameter.Members"),
        ([ACCOUNTS[0], ACCOUNTS[0]], "InvalidParameter.Members.Duplicate"),
    ],
)
def test_a_call_takes_five_members_once_each(call: Official, wire: Wire, members: Given, code: str) -> None:
    """More of them, the same one twice or no id of the directory is refused, and nothing is bound."""
    id = stories.active(call, wire)
    assert call.refused("AssociateMembers", ContactId=id, Members=members) == code
    assert call.refused("DisassociateMembers", ContactId=id, Members=members) == code
    assert bound(call, id) == []


def test_a_contact_has_ten_members_at_most(call: Official, wire: Wire) -> None:
    """The eleventh is refused; one that is bound already does not count twice."""
    id = stories.active(call, wire)
    for half in (ACCOUNTS[:5], ACCOUNTS[5:10]):
        call("AssociateMembers", ContactId=id, Members=half)
    assert call.refused("AssociateMembers", ContactId=id, Members=ACCOUNTS[10:]) == "LimitExceeded.ContactMembers"


def test_only_a_confirmed_contact_is_bound(call: Official) -> None:
    """One that waits for its links is refused."""
    id = stories.linked(call)
    refused = call.refused("AssociateMembers", ContactId=id, Members=ACCOUNTS[:1])
    assert refused == "ContactStatusMismatchAction"


def test_what_no_document_promises(call: Official, wire: Wire) -> None:
    """A binding may show late, may be done by half, and may be refused where it is done already."""
    id = stories.active(call, wire)
    wire.tell("settings", binding_shows_s=60.0, binding="part", rebinding="refused", no_members="null")
    named = call("AssociateMembers", ContactId=id, Members=ACCOUNTS[:3])["Members"]
    assert [row["MemberId"] for row in named] == ACCOUNTS[:2]
    assert bound(call, id) is None
    assert call.refused("AssociateMembers", ContactId=id, Members=ACCOUNTS[:3]) == "EntityAlreadyExists.Member"
    wire.tell("clock", advance_s=61)
    assert bound(call, id) == ACCOUNTS[:2]
    assert call.refused("DisassociateMembers", ContactId=id, Members=ACCOUNTS[2:3]) == "EntityNotExists.Member"


def test_a_binding_is_not_repeated(call: Official, wire: Wire) -> None:
    """I3: after an OK that was delivered, the same binding again is a violation, unless it was undone between."""
    id = stories.active(call, wire)
    call("AssociateMembers", ContactId=id, Members=ACCOUNTS[:1])
    call("DisassociateMembers", ContactId=id, Members=ACCOUNTS[:1])
    call("AssociateMembers", ContactId=id, Members=ACCOUNTS[:1])
    assert wire.see("ledger")["violations"] == []
    call("AssociateMembers", ContactId=id, Members=ACCOUNTS[:1])
    assert [each["invariant"] for each in wire.see("ledger")["violations"]] == ["I3"]
