"""Phone numbers as people write them, and E.164, the only form used everywhere else.

Most are mobile numbers, which are known without phonenumbers: its import takes longer than a hundred numbers do.
"""

from __future__ import annotations

from reconciler.config.spaces.mobile_plans import is_mobile
from reconciler.errors import Problem


def e164(text: str) -> tuple[str, Problem | None]:
    """The number in E.164, "" if that is unclear, and what is wrong with how it is written."""
    if is_mobile(text):
        return text, None
    from reconciler.config.spaces.examined_numbers import examined_number

    return examined_number(text)


def of_new_range(text: str) -> tuple[str, Problem | None]:
    """The same for a number in a range declared as newer than phonenumbers: only form and country are checked."""
    if is_mobile(text):
        return text, None
    from reconciler.config.spaces.examined_numbers import examined_new_number

    return examined_new_number(text)


def textless(number: str) -> str:
    """What a number is, in words, if it cannot receive text messages; "" otherwise. number: E.164."""
    if is_mobile(number):
        return ""
    from reconciler.config.spaces.examined_numbers import kind_without_texts

    return kind_without_texts(number)
