"""The only escaper for Markdown: harmless words stay as they are, everything else is shown as code.

Inside code nothing becomes a link, a mention, an emoji, a tag or a command, on GitHub and GitLab. A backslash is not
enough: addresses, mentions and hashes are linked after it is removed. Every function masks numbers and escapes control
characters, and none returns a line break from its text, so external text never begins a line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

from reconciler.render import mask
from reconciler.render.escape import escape

Hide = Callable[[str], str]

WIDTH = 200
_OPENING, _CLOSING = r"[(\"']*", r"[)\"'.,;:!?]*"
# Text in backticks is one token.
_TOKENS = re.compile(rf"{_OPENING}`[^`]+`{_CLOSING}(?!\S)|\S+")
_TOKEN = re.compile(rf"({_OPENING})(?:`([^`]+)`|(.*?))({_CLOSING})")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]{1,6}|%|")
# What could be the name of a commit.
_HASH = re.compile(r"[0-9a-fA-F]{7,}")
_RUN = re.compile("`+")


def bounded(text: str, hide: Hide = mask.text) -> str:
    """Escaped, masked and at most WIDTH bytes of UTF-8 long, an ellipsis saying what was cut.

    hide: what masks it; `str` where that was done before, and figures could be taken for numbers.
    """
    shown = hide(escape(text[: 4 * WIDTH]))
    if len(shown) <= WIDTH and shown.isascii():
        return shown
    raw = shown.encode()
    return raw.decode() if len(raw) <= WIDTH else raw[: WIDTH - 3].decode(errors="ignore") + "…"


def code(text: str) -> str:
    """A code span that holds this text and ends nowhere within it."""
    shown = bounded(text) or " "
    ticks = "`" * (_longest(shown) + 1)
    space = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def prose(text: str, hide: Hide = mask.text) -> str:
    """A sentence. What lies side by side and is no plain word becomes one code span."""
    parts: list[tuple[str, str, str]] = []
    for opening, core, closing in map(_parted, _TOKENS.findall(bounded(text, hide))):
        if core and parts and parts[-1][1] and not parts[-1][2] and not opening:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]} {core}", closing)
        elif core:
            parts.append((opening, core, closing))
        else:
            parts.append((opening, "", ""))
    return " ".join(f"{opening}{code(core) if core else ''}{closing}" for opening, core, closing in parts)


def _parted(token: str) -> tuple[str, str, str]:
    """(text before, text to show as code, text after). A plain word is all before."""
    found = _TOKEN.fullmatch(token)
    assert found
    opening, quoted, core, closing = found.groups()
    if quoted:
        return opening, quoted, closing
    begins_a_list = core.isdigit() and closing.startswith((".", ")"))
    if _WORD.fullmatch(core) and not any(map(_HASH.fullmatch, core.split("'"))) and not begins_a_list:
        return token, "", ""
    return opening, core, closing


def in_html(text: str) -> str:
    """Inside a line of HTML."""
    return f"<code>{html.escape(bounded(text))}</code>"


def fence(lines: Iterable[str]) -> str:
    """Longer than any run of backticks in these lines."""
    return "`" * max(3, 1 + max(map(_longest, lines), default=0))


def _longest(text: str) -> int:
    return max(map(len, _RUN.findall(text)), default=0) if "`" in text else 0
