"""The only escaper for terminals and logs: external text is shown, and has no other effect.

Control, bidirectional, zero-width, private and unassigned characters and lone surrogates become visible escapes, so
that no text can move the cursor, hide a word or begin a line.
"""

from __future__ import annotations

import unicodedata

FOUND_WIDTH = 80
# Letters of many scripts stand in names; these categories never do.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(_escaped(char) if unicodedata.category(char) in _HIDDEN else char for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or (
        f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def cut(text: str, width: int = FOUND_WIDTH) -> str:
    """Escaped and at most `width` characters long, an ellipsis saying what was cut."""
    if len(text) <= width and text.isprintable():
        return text
    # Cut before escaping as well: a megabyte of text needs no megabyte of work.
    whole = escape(text[: width + 1])
    return whole if len(whole) <= width and len(text) <= width else whole[: width - 1] + "…"
