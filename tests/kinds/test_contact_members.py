"""The members of a contact: each is bound once, five in a call, and nobody's but those that were declared are unbound.

Before each call the contact is read, so that the call names only members for which there is something to do.
"""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.contact import LISTED
from reconciler.kinds.contact_members import MEMBERS, bound_members, members_anew

Row = dict[str, Any]
TEN = [f"m-{n}" for n in range(10)]


def bound(*members: Any) -> Row:
    return {"Contact": {"Members": list(members)}}


def facts(**more: Any) -> Row:
    return {"contact_id": "c-1", **more}


# Phase -> the fact that says for whom its call is, which five of them, the operation.
CALLS = {
    "activated": ("to_unbind", TEN[:5], "DisassociateMembers", "not bound any more"),
    "half_unbound": ("to_unbind", TEN[5:], "DisassociateMembers", "not bound any more"),
    "unbound": ("to_bind", TEN[:5], "AssociateMembers", "bound already"),
    "half_bound": ("to_bind", TEN[5:], "AssociateMembers", "bound already"),
}


@pytest.mark.parametrize("phase", CALLS)
def test_a_call_names_five_members_at_most(phase: str) -> None:
    """Ten are done in two calls, seven need both, five one; without any there is no call."""
    name, half, operation, unless = CALLS[phase]
    step = MEMBERS[phase]
    assert step.request(facts(**{name: TEN})) == {"ContactId": "c-1", "Members": half}
    assert (step.operation, step.unless, step.needed(facts(**{name: TEN}))) == (operation, unless, True)
    assert step.needed(facts(**{name: TEN[:5]})) is (half == TEN[:5])
    assert step.needed(facts(**{name: []})) is step.needed(facts()) is False


@pytest.mark.parametrize("phase", CALLS)
def test_a_call_names_only_members_for_which_it_is_needed(phase: str) -> None:
    """What the directory lists as done is not done again; where it lists none, all are named."""
    name, half, operation, _ = CALLS[phase]
    binding, given = operation == "AssociateMembers", facts(**{name: TEN})
    (look,) = MEMBERS[phase].before
    done, undone = (bound(*TEN), bound("m-x")) if binding else (bound("m-x"), bound(*TEN))
    assert (look.says(given, done), look.says(given, undone), look.says(given, {})) == ("ok", "", "")
    assert look.tells(given, undone) == look.tells(given, {}) == {"due": half}
    one = bound(*(each for each in TEN if (each != half[2]) is binding))
    assert look.tells(given, one) == {"due": [half[2]]}
    assert MEMBERS[phase].request({**given, "due": [half[2]]})["Members"] == [half[2]]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({}, "ok"),
        ({"Members": [{"MemberId": "m-0"}, {"MemberId": "m-1"}, {"MemberId": "m-2"}]}, "ok"),
        ({"Members": [{"MemberId": "m-0"}]}, ""),
        ({"Members": []}, ""),
    ],
)
def test_a_call_is_done_for_the_members_that_its_answer_names(answer: Row, word: str) -> None:
    """One that is not named makes it unknown; an answer that names nobody at all is believed."""
    for phase in CALLS:
        assert MEMBERS[phase].says(facts(sent={"Members": TEN[:2]}), answer) == word


@pytest.mark.parametrize(
    ("listed", "word"),
    [
        (bound("m-0", "m-1"), "ok"),
        (bound("m-0", "m-1", "m-x"), "ok"),
        (bound("m-0"), "waiting"),
        (bound(), "waiting"),
        ({}, "waiting"),
        (bound("m-0", "m-1", "m-9"), "waiting"),
    ],
)
def test_members_are_bound_when_the_directory_lists_them(listed: Row, word: str) -> None:
    """And none that was unbound; somebody else's may stay."""
    given = facts(members=["m-0", "m-1"], to_bind=["m-1"], to_unbind=["m-9"])
    assert MEMBERS["bound"].says(given, listed) == word
    assert MEMBERS["bound"].learn(given, listed) == {"to_bind": [], "to_unbind": []}


def test_a_contact_without_members_waits_for_none() -> None:
    """Also where the directory lists none, or has no list."""
    given = facts(members=[], to_bind=[], to_unbind=["m-9"])
    assert [MEMBERS["bound"].says(given, answer) for answer in (bound(), {})] == ["ok", "ok"]
    assert MEMBERS["bound"].says(given, bound("m-9")) == "waiting"
    due = [facts(), facts(members=["m-0"]), facts(to_unbind=["m-9"]), facts(members=["m-0"], to_bind=[])]
    assert [MEMBERS["bound"].needed(each) for each in due] == [False, True, True, False]


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [
        ({}, [], {}),
        ({"members": ["a"], "to_bind": []}, ["a"], {"to_bind": [], "to_unbind": []}),
        ({"members": [], "to_bind": [], "to_unbind": []}, ["a"], {"to_bind": ["a"], "to_unbind": []}),
        ({"members": ["a"]}, ["a", "b"], {"to_bind": ["a", "b"], "to_unbind": []}),
        ({"members": ["b", "a"], "to_bind": []}, ["c"], {"to_bind": ["c"], "to_unbind": ["a", "b"]}),
        ({"members": ["a"], "to_bind": ["a"]}, [], {"to_bind": [], "to_unbind": ["a"]}),
        ({"members": [], "to_unbind": ["z"]}, [], {"to_bind": [], "to_unbind": ["z"]}),
        ({"members": ["a"], "to_bind": [], "to_unbind": ["z"]}, ["z"], {"to_bind": ["z"], "to_unbind": ["a"]}),
    ],
)
def test_what_an_update_leaves_to_do(before: Row, after: list[str], due: Row) -> None:
    """What may be bound is unbound, what may not be bound is bound; a member put back is bound again."""
    assert members_anew(before, {"members": after}) == due


@pytest.mark.parametrize(
    ("members", "row", "held"),
    [
        (["a"], {"Members": ["c", "b", 3, {"a": 1}, None], "Status": "Active"}, {"members": ["3", "b", "c"]}),
        (["a"], {"Members": ["b"], "Status": "Verifying"}, None),
        (["a"], {"Members": None, "Status": "Active"}, None),
        ([], {"Members": ["b"], "Status": "Active"}, None),
    ],
)
def test_an_imported_contact_has_the_members_of_its_row(members: list[str], row: Row, held: Row | None) -> None:
    """Once it is confirmed, and where members are declared; otherwise those are bound later."""
    given = {"name": "tom", "email": "t@example.com", "title": "", "message_types": [], "members": members}
    assert LISTED.holds
    found = LISTED.holds(given, {"Contacts": [{"Name": "tom", **row}]})
    here = {name: found[name] for name in ("members", "to_bind", "to_unbind") if name in found}
    assert here == ({**held, "to_bind": [], "to_unbind": []} if held else {})


@pytest.mark.parametrize(
    ("phase", "there"),
    [
        ("confirmed", ["a", "z0", "z1", "z2", "z3", "z4", "z5"]),
        ("activated", ["a", "z0", "z1", "z2", "z3", "z4", "z5"]),
        ("half_unbound", ["a", "z5"]),
        ("unbound", ["a"]),
        ("half_bound", ["a", "b0", "b1", "b2", "b3", "b4"]),
        ("bound", ["a", "b0", "b1", "b2", "b3", "b4", "b5"]),
    ],
)
def test_a_rehearsal_starts_with_the_members_bound_so_far(phase: str, there: list[str]) -> None:
    """Each call moves five of them."""
    new = [f"b{n}" for n in range(6)]
    given = {"members": ["a", *new], "to_bind": new, "to_unbind": [f"z{n}" for n in range(6)]}
    assert bound_members(phase, given) == there
