"""What a value read from a journal or a saved plan may look like, by the field it stands in.

Both are text that anybody could have written. What has another form is refused where it is read, so that nobody
further on meets a wrong type, a name that is no name, or a time that is none. It never mends a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, get_args

from reconciler.core.model import OnRemove
from reconciler.kinds import KINDS
from reconciler.kinds.types import TYPES
from reconciler.operations import OPERATIONS, Effect

Form = Callable[[Any], bool]
Forms = Mapping[str, Form]

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
_NAME = "[a-z0-9][a-z0-9._-]{0,62}"
_KEY = f"[A-Za-z0-9{_CHINESE}][A-Za-z0-9{_CHINESE}._-]{{0,62}}"
_NUMBER = r"\+[1-9][0-9]{6,14}"
_TIME = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_WORD = re.compile("[A-Za-z][A-Za-z_]{0,63}")


def misfit(row: Mapping[str, Any], forms: Forms) -> str:
    """The first field whose value has not its form, "" where all have. Fields without a form are not looked at."""
    return next((name for name, value in row.items() if name in forms and not forms[name](value)), "")


def matching(pattern: str) -> Form:
    """Compiled when it is first asked for: the many Chinese characters of some take more than a millisecond."""

    @cache
    def regex() -> re.Pattern[str]:
        return re.compile(pattern)

    return lambda value: type(value) is str and regex().fullmatch(value) is not None


def one_of(*words: str) -> Form:
    return lambda value: type(value) is str and value in words


def text(value: Any) -> bool:
    """Any text that can be written: half a character cannot."""
    return type(value) is str and (value.isascii() or not re.search("[\ud800-\udfff]", value))


def whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 53


def seconds(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value < 1e9


def flag(value: Any) -> bool:
    return type(value) is bool


def time(value: Any) -> bool:
    if type(value) is not str or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def maybe(form: Form) -> Form:
    """Or an empty text."""
    return lambda value: value == "" or form(value)


def or_none(form: Form) -> Form:
    return lambda value: value is None or form(value)


def many(form: Form) -> Form:
    return lambda value: isinstance(value, list | tuple) and all(form(each) for each in value)


def pair(first: Form, second: Form) -> Form:
    return lambda value: isinstance(value, list | tuple) and len(value) == 2 and first(value[0]) and second(value[1])


def by_word(form: Form) -> Form:
    return lambda value: type(value) is dict and all(word(name) and form(each) for name, each in value.items())


def word(value: Any) -> bool:
    return type(value) is str and _WORD.fullmatch(value) is not None


def anything(value: Any) -> bool:
    """A text, a whole number, yes or no, nothing, or a list of texts: no fact or parameter is more."""
    return value is None or text(value) or whole(value) or flag(value) or many(text)(value)


name = matching(_NAME)
number = matching(_NUMBER)
key = matching(f"{_NUMBER}|{_KEY}")
local = matching(f"phone_number/{_NAME}|contact/{_KEY}")
address = matching(f"{_NAME}/(phone_number/{_NAME}|contact/{_KEY})")
record_id = matching(rf"phone_number/{_NUMBER}|contact/{_KEY}")
operation = one_of(*OPERATIONS)
kind = one_of(*KINDS)
type_ = one_of(*TYPES)
on_remove = one_of(*get_args(OnRemove))
effect = one_of(*(each.value for each in Effect))
channel = one_of("", "sms", "voice", "email")

_FACTS: Forms = {
    "number": number,
    "phone": or_none(number),
    "method": one_of("sms", "voice"),
    "locale": word,
    "display_name": or_none(text),
    "name": text,
    "email": text,
    "title": word,
    "message_types": many(word),
    "to_ask": many(one_of("phone", "email")),
    "open": one_of("", "phone", "email"),
    **dict.fromkeys(("contact_id", "asked_phone", "asked_email"), text),
    "before_review": maybe(word),
    "put_back": text,
    "phone_number_id": text,
    "moved_from": text,
    "moves": whole,
    "was": word,
    "channel": channel,
}


def facts(value: Any) -> bool:
    return by_word(anything)(value) and not misfit(value, _FACTS)
