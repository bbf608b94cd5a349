"""A contact's row in the directory: what the sandbox needs for a rehearsal, and what an import reads."""

from __future__ import annotations

from reconciler.kinds import wire
from reconciler.kinds.contact_members import bound_members
from reconciler.kinds.spelling import as_e164
from reconciler.kinds.table import START, Data, Facts, Row

# In the order in which the directory lists targets.
_ON_THE_WIRE = {"email": "EmailAddress", "phone": "PhoneNumber"}
_EARLIER = {"phone": None, "email": "earlier@example.com"}


def contact_row(space_id: str, phase: str, facts: Facts, door: str) -> dict[str, Row]:
    """The contact's row, by table of the sandbox; empty before it is created.

    A row has the id, the fields, the targets that wait for confirmation, the targets that were sent a link, whether
    the contact is being deleted, and the members it is bound to.
    """
    if phase == START:
        return {}
    waiting, linked = _unconfirmed(phase, facts, door)
    row = {
        "id": facts["contact_id"],
        "fields": wire.contact_fields({**facts, **_before_it(facts)}),
        "waiting": [_ON_THE_WIRE[what] for what in waiting],
        "linked": [_ON_THE_WIRE[what] for what in linked],
        "deleting": phase == "deleting",
        "members": bound_members(phase, facts),
    }
    return {"contacts": row}


def listed_values(row: Data) -> Facts:
    """A contact's attributes as a row of the directory has them."""
    types = row.get("MessageTypes")
    listed = sorted(each for each in types if isinstance(each, str)) if isinstance(types, list) else []
    there = {"email": wire.text(row, "EmailAddress"), "title": wire.text(row, "Title"), "message_types": listed}
    return {**there, "phone": as_e164(row.get("PhoneNumber"))}


def _before_it(facts: Facts) -> Facts:
    """Placeholders for the directory's values before an update that is due: the record has only the new ones."""
    return {what: _EARLIER[what] for what in facts.get("readdressed", ())}


def _unconfirmed(phase: str, facts: Facts, door: str) -> tuple[list[str], list[str]]:
    """The targets that wait for confirmation, and those that were sent a link, as far as the record says.

    After an update only the changed targets wait.
    """
    given = [what for what in _ON_THE_WIRE if facts.get(what)]
    left = [what for what in given if what in facts.get("to_ask", given)]
    if phase == "changed":
        return [what for what in left if what not in facts.get("readdressed", ())], []
    if phase == "added" and door == "update":
        return left, []
    if phase in ("added", "phone_asked", "links_sent"):
        return given, [what for what in given if what not in left]
    return [], []
