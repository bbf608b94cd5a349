"""A file's bytes to text: UTF-8 only, without invisible characters.

It never guesses an encoding, and never shows a text that contains a credential.
"""

from __future__ import annotations

import re

from reconciler.errors import ConfigError, Place, Problem

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# YAML treats some of these as line ends and editors do not, so line numbers would be wrong. They are listed one by one,
# because compiling the complement would take milliseconds.
_UNSEEN = "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
_PLAIN = bytes(range(32, 127)) + b"\n"
_CONFLICT = r"(?m)^(?:<{7}|>{7}|\|{7})(?: .*)?\r?$|^={7}\r?$"
_CREDENTIAL = r"\b(?:LTAI[0-9A-Za-z]{12,}|STS\.[0-9A-Za-z]{16,})|-----BEGIN [A-Z ]*PRIVATE KEY"


def decode(raw: bytes, file: str) -> str:
    """The file's text. Raises ConfigError."""
    _refuse_foreign(raw, file)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        raise ConfigError(_undecodable(raw[error.start :], _place(before, len(before), file))) from None
    if problems := [*_unseen(text, file), *_conflicts(text, file), *_credentials(text, file)]:
        raise ConfigError(*problems)
    return text


def _refuse_foreign(raw: bytes, file: str) -> None:
    if raw.startswith(_WIDE) or (raw[:2].count(0) and raw.count(0) * 3 > len(raw)):
        raise ConfigError(Problem("not-utf8-utf16", "the file is UTF-16 or UTF-32, not UTF-8", Place(file)))
    if raw.startswith(b"\xef\xbb\xbf"):
        raise ConfigError(Problem("byte-order-mark", "the file begins with a byte order mark", Place(file)))


def _undecodable(rest: bytes, where: Place) -> Problem:
    if rest[0] == 0xED and len(rest) > 1 and rest[1] >= 0xA0:
        return Problem("lone-surrogate", "half a character (a lone surrogate) is here", where)
    what = f"the byte 0x{rest[0]:02X} is not UTF-8; the file may be Latin-1 or another old encoding"
    return Problem("not-utf8", what, where)


def _unseen(text: str, file: str) -> list[Problem]:
    if _plainly_seen(text) or not (found := re.search(_UNSEEN, text)):
        return []
    where = _place(text, found.start(), file)
    if found.group() == "\0":
        return [Problem("nul-character", "a NUL is here", where)]
    return [Problem("control-character", f"the control character U+{ord(found.group()):04X} is here", where)]


def _plainly_seen(text: str) -> bool:
    """Whether all is printable but for line ends. The search for what is not takes many times as long."""
    if text.isascii():
        return not text.encode().translate(None, _PLAIN)
    return text.replace("\r\n", "").replace("\n", "").isprintable()


def _conflicts(text: str, file: str) -> list[Problem]:
    found = any(sign in text and sign * 7 in text for sign in "<>|=") and re.search(_CONFLICT, text)
    if not found:
        return []
    where = _place(text, found.start(), file)
    return [Problem("merge-conflict", "a merge conflict was left unresolved here", where, found.group().rstrip("\r"))]


def _credentials(text: str, file: str) -> list[Problem]:
    if not any(begin in text for begin in ("LTAI", "STS.", "-----BEGIN")):
        return []
    what = "this looks like an access key"
    places = [_place(text, found.start(), file) for found in re.finditer(_CREDENTIAL, text)]
    return [Problem("credential-in-config", what, where) for where in places]


def _place(text: str, offset: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
