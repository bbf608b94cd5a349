"""Validates a contact's values. It never looks at other contacts or changes anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.numbers.telephone import contact_e164
from reconciler.sandbox.refusal import Refusal

TITLES = frozenset(
    ("FinanceDirector", "TechnicalDirector", "MaintenanceDirector", "CEO", "ProjectDirector", "Other"),
)
MESSAGE_TYPES = frozenset(
    ("ServiceMessage", "FaultMessage", "AccountExpenses", "SecurityMessage", "ActivityMessage", "ProductMessage"),
)
_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff]+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MEMBER = re.compile(r"(rd|fd)-[A-Za-z0-9*]{1,60}|[1-9][0-9]{9,19}")


def values(given: Mapping[str, str]) -> dict[str, Any]:
    """The given fields, validated; MessageTypes collected from its flattened form."""
    found: dict[str, Any] = {name: given[name] for name in _CHECKS if given.get(name)}
    for name, value in found.items():
        _CHECKS[name](value)
    listed = _flattened(given, "MessageTypes")
    if not MESSAGE_TYPES.issuperset(listed):
        raise Refusal("InvalidParameter.MessageTypes")
    return {**found, "MessageTypes": listed} if listed else found


def members(given: Mapping[str, str]) -> list[str]:
    """The objects of a binding call, validated."""
    found = _flattened(given, "Members")
    if not found or len(found) > 5 or not all(_MEMBER.fullmatch(each) for each in found):
        raise Refusal("InvalidParameter.Members")
    if len({*found}) < len(found):
        raise Refusal("InvalidParameter.Members.Duplicate")
    return found


def _flattened(given: Mapping[str, str], field: str) -> list[str]:
    numbered = re.compile(rf"{field}\.[1-9][0-9]?")
    return [given[name] for name in sorted(given, key=lambda name: (len(name), name)) if numbered.fullmatch(name)]


def _name(value: str) -> None:
    if not 2 <= len(value) <= 12:
        raise Refusal("InvalidParameter.Name.Length")
    if not _NAME.fullmatch(value):
        raise Refusal("InvalidParameter.Name")


def email(value: str) -> None:
    """Raises Refusal for an invalid address."""
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise Refusal("InvalidParameter.EmailAddress")


def _title(value: str) -> None:
    if value not in TITLES:
        raise Refusal("InvalidParameter.Title")


_CHECKS: dict[str, Callable[[str], object]] = {
    "Name": _name,
    "EmailAddress": email,
    "PhoneNumber": contact_e164,
    "Title": _title,
}
