"""Numbers on the wire to E.164 and back. It never guesses what a malformed number means."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from reconciler.sandbox.numbers.spelling import other
from reconciler.sandbox.refusal import Refusal

_DIGITS = re.compile(r"[0-9]{5,20}")
_CONTACT = re.compile(r"([0-9]{1,4})-([0-9]{4,15})")
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@lru_cache(maxsize=65536)
def possible(number: str) -> bool:
    """Whether an E.164 number is possible: country and length match, in one of its spellings."""
    if not number.startswith("+") or not _DIGITS.fullmatch(number[1:]):
        return False
    return _fits(number) or _fits(f"+{other(number[1:])}")


def _fits(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def e164(digits: str) -> str:
    """`8613800001234` -> `+8613800001234`. Raises Refusal."""
    if not possible(f"+{digits}"):
        raise Refusal("InvalidParameter.PhoneNumberError")
    return f"+{digits}"


def wire(number: str) -> str:
    """`+8613800001234` -> `8613800001234`."""
    return number.removeprefix("+")


def contact_e164(phone: str) -> str:
    """`86-13911111234` -> `+8613911111234`. Raises Refusal for anything but mobiles of mainland China."""
    parts = _CONTACT.fullmatch(phone)
    if parts is None:
        raise Refusal("InvalidParameter.PhoneNumber")
    if parts[1] != "86":
        raise Refusal("InvalidParameter.MobileCountryCode")
    if not _MAINLAND_MOBILE.fullmatch(parts[2]):
        raise Refusal("InvalidParameter.PhoneNumber")
    return f"+{parts[1]}{parts[2]}"
