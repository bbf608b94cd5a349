"""The last steps of a contact: it is bound to the members whose messages it receives, and unbound from all others that
were declared before. Members that somebody else bound stay as they are. Nobody is notified.

Learned facts:

- `to_bind`: declared members that are not known to be bound.
- `to_unbind`: members that are not declared any more and may still be bound.

A call takes five members, and a contact has at most ten: each of both is done in two calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.kinds import wire
from reconciler.kinds.table import Data, Facts, Look, Params, Step, nothing_learned

IN_A_CALL = 5
_READ = "GetMessageContact"
_FIRST, _SECOND = slice(IN_A_CALL), slice(IN_A_CALL, None)
Chosen = Callable[[Facts], list[str]]


def to_bind(facts: Facts) -> list[str]:
    """Members that are not known to be bound."""
    return list(facts.get("to_bind", facts.get("members", ())))


def to_unbind(facts: Facts) -> list[str]:
    """Members that may be bound and should not be."""
    return list(facts.get("to_unbind", ()))


def members_due(facts: Facts) -> bool:
    """Whether a member is to be bound or unbound."""
    return bool(to_bind(facts) or to_unbind(facts))


def members_anew(before: Facts, after: Facts) -> Facts:
    """What an update leaves to bind and to unbind. A member that is put back before it was unbound is bound again: it
    may have been unbound already."""
    recorded, declared = list(before.get("members", ())), list(after.get("members", ()))
    if not (recorded or declared or to_unbind(before)):
        return {}
    bound = [each for each in recorded if each not in to_bind(before)]
    maybe = {*recorded, *to_unbind(before)} - {*declared}
    return {"to_bind": [each for each in declared if each not in bound], "to_unbind": sorted(maybe)}


def members_held(facts: Facts, row: Data) -> Facts:
    """Of what is imported: the members of a confirmed contact are those of its row, also where others bound
    them. A row without a list says nothing, so the declared members are bound later."""
    found = row.get("Members")
    if not (facts.get("members") and isinstance(found, list) and wire.text(row, "Status") == "Active"):
        return {}
    members = sorted(str(each) for each in found if isinstance(each, str | int))
    return {"members": members, "to_bind": [], "to_unbind": []}


def _listed(answer: Data) -> list[str] | None:
    """The members to which the contact is bound; None if the answer has no list of them."""
    found = wire.data(answer, "Contact").get("Members")
    return [str(each) for each in found] if isinstance(found, list) else None


def _not_bound(facts: Facts, answer: Data, due: list[str]) -> list[str]:
    return [each for each in due if each not in (_listed(answer) or ())]


def _still_bound(facts: Facts, answer: Data, due: list[str]) -> list[str]:
    """Without a list, all: unbinding once more does no harm."""
    listed = _listed(answer)
    return due if listed is None else [each for each in due if each in listed]


def _all_named(facts: Facts, answer: Data) -> str:
    """The answer names the members that it was done for. If one is missing, it is not known what was done."""
    if not isinstance(answer.get("Members"), list):
        return "ok"
    named = {str(row.get("MemberId")) for row in wire.rows(answer, "Members")}
    return "ok" if named.issuperset(facts.get("sent", {}).get("Members", ())) else ""


def _as_declared(facts: Facts, answer: Data) -> str:
    listed = _listed(answer) or []
    missing = [each for each in facts.get("members", ()) if each not in listed]
    return "waiting" if missing or _still_bound(facts, answer, to_unbind(facts) if listed else []) else "ok"


def _nothing_left(facts: Facts, answer: Data) -> Facts:
    return {"to_bind": [], "to_unbind": []}


def _call(
    operation: str, chosen: Chosen, half: slice, undone: Callable[[Facts, Data, list[str]], list[str]], to: str
) -> Step:
    """One half of the members. undone: facts, the contact as read, the half -> for which the call has to be made."""

    def due(facts: Facts) -> list[str]:
        return chosen(facts)[half]

    def request(facts: Facts) -> Params:
        return {**wire.contact(facts), "Members": facts.get("due") or due(facts)}

    def done(facts: Facts, answer: Data) -> str:
        return "" if undone(facts, answer, due(facts)) else "ok"

    def tells(facts: Facts, answer: Data) -> Facts:
        return {"due": undone(facts, answer, due(facts))}

    return Step(
        operation,
        request,
        {"ok": to},
        needed=lambda facts: bool(due(facts)),
        before=(Look(_READ, wire.contact, done, nothing_learned, tells=tells),),
        says=_all_named,
        unless="bound already" if operation == "AssociateMembers" else "not bound any more",
    )


MEMBERS: dict[str, Step] = {
    "activated": _call("DisassociateMembers", to_unbind, _FIRST, _still_bound, "half_unbound"),
    "half_unbound": _call("DisassociateMembers", to_unbind, _SECOND, _still_bound, "unbound"),
    "unbound": _call("AssociateMembers", to_bind, _FIRST, _not_bound, "half_bound"),
    "half_bound": _call("AssociateMembers", to_bind, _SECOND, _not_bound, "bound"),
    # The directory may list members late. What it accepted is not repeated: the next run reads again.
    "bound": Step(
        _READ,
        wire.contact,
        {"ok": "confirmed", "waiting": "bound"},
        ask="time",
        needed=members_due,
        says=_as_declared,
        learn=_nothing_left,
        awaits=lambda facts: "members",
    ),
}


def bound_members(phase: str, facts: Facts) -> list[str]:
    """The members to which the contact is bound in this phase, as far as the record says; for rehearsals."""
    here = list(MEMBERS).index(phase) if phase in MEMBERS else 0
    bound: list[Any] = [each for each in facts.get("members", ()) if each not in to_bind(facts)]
    bound += {1: to_unbind(facts)[_SECOND], 0: to_unbind(facts)}.get(here, [])
    return sorted({*bound, *{3: to_bind(facts)[_FIRST], 4: to_bind(facts)}.get(here, [])})
