"""What the sandbox has to be for a record to be true of it. Pure: states and a plan in, a body for the sandbox out.

What was asked for and never answered counts as not done, except a message, which counts as received: as the record
itself assumes. What is not recorded is assumed to be as it should be: every space has an approved account, and nothing
else exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from reconciler.core.journal.record import Record
from reconciler.core.journal.state import State
from reconciler.core.plan.change import Plan
from reconciler.kinds import KINDS, wire

Row = dict[str, Any]
FIELDS = {"email": "EmailAddress", "phone": "PhoneNumber"}


class Standing(NamedTuple):
    """A number in a space: its status there, whether it is verified, whether a code is open."""

    status: str
    verified: bool = False
    code: bool = False


CONNECTED = Standing("CONNECTED", verified=True)
# Kind -> phase -> how the number stands; where a phase is missing, the space has no such number.
NUMBERS: dict[str, dict[str, Standing]] = {
    "register": {
        "added": Standing("PENDING"),
        "code_requested": Standing("PENDING", code=True),
        "verified": Standing("PENDING", verified=True),
        # What only waits to be in service is so by then.
        "reviewing": CONNECTED,
        "registered": CONNECTED,
        "retired": CONNECTED,
    },
    "migrate": {
        "initiated": Standing("MIGRATING"),
        "code_requested": Standing("MIGRATING", code=True),
        "verified": Standing("MIGRATING", verified=True),
        # What only waits to be in service is so by then.
        "reviewing": CONNECTED,
        "registered": CONNECTED,
        "retired": CONNECTED,
    },
    "prevalidated": {},
}


def seed(states: Mapping[str, State], plan: Plan) -> Row:
    """The body that reconciler.sandbox.seeding describes. states: as `moved_here` gives them."""
    records = [(state, record) for state in states.values() for record in state.records.values()]
    sent = {(daily, at) for state in states.values() for at, daily in state.messages}
    return {
        "numbers": [row for state, record in records for row in _number(state, record, states)],
        "contacts": [contact for _, record in records for contact in _contact(record)],
        "purchases": sorted(_bought([record for _, record in records], plan)),
        "sent": [[daily, datetime.fromisoformat(at).timestamp()] for daily, at in sorted(sent)],
    }


def _number(state: State, record: Record, states: Mapping[str, State]) -> Iterator[Row]:
    phase = KINDS[record.kind].reached(record.phase, record.facts)
    stands = NUMBERS.get(record.kind, {}).get(phase)
    if stands and not _has_left(state, record, states):
        name = str(record.facts.get("display_name") or "")
        yield {"number": record.key, "space": state.space_id, "name": name, **stands._asdict()}


def _has_left(state: State, record: Record, states: Mapping[str, State]) -> bool:
    """Whether it has arrived in another space since, and only its record is still here."""
    others = (other.records.get(record.id) for other in states.values() if other is not state)
    return any(
        other.phase == KINDS[other.kind].ready
        and other.facts.get("moved_from") == state.space_id
        and other.facts.get("moves", 0) > record.facts.get("moves", 0)
        for other in others
        if other
    )


def _bought(records: list[Record], plan: Plan) -> set[str]:
    known = [(record.kind, record.key) for record in records]
    planned = [(change.kind, change.key) for change in plan.changes]
    return {key for kind, key in known + planned if kind == "prevalidated"}


def _contact(record: Record) -> Iterator[Row]:
    if record.type != "contact" or record.phase == "declared":
        return
    waiting, linked = _waiting(record)
    yield {
        "id": record.facts["contact_id"],
        "fields": wire.contact_fields(record.facts),
        "waiting": [FIELDS[what] for what in waiting],
        "linked": [FIELDS[what] for what in linked],
        "deleting": record.phase == "deleting",
    }


def _waiting(record: Record) -> tuple[list[str], list[str]]:
    """What still waits to be confirmed, and what of it was sent a link: as much of that as the record tells."""
    given = [what for what in FIELDS if record.facts.get(what)]
    to_ask = [what for what in given if what in record.facts.get("to_ask", given)]
    if record.phase == "changed" or (record.phase == "added" and record.door == "update"):
        return to_ask, []
    if record.phase in ("added", "phone_asked", "links_sent"):
        return given, [what for what in given if what not in to_ask]
    return [], []
