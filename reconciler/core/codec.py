"""JSON encoding and decoding of persisted values, by their types, with msgspec.

A saved plan, a journal or a report is text that anybody could have written. Decoding refuses any value of another form,
so no other code meets a wrong type, an impossible name or an impossible time. It never repairs a value.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from reconciler.core import fields


class KnownFacts(Struct, frozen=True):
    """The facts that today's kinds declare or learn. A fact with another name must be a Value.

    number: E.164.
    phone: a contact's phone, E.164.
    method: how codes are sent to the number.
    locale: the language of code messages.
    display_name: of the number.
    name: of the contact.
    email: of the contact.
    title: of the contact.
    message_types: what the contact is sent.
    members: objects of the directory that message the contact.
    to_bind: members not known to be bound.
    to_unbind: members that may still be bound and should not be.
    to_ask: targets to which no link was sent yet.
    open: the only target left to confirm.
    readdressed: targets that the update changes.
    contact_id: the id in the directory.
    asked_phone: the phone to which the last link was sent.
    asked_email: the e-mail address to which the last link was sent.
    before_review: the phase to continue at after a review.
    put_back: set on a record that was restored after being forgotten before it was ready.
    phone_number_id: for embedded signup.
    moved_from: the id of the space it came from.
    moves: how often it was moved to another space.
    instead_of: id of the record that leaves once this one is in service.
    was: the phase before its removal began.
    channel: of the last message.
    messages_url: where the number's messages go.
    status_url: where reports of delivery go.
    queue: whether both go to a queue, too.
    about: of the number's business profile, like the next six.
    description: its longer text.
    address: of the business.
    websites: of the business.
    vertical: its trade.
    picture: where the cloud fetches the picture.
    cart: whether customers have a cart.
    catalog: whether customers see the catalog.
    to_set: groups of settings that are to be sent.
    to_check: groups of settings that are to be read back.
    url: where reports on a space's account go.
    space_id: of that account's space.
    """

    number: fields.Number | UnsetType = UNSET
    phone: fields.Number | UnsetType | None = UNSET
    method: Literal["sms", "voice"] | UnsetType = UNSET
    locale: fields.Word | UnsetType = UNSET
    display_name: str | UnsetType | None = UNSET
    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    title: str | UnsetType = UNSET
    message_types: list[str] | UnsetType = UNSET
    members: list[str] | UnsetType = UNSET
    to_bind: list[str] | UnsetType = UNSET
    to_unbind: list[str] | UnsetType = UNSET
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
    instead_of: fields.RecordId | UnsetType = UNSET
    was: fields.Word | UnsetType = UNSET
    channel: fields.Channel | UnsetType = UNSET
    messages_url: str | UnsetType | None = UNSET
    status_url: str | UnsetType | None = UNSET
    queue: bool | UnsetType = UNSET
    about: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET
    websites: list[str] | UnsetType | None = UNSET
    vertical: str | UnsetType | None = UNSET
    picture: str | UnsetType | None = UNSET
    cart: bool | UnsetType = UNSET
    catalog: bool | UnsetType = UNSET
    to_set: list[fields.Word] | UnsetType = UNSET
    to_check: list[fields.Word] | UnsetType = UNSET
    url: str | UnsetType = UNSET
    space_id: str | UnsetType = UNSET


_KNOWN = frozenset(KnownFacts.__struct_fields__)


def _facts(type_: Any, found: Any) -> Any:
    """msgspec's hook for types without a check of its own. The mapping is returned as it is, with unknown names."""
    try:
        msgspec.convert(found, KnownFacts)
        if not _KNOWN.issuperset(found):
            msgspec.convert(found, fields.Values)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None  # msgspec adds the path
    return found


_in_order, _sorted = (msgspec.json.Encoder(order=order) for order in (None, "sorted"))


def encode(value: Any, sort: bool = True) -> bytes:
    """JSON on one line. sort: sort names, so that equal values give equal text.

    Lone surrogates, as in a file name that is not UTF-8, are written as JSON escapes.
    """
    try:
        return (_sorted if sort else _in_order).encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=sort, separators=(",", ":")).encode()


def decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """A decoder of a persisted value. It raises ValueError, naming the field, for any other form."""
    return msgspec.json.Decoder(type_, dec_hook=_facts)


def convert(found: Any, type_: Any) -> Any:
    """The same, for JSON values that are already decoded."""
    return msgspec.convert(found, type_, dec_hook=_facts)


def fits(found: Any, type_: Any) -> bool:
    """Whether a value has this form."""
    try:
        convert(found, type_)
    except ValueError:
        return False
    return True


def where(error: Exception) -> str:
    """The field's path or name from a msgspec error, without the value."""
    found = re.search(r"`(\$[^`]*|[a-z_]+)`$", str(error)) if isinstance(error, ValueError) else None
    return f": {found[1]}" if found else ""
