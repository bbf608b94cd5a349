"""How a contact is listed in the directory, for a rehearsal's cloud."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.table import START, Facts, Row

# The order in which the directory lists them.
_ON_THE_WIRE = {"email": "EmailAddress", "phone": "PhoneNumber"}
_EARLIER = {"phone": None, "email": "earlier@example.com"}


def contact_row(space_id: str, phase: str, facts: Facts, door: str) -> dict[str, Row]:
    """Nothing before it is made; then with what of it still waits to be confirmed, and what was sent a link."""
    if phase == START:
        return {}
    waiting, linked = _unconfirmed(phase, facts, door)
    row = {
        "id": facts["contact_id"],
        "fields": wire.contact_fields({**facts, **_before_it(phase, facts)}),
        "waiting": [_ON_THE_WIRE[what] for what in waiting],
        "linked": [_ON_THE_WIRE[what] for what in linked],
        "deleting": phase == "deleting",
    }
    return {"contacts": row}


def _before_it(phase: str, facts: Facts) -> Facts:
    """What stands in the directory until the update is made: other values, which no record tells any more."""
    brought = facts.get("readdressed", ()) if phase == "changed" else ()
    return {what: _EARLIER[what] for what in brought}


def _unconfirmed(phase: str, facts: Facts, door: str) -> tuple[list[str], list[str]]:
    """As much of that as the record tells. A new address is the only one that waits, whatever was sent before."""
    given = [what for what in _ON_THE_WIRE if facts.get(what)]
    left = [what for what in given if what in facts.get("to_ask", given)]
    if phase == "changed":
        return [what for what in left if what not in facts.get("readdressed", ())], []
    if phase == "added" and door == "update":
        return left, []
    if phase in ("added", "phone_asked", "links_sent"):
        return given, [what for what in given if what not in left]
    return [], []
