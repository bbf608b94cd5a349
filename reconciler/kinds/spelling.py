"""One phone, several spellings: the cloud lists some numbers otherwise than they are dialled.

For comparing only: on the wire, in records and for people a number is as it was declared. A landline that looks like
half of a mobile number is not taken for it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple


class _Plan(NamedTuple):
    """What one spelling has and the other has not: after the country and what follows it, in front of the rest."""

    country: str
    before: str
    mark: str
    rest: str


# Source: the numbering plans: Brazil's ninth digit for mobiles, Mexico's 1, Argentina's 9, and the digits that Benin
# (2024) and Ivory Coast (2021) put in front; there they say whose the number was, as its second or third digit does.
_PLANS = (
    _Plan("55", r"\d\d", "9", r"[6-9]\d{7}"),
    _Plan("52", "", "1", r"\d{10}"),
    _Plan("54", "", "9", r"\d{10}"),
    _Plan("229", "", "01", r"\d{8}"),
    _Plan("225", "", "01", r"[014-9][0-3]\d{6}"),
    _Plan("225", "", "05", r"[014-9][4-6]\d{6}"),
    _Plan("225", "", "07", r"[014-9][7-9]\d{6}"),
    _Plan("225", "", "25", r"[23]\d0\d{5}"),
    _Plan("225", "", "21", r"2\d8\d{5}"),
    _Plan("225", "", "27", r"(?:2\d[1-79]|3\d[1-9])\d{5}"),
)
_COUNTRIES = {plan.country for plan in _PLANS}


class _Spelled(NamedTuple):
    """longer: whether this one has the mark. before: country and what follows it."""

    longer: bool
    before: str
    mark: str
    rest: str


def phone(number: str) -> str:
    """The digits of a number, with or without its plus, in the shorter of its spellings: one for each phone."""
    spelled = _spelled(number)
    return spelled.before + spelled.rest if spelled else number.removeprefix("+")


def other(number: str) -> str:
    """The same phone in its other spelling, with its plus; "" where it has but one. number: E.164."""
    spelled = _spelled(number)
    if spelled is None:
        return ""
    return f"+{spelled.before}{'' if spelled.longer else spelled.mark}{spelled.rest}"


def spelled_out(number: str) -> str:
    """How a number is spelled, in words, as two spellings of one phone look the same where they are masked."""
    spelled = _spelled(number)
    return f"with{'' if spelled.longer else 'out'} {spelled.mark} after +{spelled.before}" if spelled else "as it is"


def _spelled(number: str) -> _Spelled | None:
    digits = number.removeprefix("+")
    if digits[:2] not in _COUNTRIES and digits[:3] not in _COUNTRIES:
        return None
    for mark, longer, shorter in _patterns():
        for has_mark, pattern in ((True, longer), (False, shorter)):
            if found := pattern.fullmatch(digits):
                return _Spelled(has_mark, found[1], mark, found[2])
    return None


def same_phone(found: Any, number: str) -> bool:
    """Whether what the cloud wrote is this number: with a plus, dashes or blanks, or in another spelling of it."""
    return isinstance(found, str) and phone(re.sub("[^0-9]", "", found)) == phone(number)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((each.mark, _pattern(each, each.mark), _pattern(each, "")) for each in _PLANS)


def _pattern(plan: _Plan, mark: str) -> re.Pattern[str]:
    return re.compile(f"({plan.country}{plan.before}){mark}({plan.rest})")
