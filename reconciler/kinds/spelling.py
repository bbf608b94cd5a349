"""One phone, several spellings: the cloud lists some numbers in another form than they are dialled in.

Used for comparisons only. Requests, records and output use the number as it was declared. A landline that looks like a
shortened mobile number is not taken for that mobile.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple


class _Plan(NamedTuple):
    """One country's difference between two spellings: country + before + mark + rest, and the same without the mark.

    country: the calling code.
    before: a pattern between the country and the mark.
    mark: the digits that one spelling has and the other does not.
    rest: a pattern of the remaining digits.
    """

    country: str
    before: str
    mark: str
    rest: str


# Source: national numbering plans. Brazil's ninth digit of mobiles, Mexico's 1, Argentina's 9, and the prefixes that
# Benin (2024) and Ivory Coast (2021) introduced. In Ivory Coast the prefix names the operator, as the second or third
# digit did before.
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
_COUNTRIES = tuple({plan.country for plan in _PLANS})


class _Spelled(NamedTuple):
    """A number that has two spellings, in its parts.

    longer: whether this spelling contains the mark.
    before: the country and the digits before the mark.
    mark: the digits that only the longer spelling has.
    rest: the remaining digits.
    """

    longer: bool
    before: str
    mark: str
    rest: str


def phone(number: str) -> str:
    """The digits of a number (with or without plus) in its shorter spelling: the same for every spelling of one
    phone."""
    spelled = _spelled(number)
    return spelled.before + spelled.rest if spelled else number.removeprefix("+")


def other(number: str) -> str:
    """The same phone in its other spelling, in E.164; "" if it has only one. number: E.164."""
    spelled = _spelled(number)
    if spelled is None:
        return ""
    return f"+{spelled.before}{'' if spelled.longer else spelled.mark}{spelled.rest}"


def spelled_out(number: str) -> str:
    """The spelling in words, because two spellings of one phone look the same once they are masked."""
    spelled = _spelled(number)
    return f"with{'' if spelled.longer else 'out'} {spelled.mark} after +{spelled.before}" if spelled else "as it is"


def _spelled(number: str) -> _Spelled | None:
    digits = number.removeprefix("+")
    if not digits.startswith(_COUNTRIES):
        return None
    for mark, longer, shorter in _patterns():
        for has_mark, pattern in ((True, longer), (False, shorter)):
            if found := pattern.fullmatch(digits):
                return _Spelled(has_mark, found[1], mark, found[2])
    return None


def as_e164(found: Any) -> str | None:
    """A value from the cloud in E.164, however it writes numbers; None if it is none."""
    digits = _digits(found)
    return f"+{digits}" if re.fullmatch("[1-9][0-9]{6,14}", digits) else None


def same_phone(found: Any, number: str) -> bool:
    """Whether a value from the cloud is this number: with plus, dashes or blanks, or in its other spelling."""
    return phone(_digits(found)) == phone(number)


def _digits(found: Any) -> str:
    return re.sub("[^0-9]", "", found) if isinstance(found, str) else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((each.mark, _pattern(each, each.mark), _pattern(each, "")) for each in _PLANS)


def _pattern(plan: _Plan, mark: str) -> re.Pattern[str]:
    return re.compile(f"({plan.country}{plan.before}){mark}({plan.rest})")
