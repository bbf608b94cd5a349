"""Accepts at once the numbers that the numbering plan of their country plainly has, written in E.164 form.

Made from phonenumbers' own plans. It may leave to phonenumbers what that would accept; it must never accept what
that would refuse or write otherwise.
"""

from __future__ import annotations

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

# A plan's patterns cost much to compile, so what most numbers are comes first, and the rest only when asked for.
TYPES = (
    *("mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)


def accepts(number: str) -> bool:
    """number: a plus and 7 to 15 ASCII digits."""
    begin = number[:4]
    return is_mobile(number) or any(_pattern(begin, type_).fullmatch(number) for type_ in TYPES)


def is_mobile(number: str) -> bool:
    """Plainly so, of the same; what a country does not tell apart from landlines is. False may be either."""
    return _pattern(number[:4], "mobile").fullmatch(number) is not None


@cache
def _pattern(begin: str, type_: str) -> re.Pattern[str]:
    """What fits the plan of the country whose code these begin with, as numbers of one type: with nothing in front
    that could be taken for a national prefix or is a leading zero."""
    plan = _plan(begin)
    kind: PhoneNumberDesc | None = getattr(plan, type_, None)
    if not (plan and plan.general_desc and kind and kind.national_number_pattern):
        return re.compile("(?!)")
    prefix = f"(?!{plan.national_prefix_for_parsing})" if plan.national_prefix_for_parsing else ""
    within = f"(?={plan.leading_digits or ''})(?={_described(plan.general_desc)})"
    return re.compile(rf"\+{plan.country_code}(?!0){prefix}{within}{_described(kind)}")


def _plan(begin: str) -> PhoneMetadata | None:
    """The plan of the first country that has the calling code."""
    for code in (int(begin[1:end]) for end in (2, 3, 4) if begin[1:end].isdecimal()):
        if code in COUNTRY_CODE_TO_REGION_CODE:
            return PhoneMetadata.metadata_for_region_or_calling_code(code, COUNTRY_CODE_TO_REGION_CODE[code][0])
    return None


def _described(what: PhoneNumberDesc) -> str:
    """A description's pattern, held to the lengths it names."""
    lengths = "|".join(f"[0-9]{{{length}}}" for length in what.possible_length)
    return rf"(?=(?:{lengths})\Z)(?:{what.national_number_pattern})\Z"
