"""How the cloud returns numbers, names and e-mail addresses. Stored values never change.

OTHER: countries in which a phone has two spellings: the country code, the digits that one spelling has after it, and
the number of digits that follow.
"""

from __future__ import annotations

from unicodedata import normalize

from reconciler.sandbox.unknown import Unknown

OTHER: tuple[tuple[str, str, tuple[int, ...]], ...] = (("52", "1", (10,)), ("54", "9", (10,)), ("229", "01", (8,)))
_BRAZIL = "55"
_IVORY = "225"


def number(number: str, unknown: Unknown) -> str:
    """+8613800001234 as the listing writes it."""
    digits = number.removeprefix("+")
    if unknown.spelling == "other":
        return other(digits)
    return f"+{digits}" if unknown.spelling == "plus" else digits


def other(digits: str) -> str:
    """The same phone in its other spelling; unchanged if it has only one."""
    if digits.startswith(_BRAZIL) and len(digits) in (12, 13):
        area, rest = digits[2:4], digits[4:]
        mobile = rest[-8] in "6789"  # landlines have one spelling
        return f"{_BRAZIL}{area}{rest[1:] if len(rest) == 9 else f'9{rest}'}" if mobile else digits
    if digits.startswith(_IVORY) and len(digits) in (11, 13):
        rest = digits[-8:]
        whole = f"{_IVORY}{_ivorian(rest)}{rest}"
        return _IVORY + rest if digits == whole else whole if len(digits) == 11 else digits
    for country, mark, lengths in OTHER:
        rest = digits.removeprefix(country)
        if rest == digits:
            continue
        if len(rest) in lengths:
            return f"{country}{mark}{rest}"
        if rest.startswith(mark) and len(rest) - len(mark) in lengths:
            return country + rest.removeprefix(mark)
    return digits


def _ivorian(rest: str) -> str:
    """The two digits added in 2021 name the operator, as the number's own digits do."""
    if rest[0] in "23":
        return "25" if rest[2] == "0" else "21" if rest[0] + rest[2] == "28" else "27"
    return ("01", "05", "07")[(max(int(rest[1]), 1) - 1) // 3]


def text(name: str, unknown: Unknown) -> str:
    """A name as the cloud returns it."""
    match unknown.texts:
        case "squeezed":
            return " ".join(name.split())
        case "composed":
            return normalize("NFC", name)
        case "decomposed":
            return normalize("NFD", name)
    return name


def email(address: str, unknown: Unknown) -> str:
    """An e-mail address as the cloud returns it."""
    return address.lower() if unknown.emails_lowered else address
