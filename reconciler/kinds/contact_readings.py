"""What `check` reads of a contact: one listing serves the whole directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from reconciler.kinds import wire
from reconciler.kinds.contact_members import MEMBERS
from reconciler.kinds.spelling import as_e164, same_phone
from reconciler.kinds.table import Data, Facts, Finding, Look, Observation, Verdict

_STATUS: dict[str, Verdict] = {"Active": "as_recorded", "Verifying": "changed", "Deleting": "gone"}
# Of a contact that is not confirmed yet: Active means that its links were followed.
_WAITING: dict[str, Verdict] = {"Active": "verified_elsewhere", "Verifying": "as_recorded", "Deleting": "gone"}


def _confirmed(facts: Facts, answer: Data) -> Iterator[Finding]:
    row = _row(facts, answer)
    if row is None:
        yield _absent(answer)
        return
    yield _status(row, _STATUS)
    yield from _members(facts, row)
    for name, (field, same) in _FIELDS.items():
        if not same(facts.get(name), there := row.get(field)):
            found = _shown(as_e164(there) or there if name == "phone" else there)
            yield Finding(name.replace("_", " "), "changed", found, _shown(facts.get(name)), _facts(name, there))


def _waiting(facts: Facts, answer: Data) -> Iterator[Finding]:
    row = _row(facts, answer)
    if row:
        yield _status(row, _WAITING)
    else:
        yield _absent(answer) if facts["days"] > 0 else Finding("status", "unknown", "not listed yet")


def _binding(facts: Facts, answer: Data) -> Iterator[Finding]:
    """Of a contact that is confirmed, and not bound to all its members yet."""
    row = _row(facts, answer)
    yield _status(row, _STATUS) if row else _absent(answer)


def _members(facts: Facts, row: Data) -> Iterator[Finding]:
    """Other members are not recorded here: somebody else may have bound them. A row without a list says nothing."""
    recorded: list[str] = facts.get("members") or []
    found: Any = row.get("Members")
    if recorded and not isinstance(found, list):
        yield Finding("members", "unknown", "not listed", _shown(recorded))
    elif missing := [each for each in recorded if each not in map(str, found)]:
        left = [each for each in recorded if each not in missing]
        yield Finding("members", "changed", f"without {_shown(missing)}", _shown(recorded), {"members": left})


def _row(facts: Facts, answer: Data) -> Data | None:
    """The contact's row, by its id."""
    rows = wire.rows(answer, "Contacts")
    return next((row for row in rows if wire.text(row, "ContactId") == facts.get("contact_id")), None)


def _absent(answer: Data) -> Finding:
    """Gone, if the list is complete."""
    rows, total = answer.get("Contacts"), answer.get("TotalCount")
    whole = isinstance(rows, list) and isinstance(total, int) and total <= len(rows)
    return Finding("status", "gone", "not listed") if whole else Finding("status", "unknown", "the list is incomplete")


def _status(row: Data, verdicts: dict[str, Verdict]) -> Finding:
    status = wire.text(row, "Status")
    return Finding("status", verdicts.get(status, "unknown"), status or "no status")


def _same_email(recorded: Any, found: Any) -> bool:
    return wire.same_text(found, recorded, case=False)


def _same_phone(recorded: Any, found: Any) -> bool:
    return same_phone(found, recorded) if recorded else not found


def _same_types(recorded: Any, found: Any) -> bool:
    texts = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return texts and sorted(found) == sorted(recorded or ())


def _equal(recorded: Any, found: Any) -> bool:
    return bool(recorded == found)


def _facts(name: str, value: Any) -> Facts:
    """What would be recorded; nothing where a record cannot hold it. A contact is recorded under its name, which cannot
    change. An address that the directory holds needs no link."""
    if name == "message_types":
        return {name: [each for each in value if isinstance(each, str)]} if isinstance(value, list) else {}
    if name == "phone":
        number = as_e164(value)
        return {name: number, "asked_phone": number or ""} if number or not value else {}
    if name == "name" or not (isinstance(value, str) and value):
        return {}
    return {name: value, "asked_email": value} if name == "email" else {name: value}


def _shown(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    return ", ".join(str(each) for each in texts if each) or "none"


# Fact -> field of the row, and whether two values are the same.
_FIELDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "name": ("Name", wire.same_text),
    "email": ("EmailAddress", _same_email),
    "phone": ("PhoneNumber", _same_phone),
    "title": ("Title", _equal),
    "message_types": ("MessageTypes", _same_types),
}


def contact_readings(listed: Look) -> tuple[Observation, ...]:
    """listed: the read of the directory's contacts."""
    return (
        Observation(listed, _confirmed, frozenset({"confirmed"})),
        Observation(listed, _binding, frozenset(MEMBERS)),
        Observation(listed, _waiting, frozenset({"added", "phone_asked", "links_sent"})),
    )
