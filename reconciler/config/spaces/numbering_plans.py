"""Accepts numbers in E.164 that clearly fit the numbering plan of their country.

The patterns are generated from phonenumbers' own plans. If they do not match, phonenumbers decides. They must never
match a number that phonenumbers would refuse or write differently.
"""

from __future__ import annotations

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

# Patterns are slow to compile, so the most common type comes first, and others are compiled when needed.
TYPES = (
    *("mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)


def accepts(text: str) -> bool:
    """Whether a text is clearly a number in E.164: a plus and 7 to 15 ASCII digits."""
    return any(pattern(text[:4], type_).fullmatch(text) for type_ in TYPES)


@cache
def pattern(begin: str, type_: str) -> re.Pattern[str]:
    """Numbers of one type in the country whose calling code these digits begin with, without a national prefix or a
    leading zero."""
    plan = _plan(begin)
    kind: PhoneNumberDesc | None = getattr(plan, type_, None)
    if not (plan and plan.general_desc and kind and kind.national_number_pattern):
        return re.compile("(?!)")
    prefix = f"(?!{plan.national_prefix_for_parsing})" if plan.national_prefix_for_parsing else ""
    code = str(plan.country_code)
    begins = f"(?={plan.leading_digits})" if plan.leading_digits else ""
    within = f"{begins}(?={_described(plan.general_desc, code)})"
    return re.compile(rf"\+{code}(?!0){prefix}{within}{_described(kind, code)}")


def _plan(begin: str) -> PhoneMetadata | None:
    """The numbering plan of the first country with the calling code."""
    for code in (int(begin[1:end]) for end in (2, 3, 4) if begin[1:end].isdecimal()):
        if code in COUNTRY_CODE_TO_REGION_CODE:
            return PhoneMetadata.metadata_for_region_or_calling_code(code, COUNTRY_CODE_TO_REGION_CODE[code][0])
    return None


def _described(what: PhoneNumberDesc, code: str) -> str:
    """The pattern of one type of numbers, restricted to its lengths, and to those of E.164 with the country's code."""
    within = (length for length in what.possible_length if 7 <= len(code) + length <= 15)
    lengths = "|".join(f"[0-9]{{{length}}}" for length in within)
    return rf"(?=(?:{lengths})\Z)(?:{what.national_number_pattern})\Z"
