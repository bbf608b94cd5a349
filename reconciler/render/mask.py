"""Masks phone numbers, which are personal data: in reviews and logs they are shown as +86 138****1234."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from reconciler.kinds.wire import split

# Seven digits and more, alone or grouped; not inside a word such as a run's id, and not a date. Chinese needs no space
# around a number, so only ASCII makes it part of a word, and an escape before it does not.
_BEGINS = r"(?:(?<![\w.-])|(?<=%2[Bb])|(?<=\\[nrt])|(?<=\\u[0-9a-f]{4})|(?<=\\U[0-9a-f]{8}))"
_DIGIT = "[0-9\uff10-\uff19]"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# A code that the cloud answered with, as this program words it: some are as long as short numbers.
_ANSWERED = "(?<=[1-5][0-9]{2} `)[0-9]{1,8}`"
# An id such as the cloud's, which may be of digits only.
_UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\\w-])"
# An entry's place in an object store, by which people find what is damaged. No number begins with four zeros.
_OBJECT = r"0000[0-9]{8}\.json(?![\w.-])"
_GROUPED = rf"{_DIGIT}(?:[ ()_.-]{{0,2}}{_DIGIT}){{6"
_NUMBERS = rf"{_BEGINS}(?!{_ANSWERED}|{_UUID}|{_OBJECT})\+?(?!{_DATE}){_GROUPED},}}(?!\w)"
# Absent from text without a number: a quick check for most lines, in a fifth of the time.
_DIGITS = re.compile(f"{_GROUPED}}}")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
PLAIN = ("email", "members")
"""Facts that are no numbers although they may look so."""
_MASKED = re.compile(r"\+[0-9]{1,3} [0-9]{0,3}\*{4}[0-9]{0,4}")

# Scheme, host and port, and the path as far as it holds no run of digits that is longer than a project's id.
_SEGMENT = r"[^\s'\"/?#]"
_ADDRESS = rf"([a-z][a-z0-9]*://{_SEGMENT}*(?:/(?!{_SEGMENT}*(?:[0-9][_.-]?){{9}}){_SEGMENT}*)*)"


@lru_cache(64)  # a text has the same number more than once, one line below the other
def number(e164: str) -> str:
    """A valid E.164 number with its middle hidden; anything that is not one, with all but four digits hidden.

    What is masked already stays as it is.
    """
    if "*" in e164 and _MASKED.fullmatch(e164):
        return e164
    if not _E164.fullmatch(e164):
        return _hidden(e164)
    try:
        country, national = split(e164)
    except ValueError:
        return _hidden(e164)
    head = national[:3] if len(national) > 7 else ""
    return f"+{country} {head}****{national[-4:] if len(national) > 4 else ''}"


def within(whole: str, e164: str) -> str:
    """The text with every occurrence of this number masked, also without its plus or its country code."""
    return whole.replace(split(e164)[1], number(e164).rpartition(" ")[2])


def url(address: str) -> str:
    """An address on the web up to its host and port: what follows may be a key to it, and so may a user's name."""
    scheme, found, rest = address.partition("://")
    if not found:
        return address
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    named = f"…@{host.rpartition('@')[2]}" if "@" in host else host
    return f"{scheme}://{named}{rest[len(host) :] if rest[len(host) :] in ('', '/') else '/…'}"


def target(to: str) -> str:
    """The recipient of a message: a number is masked; an e-mail address is in the configuration, so it is shown."""
    return number(to) if to.startswith("+") else to


def code(answered: str) -> str:
    """A code that the cloud answered with: shown as it is, unless it is longer than any is that is digits only."""
    return answered if re.fullmatch("[0-9]{1,8}", answered) else text(answered)


def text(any_text: str, compact: bool = False) -> str:
    """Free text with everything in it that could be a phone number masked.

    compact: without the space, so that a hint shows the form in which a number is to be written.
    """
    if not _DIGITS.search(any_text):
        return any_text
    return _numbers().sub(lambda match: number(match.group()).replace(" ", "" if compact else " "), any_text)


@cache
def _numbers() -> re.Pattern[str]:
    """Compiled when there is free text: a plan in which nothing changes has none."""
    return re.compile(_NUMBERS, re.ASCII)


def text_with_addresses(ours: str, compact: bool = False) -> str:
    """The same for this program's own messages: addresses of states and servers are left as they are.

    Except for digits in an address that are as long as a number, or in its query: they may be somebody's number.
    """
    parts = re.split(_ADDRESS, ours)
    return "".join(part if number % 2 else text(part, compact) for number, part in enumerate(parts))


def _hidden(raw: str) -> str:
    digits = re.sub(r"[^\d]", "", raw)
    return f"****{digits[-4:]}" if len(digits) > 6 else "****"
