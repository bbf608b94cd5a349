"""One phone, several spellings: the cloud lists some numbers otherwise than they are dialled.

For comparing only: on the wire, in records and for people a number is as it was declared. A landline that looks like
half of a mobile number is not taken for it.
"""

from __future__ import annotations

import re
from typing import Any

# Which two digits came in front says whose the number was, as its own second or third digit does: two phones may differ
# by nothing else.
_IVORIAN = r"01(?=[014-9][0-3])|05(?=[014-9][4-6])|07(?=[014-9][7-9])|25(?=[23]\d0)|21(?=2\d8)|27(?=2\d[1-79]|3\d[1-9])"
# Country -> the longer spelling, and what of it is the shorter.
# Source: the numbering plans: Brazil's ninth digit for mobiles, Mexico's 1, Argentina's 9, the digits that Ivory Coast
# (2021) and Benin (2024) put in front.
_LONGER: dict[str, tuple[re.Pattern[str], str]] = {
    "55": (re.compile(r"(55\d\d)9([6-9]\d{7})"), r"\1\2"),
    "52": (re.compile(r"(52)1(\d{10})"), r"\1\2"),
    "54": (re.compile(r"(54)9(\d{10})"), r"\1\2"),
    "225": (re.compile(rf"(225)(?:{_IVORIAN})(\d{{8}})"), r"\1\2"),
    "229": (re.compile(r"(229)01(\d{8})"), r"\1\2"),
}


def phone(number: str) -> str:
    """The digits of a number, with or without its plus, in the shorter of its spellings: one for each phone."""
    digits = number.removeprefix("+")
    longer = _LONGER.get(digits[:2]) or _LONGER.get(digits[:3])
    if longer and (found := longer[0].fullmatch(digits)):
        return found.expand(longer[1])
    return digits


def same_phone(found: Any, number: str) -> bool:
    """Whether what the cloud wrote is this number: with a plus, dashes or blanks, or in another spelling of it."""
    return isinstance(found, str) and phone(re.sub("[^0-9]", "", found)) == phone(number)


def has_several(number: str) -> bool:
    """Whether numbers of its country may be written otherwise."""
    return number[1:3] in _LONGER or number[1:4] in _LONGER
