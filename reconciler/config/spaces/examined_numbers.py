"""What phonenumbers says of numbers that are no mobile numbers at first sight.

A number is accepted or refused, never changed silently; the probable correction is only a hint.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from reconciler.config.spaces.numbering_plans import accepts
from reconciler.errors import Problem
from reconciler.kinds.spelling import other

_CLEAN = re.compile(r"\+[1-9][0-9]{6,14}")
_SEPARATORS = re.compile(r"[ \t\xa0().\[\]{}/‐‑‒–—−-]")
_NOTATION = re.compile(r"[+-]?(?:0[xXoObB][0-9a-fA-F]+|[0-9]*\.?[0-9]+[eE][+-]?[0-9]+|[0-9_]*_[0-9_]*)")
_TOO_SHORT = ("number-too-short", "the number is too short for its country")
_TOO_LONG = ("number-too-long", "the number is too long for its country")
_TEXTLESS = {
    PhoneNumberType.FIXED_LINE: "a landline",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
}
_MAY_BE_NEW = "Compare it with its source; if its range is newer than this program knows, say `range: new` beside it."
_OF_PLANS = ("number-invalid", "number-too-short", "number-too-long")
_LENGTHS = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: _TOO_SHORT,
    ValidationResult.TOO_SHORT: _TOO_SHORT,
    ValidationResult.TOO_LONG: _TOO_LONG,
}


def examined_number(text: str) -> tuple[str, Problem | None]:
    """The number in E.164, "" if that is unclear, and what is wrong with how it is written."""
    if accepts(text):
        return text, None
    return library_form(text) if _CLEAN.fullmatch(text) else _unclean(text)


def library_form(text: str) -> tuple[str, Problem | None]:
    """The same for a plus and 7 to 15 digits, decided by phonenumbers."""
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return "", Problem("number-country", "no country has this code", found=text)
    if not phonenumbers.is_valid_number(number):
        return (text, None) if _listed_so(text) else ("", _impossible(number, text))
    form = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if form != text:
        return form, Problem("number-spelling", "the number is not in its E.164 form", found=text, hint=_write(form))
    return form, None


def _listed_so(text: str) -> bool:
    """Whether the cloud lists a valid number in this other spelling."""
    return bool(dialled := other(text)) and phonenumbers.is_valid_number(phonenumbers.parse(dialled))


def examined_new_number(text: str) -> tuple[str, Problem | None]:
    """The same for a number in a range declared as newer than phonenumbers: only form and country are checked."""
    form, problem = examined_number(text)
    return (text, None) if problem and problem.code in _OF_PLANS and _CLEAN.fullmatch(text) else (form, problem)


def kind_without_texts(number: str) -> str:
    """What a number is, in words, if it cannot receive text messages; "" otherwise. number: E.164."""
    kind, *also = (phonenumbers.number_type(phonenumbers.parse(each)) for each in (number, other(number)) if each)
    return "" if PhoneNumberType.MOBILE in also else _TEXTLESS.get(kind, "")


def _impossible(number: PhoneNumber, text: str) -> Problem:
    """Some countries allow long landline numbers, so wrong lengths pass; lengths are checked as for mobile numbers
    instead."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE:
        reason = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    code, what = _LENGTHS.get(reason, ("number-invalid", "its country has no such number"))
    return Problem(code, what, found=text, hint=_MAY_BE_NEW)


def _unclean(text: str) -> tuple[str, Problem]:
    code, what, plain = _fault(text)
    form = _meant(plain)
    return form, Problem(code, what, found=text, hint=_write(form))


def _fault(text: str) -> tuple[str, str, str]:
    """The error code, the message, and the text without that fault."""
    if not text:
        return "missing-key", "the number is empty", ""
    if breaks := re.search(r"[\n\r\x0b\x0c\x85\u2028\u2029]", text):
        return "number-line-break", "the number holds a line break", text.replace(breaks.group(), "")
    if hidden := [character for character in text if unicodedata.category(character) in ("Cf", "Cc", "Mn")]:
        what = f"the number holds the invisible character U+{ord(hidden[0]):04X}"
        return "number-hidden", what, "".join(character for character in text if character not in hidden)
    if any(character.isdigit() or character == "＋" for character in text if not character.isascii()):
        return "number-digits", "the number holds digits or signs other than 0 to 9 and +", _ascii(text)
    if _NOTATION.fullmatch(text):
        return (
            "number-notation",
            "the number is written with an underscore, an exponent or in hex",
            text.replace("_", ""),
        )
    return _form(text, _SEPARATORS.sub("", text))


def _form(text: str, bare: str) -> tuple[str, str, str]:
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return "number-letters", "the number holds what is neither a digit nor a plus in front", ""
    if not bare.startswith("+"):
        if bare.startswith("0"):
            return "number-national", "the number is in national format, beginning with 0", re.sub("^00", "+", bare)
        return "number-no-plus", "the number does not begin with + and a country code", f"+{bare}"
    if bare != text:
        return "number-separators", "the number holds spaces, dashes, dots or brackets", bare
    if bare.startswith("+0"):
        return "number-country", "no country has a code that begins with 0", ""
    if len(digits) > 15:
        return "number-too-long", "the number has more than 15 digits", ""
    return "number-too-short", "the number is too short for any country", ""


def _ascii(text: str) -> str:
    digits = (str(unicodedata.decimal(character, character)) for character in text)
    return "".join(digits).replace("＋", "+")


def _meant(text: str) -> str:
    """The valid number that was probably meant; "" if there is none."""
    text = _SEPARATORS.sub("", text)
    if not _CLEAN.fullmatch(text):
        return ""
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return ""
    form: str = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return form if phonenumbers.is_valid_number(number) else ""


def _write(form: str) -> str:
    return f'Write "{form}".' if form else ""
