"""Writes persisted values as JSON, and reads them by their types, with msgspec.

A saved plan, a journal, a report are text that anybody could have written. What has another form is refused here, so
that nobody further on meets a wrong type, a name that is no name, or a time that is none. It never mends a value.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from reconciler.core import fields


class KnownFacts(Struct, frozen=True):
    """The facts that kinds of today declare or learn. A fact of another name is a Value."""

    number: fields.Number | UnsetType = UNSET
    phone: fields.Number | UnsetType | None = UNSET
    method: Literal["sms", "voice"] | UnsetType = UNSET
    locale: fields.Word | UnsetType = UNSET
    display_name: str | UnsetType | None = UNSET
    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    title: fields.Word | UnsetType = UNSET
    message_types: list[fields.Word] | UnsetType = UNSET
    to_ask: list[fields.Proof] | UnsetType = UNSET
    open: Literal["", "phone", "email"] | UnsetType = UNSET
    readdressed: list[fields.Proof] | UnsetType = UNSET
    contact_id: str | UnsetType = UNSET
    asked_phone: str | UnsetType = UNSET
    asked_email: str | UnsetType = UNSET
    before_review: fields.MaybeWord | UnsetType = UNSET
    put_back: str | UnsetType = UNSET
    phone_number_id: str | UnsetType = UNSET
    moved_from: str | UnsetType = UNSET
    moves: fields.Whole | UnsetType = UNSET
    was: fields.Word | UnsetType = UNSET
    channel: fields.Channel | UnsetType = UNSET


_KNOWN = frozenset(KnownFacts.__struct_fields__)


def _facts(type_: Any, found: Any) -> Any:
    """As msgspec hands over what it has no check of its own for. The mapping itself is kept, whatever its names."""
    try:
        msgspec.convert(found, KnownFacts)
        if not _KNOWN.issuperset(found):
            msgspec.convert(found, fields.Values)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None  # so that msgspec says where, too
    return found


_in_order, _sorted = (msgspec.json.Encoder(order=order) for order in (None, "sorted"))


def encode(value: Any, sort: bool = True) -> bytes:
    """On one line. sort: names in the order of the alphabet, so that the same value gives the same text.

    Half a character, as in the name of a file that is not UTF-8, is written as JSON spells it.
    """
    try:
        return (_sorted if sort else _in_order).encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=sort, separators=(",", ":")).encode()


def decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """Decodes a persisted value. Raises ValueError, with the field's name, for whatever has another form."""
    return msgspec.json.Decoder(type_, dec_hook=_facts)


def convert(found: Any, type_: Any) -> Any:
    """The same for JSON values that were read already."""
    return msgspec.convert(found, type_, dec_hook=_facts)


def fits(found: Any, type_: Any) -> bool:
    """Whether a value has this form."""
    try:
        convert(found, type_)
    except ValueError:
        return False
    return True


def where(error: Exception) -> str:
    """The field's path or name in a message of msgspec's, without what it held."""
    found = re.search(r"`(\$[^`]*|[a-z_]+)`$", str(error)) if isinstance(error, ValueError) else None
    return f": {found[1]}" if found else ""
